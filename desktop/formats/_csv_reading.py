"""Comma-separated values read row by row, whatever parts the cells."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.core.shapes import Flaw
from desktop.formats._json_reading import Found
from desktop.formats._tables import table_objects
from desktop.formats._text import encoding_of, open_text

_DELIMITERS = (",", "\t", ";", "|")
_ROW = 64 << 20  # characters that one row may take; more is nearly always a quotation mark that is never closed
_END = "\0end of file"


def csv_objects(path: Path) -> Iterator[Found]:
    """Every row under the header as an object. Raises UserError where the file as a whole cannot be read."""
    with open_text(path, encoding_of(path)) as file:
        yield from table_objects(_rows(file, path))


def _rows(file: TextIO, path: Path) -> Iterator[tuple[int, Sequence[str]] | Flaw]:
    lines = _Lines(file, path)
    first = lines.first()
    # The module's own limit is for the whole process, and so low that it refuses honest texts.
    csv.field_size_limit(_ROW)
    place = _("row {number}")
    for number, cells in enumerate(csv.reader(lines, delimiter=delimiter_of(first) or ","), 1):
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


def delimiter_of(line: str) -> str:
    """What parts the header into the most columns; empty where nothing does."""
    counts = {each: len(next(csv.reader([line], delimiter=each), [])) for each in _DELIMITERS}
    best = max(_DELIMITERS, key=counts.__getitem__)
    return best if counts[best] > 1 else ""
