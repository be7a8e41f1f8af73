"""What a file of any kind is read into before it is cut into passages: pages of blocks, entries, and what failed."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias, cast

from desktop.core.records import Json, JsonObject, Reason, Unread
from desktop.core.wire import plain

Aside: TypeAlias = Literal["", "running", "contents"]
"""What a piece is that is set aside: a header or footer that runs through the pages, or a table of contents."""


BETWEEN = "\n\n"
"""What stands between two blocks, and between two pages, of a source's text."""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list, table (in Markdown) or piece of code."""

    text: str
    level: int = 0  # of a heading, 1 to 6; 0: no heading
    aside: Aside = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is printed; lengths in points, `top` grows upwards."""

    text: str
    size: float = 0.0  # of its letters
    left: float = 0.0
    right: float = 0.0
    top: float = 0.0


@dataclass(frozen=True, slots=True)
class Opened:
    """The file could be opened; how many pages it has, 0 where it has none."""

    pages: int


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """One page; of a file without pages any stretch of it.

    A format that knows paragraphs gives blocks; one that knows only where ink lies gives lines.
    """

    number: int  # from 1; 0: the file has no pages
    blocks: tuple[Block, ...] = ()
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a table, or a function of an API, with where it stands ("row 7")."""

    form: Literal["record", "function"]
    place: str
    columns: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlacedPage:
    """A page, or a stretch, with its place in the source's text: [first, last) in characters."""

    number: int | None  # from 1; None: the source has no pages
    first: int
    last: int
    blocks: tuple[Block, ...]

    @property
    def text(self) -> str:
        """The blocks one after another, BETWEEN them."""
        return BETWEEN.join(block.text for block in self.blocks)


Part: TypeAlias = Opened | DocumentPage | Entry | Unread

DocumentReader: TypeAlias = Callable[[Path, int], Iterator[Part]]
"""Reads a file in order, pages from the given one on (from 1). Raises UserError where the file as a whole cannot be
read; any other exception means that it is damaged. It runs where it may be killed: see core/confined.py."""


def placed(pages: Iterable[DocumentPage]) -> Iterator[PlacedPage]:
    """Pages with their places, one after another."""
    first = 0
    for page in pages:
        length = len(BETWEEN.join(block.text for block in page.blocks))
        yield PlacedPage(page.number or None, first, first + length, page.blocks)
        first += length + len(BETWEEN)


def to_json(part: Part) -> JsonObject:
    """A part as an object, for its way out of the confined process."""
    match part:
        case Opened(pages):
            return {"opened": pages}
        case DocumentPage(number):
            blocks: Json = [[each.text, each.level, each.aside] for each in part.blocks]
            lines: Json = [[each.text, each.size, each.left, each.right, each.top] for each in part.lines]
            return {"page": number, "blocks": blocks, "lines": lines}
        case Entry(form, place, columns):
            return {"form": form, "place": place, "columns": columns}
        case Unread(place, why):
            return {"unread": place, "message": why.message, "values": cast(JsonObject, plain(dict(why.values)))}


def from_json(value: Mapping[str, Any]) -> Part:
    """The part that `to_json` wrote. Raises ValueError for anything else."""
    try:
        if "opened" in value:
            return Opened(int(value["opened"]))
        if "page" in value:
            blocks = tuple(Block(str(text), int(level), aside) for text, level, aside in value["blocks"])
            lines = tuple(Line(str(text), *map(float, places)) for text, *places in value["lines"])
            return DocumentPage(int(value["page"]), blocks, lines)
        if "form" in value:
            return Entry(value["form"], str(value["place"]), dict(value["columns"]))
        return Unread(str(value["unread"]), Reason(str(value["message"]), dict(value["values"])))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("no part of a document") from error
