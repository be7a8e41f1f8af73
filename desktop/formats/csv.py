"""Comma-separated values: a table of instructions, as spreadsheets read and write it."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from desktop.core.documents import Part
from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.records import Example, Instruction
from desktop.core.shapes import Flaw, Format, Head, Incoming, Preview
from desktop.formats import _columns
from desktop.formats._csv_reading import csv_objects, delimiter_of
from desktop.formats._instructions import instructions
from desktop.formats._json_reading import looks_like_json
from desktop.formats._json_writing import Columns, again, as_text
from desktop.formats._records import entries
from desktop.formats._text import decode

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class CsvOptions(Options):
    """What spreadsheets need."""

    byte_order_mark: bool = option(
        True,
        About(
            N_("Begin with a byte order mark"),
            help=N_("Excel needs it to show letters beyond English; other programs pass over it."),
        ),
    )
    neutralise: bool = option(
        False,
        About(
            N_("Neutralise cells that begin a formula"),
            help=N_(
                "Puts an apostrophe before cells that begin with = + - @, so that no spreadsheet runs them. "
                "This changes the text: do not train on such a file."
            ),
        ),
    )


def _sniff(head: Head) -> float:
    if head.name.lower().endswith((".csv", ".tsv")):
        return 0.95
    if looks_like_json(head) or head.start.startswith(b"PK"):
        return 0.0
    lines = [line for line in decode(head.start).splitlines()[:5] if line.strip()]
    delimiter = delimiter_of(lines[0]) if lines else ""
    alike = len(lines) > 1 and all(line.count(delimiter) >= 1 for line in lines)
    return 0.3 if delimiter and alike else 0.0


def _read(path: Path, mapping: Mapping[str, str]) -> Iterator[Incoming | Flaw]:
    return _columns.read(path, csv_objects(path), mapping, blank_is_none=True)


def _parts(path: Path, first: int) -> Iterator[Part]:
    return entries(csv_objects(path))


def _preview(path: Path) -> Preview:
    return _columns.preview(csv_objects(path))


def _write(rows: Iterable[Example], path: Path, options: CsvOptions) -> int:
    rows = again(rows)
    columns = Columns(rows, ("system", "history"), ("instruction", "input", "output"))
    header = ["instruction", "input", "output", *(name for name in ("system", "history") if name in columns.used)]
    encoding = "utf-8-sig" if options.byte_order_mark else "utf-8"
    with path.open("w", encoding=encoding, errors="replace", newline="") as file:
        table = csv.writer(file, delimiter="\t" if path.suffix.lower() == ".tsv" else ",")
        table.writerow([*header, *columns.extra])
        count = 0
        for row in instructions(rows):
            cells = [_cell(row, column) for column in header]
            cells += [_shown(value) for value in columns.add_extra({}, row).values()]
            table.writerow([_neutral(cell) for cell in cells] if options.neutralise else cells)
            count += 1
    return count


def _cell(row: Instruction, column: str) -> str:
    if column == "history":
        return as_text(row.history) if row.history else ""
    return str(getattr(row, column))


def _shown(value: object) -> str:
    return "" if value is None else value if isinstance(value, str) else as_text(value)


def _neutral(cell: str) -> str:
    return "'" + cell if cell.startswith(_FORMULA) else cell


FORMAT = Format(
    title=N_("CSV"),
    summary=N_("A table of instructions for spreadsheets."),
    extensions=(".csv", ".tsv"),
    options=CsvOptions,
    kinds=("instruction",),
    sniff=_sniff,
    read=_read,
    preview=_preview,
    write=_write,
    parts=_parts,
)
