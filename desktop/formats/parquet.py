"""Parquet: tables as data programs keep them, read row by row."""

from collections.abc import Iterator
from pathlib import Path

from desktop.core.documents import Part
from desktop.core.i18n import N_
from desktop.core.options import Options
from desktop.core.shapes import Format, Head
from desktop.formats._parquet_reading import parquet_objects
from desktop.formats._records import entries


def _sniff(head: Head) -> float:
    return 0.98 if head.start.startswith(b"PAR1") else 0.3 if head.name.lower().endswith(".parquet") else 0.0


def _parts(path: Path, first: int) -> Iterator[Part]:
    return entries(parquet_objects(path))


FORMAT = Format(
    title=N_("Parquet"),
    summary=N_("A Parquet table, row by row."),
    extensions=(".parquet",),
    options=Options,
    kinds=(),
    sniff=_sniff,
    parts=_parts,
)
