"""Excel workbooks: sheets read as tables; of rows the first that holds any, of sources all that are shown."""

import datetime
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING

from desktop.core.documents import Part
from desktop.core.errors import UserError
from desktop.core.i18n import N_, _
from desktop.core.options import Options
from desktop.core.shapes import Flaw, Format, Head, Incoming, Preview
from desktop.formats import _columns
from desktop.formats._json_reading import Found
from desktop.formats._records import entries
from desktop.formats._tables import table_objects
from desktop.formats._text import open_bytes

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

_UNPACKED = 512 << 20  # bytes of a workbook once unpacked
_CELLS = 20_000_000  # cells of the rectangle that a sheet spans, empty ones among them
_PLACE = re.compile(rb"""\sr=["']([A-Z]{0,3})(\d{1,7})["']""")
_PIECE = 1 << 20


def _sniff(head: Head) -> float:
    if not head.start.startswith(b"PK\x03\x04"):
        return 0.0
    return 0.95 if head.name.lower().endswith((".xlsx", ".xlsm")) or b"xl/" in head.start else 0.0


def _read(path: Path, mapping: Mapping[str, str]) -> Iterator[Incoming | Flaw]:
    return _columns.read(path, _objects(path), mapping, blank_is_none=True)


def _parts(path: Path, first: int) -> Iterator[Part]:
    return entries(each for sheet in _sheets(path) for each in table_objects(_rows(sheet)))


def _preview(path: Path) -> Preview:
    return _columns.preview(_objects(path))


def _objects(path: Path) -> Iterator[Found]:
    first = next(_sheets(path), None)
    return table_objects(_rows(first)) if first is not None else iter(())


def _sheets(path: Path) -> Iterator["CalamineSheet"]:
    """The sheets that hold anything and are not hidden; hidden ones where there are no others."""
    import python_calamine

    _check(path)
    try:
        workbook = python_calamine.CalamineWorkbook.from_path(str(path))
        shown = [each for each in workbook.sheets_metadata if each.typ == python_calamine.SheetTypeEnum.WorkSheet]
        shown.sort(key=lambda each: each.visible != python_calamine.SheetVisibleEnum.Visible)
        found = False
        for each in shown:
            if found and each.visible != python_calamine.SheetVisibleEnum.Visible:
                return
            sheet = workbook.get_sheet_by_name(each.name)
            if sheet.height:
                found = True
                yield sheet
    except python_calamine.CalamineError:
        raise _damaged(path) from None


def _rows(sheet: "CalamineSheet") -> Iterator[tuple[int, list[str]]]:
    top = sheet.start[0] if sheet.start else 0
    for number, cells in enumerate(sheet.iter_rows(), top + 1):
        yield number, [_shown(cell) for cell in cells]


def _shown(cell: object) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(" ")
    return str(cell)


def _check(path: Path) -> None:
    """Refuse what the reader could die of, which would take the window with it.

    It holds the whole rectangle that a sheet spans in memory and aborts the process where that is too much.
    """
    with open_bytes(path) as file:
        try:
            with zipfile.ZipFile(file) as archive:
                entries = archive.infolist()
                if sum(entry.file_size for entry in entries) > _UNPACKED:
                    raise _too_large(path)
                for entry in entries:
                    with archive.open(entry) as part:
                        _check_part(path, entry.filename, part)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
            raise _damaged(path) from None


def _check_part(path: Path, name: str, part: IO[bytes]) -> None:
    # Reading to the end also proves the sizes that the archive states, and its checksums.
    is_sheet = name.startswith("xl/worksheets/")
    last_row, last_column, tail = 1, 1, b""
    while piece := part.read(_PIECE):
        if not is_sheet:
            continue
        for letters, digits in set(_PLACE.findall(tail + piece)):
            last_row = max(last_row, int(digits))
            last_column = max(last_column, _column_number(letters))
        if last_row * last_column > _CELLS:
            raise _too_large(path)
        tail = piece[-32:]


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _too_large(path: Path) -> UserError:
    return UserError(
        _("The workbook “{file}” is too large, or a cell far outside its table is in use.").format(file=path.name),
        _("Copy the rows into a new workbook, or save the sheet as CSV."),
    )


def _damaged(path: Path) -> UserError:
    return UserError(
        _("“{file}” is not an Excel workbook that can be read.").format(file=path.name),
        _("Open it in a spreadsheet program and save it again as .xlsx, without a password, or as CSV."),
    )


FORMAT = Format(
    title=N_("Excel"),
    summary=N_("The sheets of an Excel workbook as tables: all of them as sources, the first as rows."),
    extensions=(".xlsx", ".xlsm"),
    options=Options,
    kinds=(),
    sniff=_sniff,
    read=_read,
    preview=_preview,
    parts=_parts,
)
