"""Comma-separated values: a table of instructions, as spreadsheets read and write it."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from desktop.core.documents import Part
from desktop.core.errors import UserError
from desktop.core.i18n import N_, _
from desktop.core.options import About, Options, option
from desktop.core.records import Example, Instruction
from desktop.core.shapes import Flaw, Format, Head, Incoming, Preview
from desktop.formats import _columns
from desktop.formats._instructions import instructions
from desktop.formats._json_reading import Found, looks_like_json
from desktop.formats._json_writing import Columns, again, as_text
from desktop.formats._records import entries
from desktop.formats._tables import table_objects
from desktop.formats._text import decode, encoding_of, open_text

_DELIMITERS = (",", "\t", ";", "|")
_ROW = 64 << 20  # characters that one row may take; more is nearly always a quotation mark that is never closed
_END = "\0end of file"
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
    delimiter = _delimiter(lines[0]) if lines else ""
    alike = len(lines) > 1 and all(line.count(delimiter) >= 1 for line in lines)
    return 0.3 if delimiter and alike else 0.0


def _read(path: Path, mapping: Mapping[str, str]) -> Iterator[Incoming | Flaw]:
    return _columns.read(path, _objects(path), mapping, blank_is_none=True)


def _parts(path: Path, first: int) -> Iterator[Part]:
    return entries(_objects(path))


def _preview(path: Path) -> Preview:
    return _columns.preview(_objects(path))


def _objects(path: Path) -> Iterator[Found]:
    with open_text(path, encoding_of(path)) as file:
        yield from table_objects(_rows(file, path))


def _rows(file: TextIO, path: Path) -> Iterator[tuple[int, Sequence[str]] | Flaw]:
    lines = _Lines(file, path)
    first = lines.first()
    # The module's own limit is for the whole process, and so low that it refuses honest texts.
    csv.field_size_limit(_ROW)
    place = _("row {number}")
    for number, cells in enumerate(csv.reader(lines, delimiter=_delimiter(first) or ","), 1):
        lines.since_row = 0
        if cells and cells[-1].endswith(_END):
            if cells != [_END]:
                raise _unclosed(path, number)
            return
        if not _encodable(cells):
            yield Flaw(place.format(number=number), _("this row is not valid UTF-8"))
        else:
            yield number, [cell.replace("\0", "") for cell in cells] if lines.has_nul else cells


def _unclosed(path: Path, row: int) -> UserError:
    return UserError(
        _("In row {row} of “{file}” a quotation mark is opened and never closed.").format(row=row, file=path.name),
        _("Close it, or write it twice where it belongs to the text."),
    )


class _Lines:
    """The lines of a file for the table reader, refused once a row has grown too large for memory."""

    def __init__(self, file: TextIO, path: Path) -> None:
        self.number = 0  # of the line handed out last
        self.since_row = 0
        self.has_nul = False
        self._file = file
        self._path = path
        self._held: list[str] = []

    def first(self) -> str:
        """The first line that is not empty, which is handed out again later."""
        for line in iter(self._next_line, ""):
            self._held.append(line)
            if line.strip() or len(self._held) > 1000:
                return line
        return ""

    def __iter__(self) -> Iterator[str]:
        yield from self._counted(self._held)
        yield from self._counted(iter(self._next_line, ""))
        yield _END  # a row of its own, unless a quotation mark is open

    def _counted(self, lines: Iterable[str]) -> Iterator[str]:
        for line in lines:
            self.number += 1
            self.since_row += len(line)
            if self.since_row > _ROW:
                raise UserError(
                    _("A row of “{file}” is longer than 64 million characters, near line {number}.").format(
                        file=self._path.name, number=self.number
                    ),
                    _("Look there for a quotation mark that is never closed."),
                )
            if "\0" in line:
                self.has_nul = True
            yield line

    def _next_line(self) -> str:
        return self._file.readline(_ROW + 1)


def _encodable(cells: Sequence[str]) -> bool:
    try:
        "".join(cells).encode()
    except UnicodeEncodeError:
        return False
    return True


def _delimiter(line: str) -> str:
    """What parts the header into the most columns; empty where nothing does."""
    counts = {each: len(next(csv.reader([line], delimiter=each), [])) for each in _DELIMITERS}
    best = max(_DELIMITERS, key=counts.__getitem__)
    return best if counts[best] > 1 else ""


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
