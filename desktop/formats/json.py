"""JSON or JSON Lines with columns of any name."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from desktop.core.documents import Part
from desktop.core.i18n import N_
from desktop.core.options import Options
from desktop.core.shapes import Flaw, Format, Head, Incoming, Preview
from desktop.formats import _columns
from desktop.formats._json_reading import looks_like_json, objects
from desktop.formats._records import entries


def _sniff(head: Head) -> float:
    return 0.2 if looks_like_json(head) or head.name.lower().endswith((".json", ".jsonl", ".ndjson")) else 0.0


def _read(path: Path, mapping: Mapping[str, str]) -> Iterator[Incoming | Flaw]:
    return _columns.read(path, objects(path), mapping)


def _parts(path: Path, first: int) -> Iterator[Part]:
    return entries(objects(path))


def _preview(path: Path) -> Preview:
    return _columns.preview(objects(path))


FORMAT = Format(
    title=N_("JSON"),
    summary=N_("JSON or JSON Lines whose columns you name: which one is the instruction, which one the answer."),
    extensions=(".json", ".jsonl", ".ndjson"),
    options=Options,
    kinds=(),
    sniff=_sniff,
    read=_read,
    preview=_preview,
    parts=_parts,
)
