"""Alpaca: instruction, input and output in each row, as Stanford Alpaca and LLaMA-Factory have it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.core.i18n import N_
from desktop.core.options import Options
from desktop.core.records import Example
from desktop.core.shapes import Flaw, Format, Head, Incoming, Preview
from desktop.formats import _columns
from desktop.formats._instructions import instructions
from desktop.formats._json_reading import first_object, objects
from desktop.formats._json_writing import Columns, again, layout_option, write


@dataclass(frozen=True)
class AlpacaOptions(Options):
    """How the file is laid out."""

    layout: str = layout_option()


def _sniff(head: Head) -> float:
    first = first_object(head)
    if not first and b'"instruction"' in head.start and b'"instances"' not in head.start:
        return 0.8  # the first row may be longer than what we were shown
    if "instances" in first or "instruction" not in first:
        return 0.0
    return 0.9 if "output" in first else 0.6


def _read(path: Path, mapping: Mapping[str, str]) -> Iterator[Incoming | Flaw]:
    return _columns.read(path, objects(path), mapping)


def _preview(path: Path) -> Preview:
    return _columns.preview(objects(path))


def _write(rows: Iterable[Example], path: Path, options: AlpacaOptions) -> int:
    rows = again(rows)
    columns = Columns(rows, ("system", "history"), ("instruction", "input", "output"))

    def contents() -> Iterator[dict[str, Any]]:
        for row in instructions(rows):
            content: dict[str, Any] = {"instruction": row.instruction, "input": row.input, "output": row.output}
            if "system" in columns.used:
                content["system"] = row.system
            if "history" in columns.used:
                content["history"] = row.history
            yield columns.add_extra(content, row)

    return write(contents(), path, options.layout)


FORMAT = Format(
    title=N_("Alpaca"),
    summary=N_("Instruction, input and output in each row; read by nearly every trainer."),
    extensions=(".jsonl", ".json"),
    options=AlpacaOptions,
    kinds=("instruction",),
    sniff=_sniff,
    read=_read,
    preview=_preview,
    write=_write,
)
