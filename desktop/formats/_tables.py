"""Tables of cells read as objects: the first row that is not empty names the columns."""

from collections.abc import Iterable, Iterator, Sequence

from desktop.core.i18n import _
from desktop.core.shapes import Flaw
from desktop.formats._json_reading import Found


def table_objects(rows: Iterable[tuple[int, Sequence[str]] | Flaw]) -> Iterator[Found]:
    """Every row under the header as an object; rows come as (number in the file, cells).

    Empty rows between others are flaws; those at the end, which spreadsheets leave behind, are passed over.
    """
    header: list[str] = []
    place, why = _("row {number}"), _("this row is empty")
    empty: list[Flaw] = []
    for each in _without_title(rows):
        if isinstance(each, Flaw):
            yield each
            continue
        number, cells = each
        if not any(cell.strip() for cell in cells):
            if header:
                empty.append(Flaw(place.format(number=number), why))
            continue
        if not header:
            header = _named(cells)
            continue
        if empty:
            yield from empty
            empty.clear()
        while len(cells) > len(header):
            header = _named([*header, ""])
        yield place.format(number=number), dict(zip(header, (*cells, *[""] * (len(header) - len(cells))), strict=True))


def _without_title(rows: Iterable[tuple[int, Sequence[str]] | Flaw]) -> Iterator[tuple[int, Sequence[str]] | Flaw]:
    """The rows without a title over the table: rows of one filled cell out of several, and an empty row after them."""
    left = iter(rows)
    held: list[tuple[int, Sequence[str]] | Flaw] = []
    for each in left:
        held.append(each)
        filled = 1 if isinstance(each, Flaw) else sum(bool(cell.strip()) for cell in each[1])
        if not filled and len(held) > 1:
            held.clear()
        elif isinstance(each, Flaw) or filled > 1 or (filled and len(each[1]) < 2):
            break
    yield from held
    yield from left


def _named(cells: Sequence[str]) -> list[str]:
    """The header with a name for every column, each name once."""
    names: dict[str, None] = {}
    for number, cell in enumerate(cells, 1):
        wanted = cell.strip() or f"column_{number}"
        name, copy = wanted, 2
        while name in names:
            name, copy = f"{wanted}_{copy}", copy + 1
        names[name] = None
    return list(names)
