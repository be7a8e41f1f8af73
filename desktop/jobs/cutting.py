"""Cutting a source's text into passages: by its structure, within a budget of tokens."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from desktop.core.documents import BETWEEN, Block, PlacedPage
from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.records import Passage
from desktop.core.text.printed import has_ended, joined
from desktop.core.text.words import UNSPACED

_WIDE = re.compile(f"[{UNSPACED}\uac00-\ud7af]")
_LETTERS = 4.0  # of a token, in scripts with spaces; models of few languages take fewer
_WIDE_LETTERS = 1.0
_AT_ONCE = 20  # budgets of text that are cut together
_NUMBER = re.compile(r"\d+")
_TABLE = re.compile(r"[|`]|- ")
_UNDER = " › "


@dataclass(frozen=True)
class Cutting(Options):
    """How long passages are."""

    tokens: int = option(
        400,
        About(
            N_("Length of a passage"),
            help=N_(
                "At most so many tokens. A passage, the question and its answer must fit into what the model reads."
            ),
            why=N_("400 leaves room for ten questions in the 2,048 tokens that the smallest models read."),
            minimum=50,
            maximum=8_000,
            step=50,
            unit=N_("tokens"),
        ),
    )
    overlap: int = option(
        0,
        About(
            N_("Overlap"),
            help=N_(
                "Where a section is longer, the end of a passage is repeated at the start of the next: whole"
                " sentences or paragraphs, so many tokens at most."
            ),
            why=N_("Without overlap no fact is asked about twice; with it none is lost where a passage ends."),
            minimum=0,
            maximum=400,
            step=10,
            unit=N_("tokens"),
        ),
    )


def estimated(text: str) -> int:
    """About how many tokens a text has, without a model."""
    wide = len(_WIDE.findall(text))
    return round(wide / _WIDE_LETTERS + (len(text) - wide) / _LETTERS)


def cut(pages: Sequence[PlacedPage], cutting: Cutting, count: Callable[[str], int] = estimated) -> Iterator[Passage]:
    """The passages of a text in order, what is set aside among them.

    Sections stay together where they fit; short ones are joined with those after them, long ones are parted between
    paragraphs, else sentences. `count` tells the tokens of a text.
    """
    group, told = _Group(), False
    for unit in _units(pages):
        if isinstance(unit, Passage):
            yield unit
            continue
        size = count(unit.text)
        enough = cutting.tokens * (0.25 if 0 < unit.level <= 2 else 0.5)
        ends = unit.level and group.size >= enough
        full = not unit.level and group.size + size > cutting.tokens and group.starts_anew(size, cutting.tokens)
        if ends or full or group.size > _AT_ONCE * cutting.tokens:
            left = group.without_last_headings()
            yield from left.passages(cutting, count)
            told = told or bool(left.units)
            group = group.last_headings()
        group.add(unit, size)
    if not told or group.without_last_headings().units:  # a title with nothing under it tells nothing
        yield from group.passages(cutting, count)


def pieces_of(text: str, cutting: Cutting, count: Callable[[str], int] = estimated) -> Sequence[str]:
    """A text without headings in pieces that fit; itself where it fits, nothing where it is empty."""
    return [piece for _start, piece in _pieces(text, 0, cutting, count)]


# ── what is cut ──────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Unit:
    """A block that counts, perhaps one that goes on over several pages."""

    text: str
    level: int
    heading: str  # what it stands under
    places: list[tuple[int, int, int | None]]  # from which character of `text`: its place in the source, and its page
    last: int  # its end in the source

    def goes_on(self, text: str, first: int, page: int | None, last: int) -> None:
        """Take in the rest of a sentence from the next page."""
        whole = joined([self.text, text])
        self.places.append((len(whole) - len(text), first, page))
        self.text, self.last = whole, last


def _units(pages: Sequence[PlacedPage]) -> Iterator[_Unit | Passage]:
    headings: list[tuple[int, str]] = []
    seen: set[str] = set()  # running lines that were told already
    held: _Unit | None = None  # the last unit of a page, which may go on
    for page in pages:
        at, fresh = page.first, True
        for block in page.blocks:
            first, at = at, at + len(block.text) + len(BETWEEN)
            if block.aside:
                yield from _aside(block, first, page.number, seen)
                continue
            if held is not None and fresh and _goes_on(held, block):
                held.goes_on(block.text, first, page.number, first + len(block.text))
                fresh = False
                continue
            if held is not None:
                yield held
            if block.level:
                headings = [each for each in headings if each[0] < block.level] + [(block.level, block.text)]
            under = _UNDER.join(text for _level, text in headings)
            held = _Unit(block.text, block.level, under, [(0, first, page.number)], first + len(block.text))
            fresh = False
    if held is not None:
        yield held


def _aside(block: Block, first: int, page: int | None, seen: set[str]) -> Iterator[Passage]:
    shape = _NUMBER.sub("#", block.text) if block.aside == "running" else str(first)
    if shape not in seen:
        seen.add(shape)
        last = first + len(block.text)
        yield Passage(0, 0, block.text, "prose", page, first, last, excluded=True, aside=block.aside)


def _goes_on(unit: _Unit, block: Block) -> bool:
    """Whether the first block of a page ends the sentence of the page before."""
    if unit.level or block.level or unit.places[-1][2] is None or has_ended(unit.text):
        return False
    return not _TABLE.match(block.text) and (block.text[:1].islower() or bool(_WIDE.match(block.text[:1])))


@dataclass(slots=True)
class _Group:
    """Units that become one passage, or are parted together."""

    units: list[_Unit] = field(default_factory=list)
    size: int = 0

    def add(self, unit: _Unit, size: int) -> None:
        """Take one more."""
        self.units.append(unit)
        self.size += size

    def starts_anew(self, size: int, budget: int) -> bool:
        """Whether a paragraph had better begin the next group: this one came of several short sections."""
        sections = {unit.heading for unit in self.units}
        return len(sections) > 1 and self.size >= budget // 2 and size <= budget

    def last_headings(self) -> "_Group":
        """The headings at its end, which belong to what follows."""
        return _Group(self.units[self._end() :])

    def without_last_headings(self) -> "_Group":
        """All but those."""
        return _Group(self.units[: self._end()], self.size)

    def _end(self) -> int:
        end = len(self.units)
        while end and self.units[end - 1].level:
            end -= 1
        return end

    def passages(self, cutting: Cutting, count: Callable[[str], int]) -> Iterator[Passage]:
        """What the group is cut into."""
        if not self.units:
            return
        text = BETWEEN.join(unit.text for unit in self.units)
        starts: list[int] = []  # where each place begins in `text`
        places: list[tuple[int, int | None, str]] = []  # in the source, page, heading
        at = 0
        for unit in self.units:
            for inside, first, page in unit.places:
                starts.append(at + inside)
                places.append((first, page, unit.heading))
            at += len(unit.text) + len(BETWEEN)

        def place_of(offset: int) -> tuple[int, int | None, str]:
            nearest = bisect_right(starts, offset) - 1
            first, page, heading = places[nearest]
            return first + offset - starts[nearest], page, heading

        titles = BETWEEN.join(unit.text for unit in takewhile(lambda unit: unit.level, self.units))
        for start, piece in _pieces(text, len(titles), cutting, count):
            first, page, heading = place_of(start)
            if start < len(titles):  # it stands under the titles that it begins with
                _first, _page, heading = place_of(min(len(titles) + len(BETWEEN), start + len(piece) - 1))
            last, _page, _heading = place_of(start + len(piece) - 1)
            yield Passage(0, 0, piece, "prose", page, first, max(first, last) + 1, heading)


def _pieces(text: str, titles: int, cutting: Cutting, count: Callable[[str], int]) -> Sequence[tuple[int, str]]:
    """Pieces of a text with where they start; its first `titles` characters are headings and stay with what follows."""
    if count(text) <= cutting.tokens or titles >= len(text):
        start = len(text) - len(text.lstrip())
        return [(start, text.strip())] if text.strip() else []
    from semantic_text_splitter import TextSplitter

    overlap = min(cutting.overlap, cutting.tokens // 2)
    found = TextSplitter.from_callback(count, cutting.tokens, overlap=overlap).chunk_indices(text[titles:])
    pieces = [(titles + start, piece) for start, piece in found]
    start, piece = pieces[0]
    return [(0, text[: start + len(piece)]), *pieces[1:]]
