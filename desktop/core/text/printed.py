"""From lines as they are printed to paragraphs: running heads found, wrapped lines joined, headings told by size."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median
from typing import TypeAlias

from desktop.core.documents import Aside, Block, DocumentPage, Line
from desktop.core.text.words import UNSPACED

_EDGE = 3  # lines at the top and at the bottom of a page that may run through
_OFTEN = 0.3  # share of the pages on which a line must stand to run through them
_FEW_PAGES = 4  # fewer tell nothing
_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)
_PAGE_NUMBER = re.compile(
    r"[-–—|·•\[(\s]*(page|seite|第)?\s*(\d{1,5}|[ivxlc]{1,7})\s*(页|(/|of|von|共)\s*\d+.?)?[-–—|·•\])\s]*",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"^\W*(\d{1,5})\b|\b(\d{1,5})\W*$")
_LEADER = re.compile(r"([.·…‧]\s?){3,}\s*\d+\s*$")
_BULLET = re.compile(r"\s*([-–•▪◦●■*]\s*\S|[①-⑳])")
_NUMBERED = re.compile(
    r"\s*(\(?\d{1,3}[.)]\s|\d{1,3}、|\(?[a-z][.)]\s|[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}、)"
)
_ENDS = re.compile(r"[.!?。！？…:：;；][\"'”’」』)）]*$")
_TIGHT = re.compile(f"[{UNSPACED}\u3000-\u303f\uff00-\uffef]")
_HYPHEN = re.compile(r"\w[-\u2010\u00ad\ufffe]$")
_LARGER = 1.12  # times the size of running text, for a heading
_PROSE = 18  # letters of a line in a narrow column of running text
_SWAPS = 0.2  # share of successive lines that change sides, from which on columns were read across


_Shape: TypeAlias = tuple[str, int]


def blocks_of(pages: Sequence[DocumentPage]) -> list[DocumentPage]:
    """The pages with blocks in place of lines; pages that have no lines stay as they are."""
    pages = [replace(page, lines=tuple(_in_columns(page.lines))) for page in pages]
    body = _body_size(pages)
    levels = _levels(pages, body)
    running, (printed, label) = _running(pages), _label(pages)
    return [
        replace(
            page, blocks=tuple(_blocks(page.lines, running, page.number + label if printed else 0, levels)), lines=()
        )
        if page.lines
        else page
        for page in pages
    ]


def has_ended(text: str) -> bool:
    """Whether a sentence, or the words before a list, end with the text."""
    return bool(_ENDS.search(text))


def joined(lines: Sequence[str]) -> str:
    """Lines of one paragraph as running text: no blank between Han characters, hyphenated words mended."""
    text = ""
    for line in lines:
        if not text:
            text = line
        elif (_HYPHEN.search(text) and line[:1].islower()) or text[-1] in "\u00ad\ufffe":
            text = text[:-1] + line
        elif _TIGHT.match(text[-1]) and _TIGHT.match(line[:1] or " "):
            text += line
        else:
            text += " " + line
    return text


# ── what runs through the pages ──────────────────────────────────────────────────────────────────


def _running(pages: Sequence[DocumentPage]) -> frozenset[_Shape]:
    """The lines, without their numbers, that stand at the edge of many pages."""
    printed = [page for page in pages if page.lines]
    if len(printed) < _FEW_PAGES:
        return frozenset()
    seen: Counter[_Shape] = Counter()
    for page in printed:
        seen.update({_shape(line) for line in _edges(page.lines)})
    # Titles of chapters change: a few pages in a row are enough for a line that is nowhere but at edges.
    least = max(3, min(_OFTEN * len(printed), 6))
    return frozenset(shape for shape, count in seen.items() if count >= least and shape[0])


def _label(pages: Sequence[DocumentPage]) -> tuple[bool, int]:
    """Whether pages have their numbers printed on them, and what is to be added to theirs to have those."""
    seen: Counter[int] = Counter()
    printed = [page for page in pages if page.lines]
    for page in printed:
        seen.update({n - page.number for line in _outermost(page.lines) for n in _numbers(line)})
    label, count = max(seen.items(), key=lambda each: (each[1], -abs(each[0])), default=(0, 0))
    return count >= max(3, 0.5 * len(printed)), label


def _outermost(lines: Sequence[Line]) -> Sequence[Line]:
    return (max(lines, key=lambda line: line.top), min(lines, key=lambda line: line.top))


def _numbers(line: Line) -> Iterator[int]:
    """The numbers that a line begins and ends with."""
    for found in _COUNTED.finditer(line.text):
        yield int(found[1] or found[2])


def _edges(lines: Sequence[Line]) -> Sequence[Line]:
    ordered = sorted(lines, key=lambda line: -line.top)
    most = min(_EDGE, len(ordered) // 3)
    return [*ordered[:most], *ordered[len(ordered) - most :]]


def _shape(line: Line) -> _Shape:
    """What a running line has in common on all its pages. The title of the whole may say the same in larger letters."""
    return " ".join(_NUMBER.sub("#", line.text).split()).casefold(), round(line.size)


def _aside(line: Line, edges: Sequence[Line], running: frozenset[_Shape], label: int) -> Aside:
    if line in edges and (_shape(line) in running or _PAGE_NUMBER.fullmatch(line.text)):
        return "running"
    if label and line in edges and line in _outermost(edges) and label in _numbers(line):
        return "running"
    return "contents" if _LEADER.search(line.text) else ""


# ── sizes and sides ──────────────────────────────────────────────────────────────────────────────


def _body_size(pages: Sequence[DocumentPage]) -> float:
    letters: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            letters[round(line.size, 1)] += len(line.text)
    return letters.most_common(1)[0][0] if letters else 0.0


def _levels(pages: Sequence[DocumentPage], body: float) -> dict[float, int]:
    """The sizes of headings with their level, the largest first; sizes of which there is much are no headings."""
    letters: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            if line.size > _LARGER * body and len(line.text) < 200:
                letters[round(line.size, 1)] += len(line.text)
    whole = sum(len(line.text) for page in pages for line in page.lines)
    sizes = sorted((size for size, count in letters.items() if count < 0.25 * whole or whole < 400), reverse=True)
    return {size: min(6, place) for place, size in enumerate(sizes, 1)}


def _in_columns(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines in reading order: as they came, but where a file draws its columns across one another."""
    placed = [line for line in lines if line.right > line.left]
    gutter = _gutter(placed) if len(placed) >= 8 else None
    if gutter is None or not _read_across(placed, gutter):
        return _across(lines)
    ordered: list[Line] = []
    band: list[Line] = []  # lines between two that stand across both columns
    for line in [*sorted(lines, key=lambda each: -each.top), None]:
        if line is not None and (line.right <= gutter or line.left >= gutter):
            band.append(line)
            continue
        ordered += sorted(band, key=lambda each: (each.left >= gutter, -each.top))
        band = []
        if line is not None:
            ordered.append(line)
    return ordered


def _read_across(lines: Sequence[Line], gutter: float) -> bool:
    """Whether lines of two columns of running text came in turns; the cells of a table are shorter."""
    sides = [line.left >= gutter for line in lines if line.right <= gutter or line.left >= gutter]
    swaps = sum(before != after for before, after in pairwise(sides))
    lengths = [[len(line.text) for line in lines if (line.left >= gutter) is side] for side in (False, True)]
    return len(sides) >= 8 and swaps > _SWAPS * len(sides) and all(each and median(each) >= _PROSE for each in lengths)


def _across(lines: Sequence[Line]) -> list[Line]:
    """Pieces of one line, as the cells of a table are, put together."""
    whole: list[Line] = []
    for line in lines:
        before = whole[-1] if whole else line
        if whole and abs(before.top - line.top) < 1 and 0 < before.right <= line.left:
            whole[-1] = replace(before, text=f"{before.text} {line.text}", right=line.right)
        else:
            whole.append(line)
    return whole


def _gutter(lines: Sequence[Line]) -> float | None:
    """Where between a third and two thirds of the page's width the fewest lines stand; None where many do."""
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    places = [left + (right - left) * step / 60 for step in range(20, 41)]
    crossing = {place: sum(line.left < place < line.right for line in lines) for place in places}
    best = min(crossing.values())
    free = [place for place in places if crossing[place] == best]
    return median(free) if best <= 0.25 * len(lines) else None


# ── paragraphs ───────────────────────────────────────────────────────────────────────────────────


def _blocks(lines: Sequence[Line], running: frozenset[_Shape], label: int, levels: dict[float, int]) -> Iterator[Block]:
    edges = _edges(lines)
    pitch = _pitch(lines)
    gathered: list[Line] = []
    kind: tuple[Aside, int] = ("", 0)
    for line in lines:
        aside = _aside(line, edges, running, label)
        found = (aside, 0 if aside else levels.get(round(line.size, 1), 0))
        if gathered and (found != kind or (not aside and _begins(gathered, line, pitch, kind[1]))):
            # What stands over a table of contents as its title belongs to it.
            yield _block(gathered, "contents", 0) if kind[1] and aside == "contents" else _block(gathered, *kind)
            gathered = []
        gathered.append(line)
        kind = found
    if gathered:
        yield _block(gathered, *kind)


def _block(lines: Sequence[Line], aside: Aside, level: int) -> Block:
    texts = [line.text for line in lines]
    if aside:
        return Block("\n".join(texts), aside=aside)
    text = joined(texts)
    return Block(text, level=level if len(text) < 200 else 0)


def _pitch(lines: Sequence[Line]) -> float:
    """The usual distance of two lines; 0 where it is unknown."""
    steps = [before.top - after.top for before, after in pairwise(lines)]
    steps = [step for step in steps if step > 0]
    return median(steps) if steps else 0.0


def _begins(gathered: Sequence[Line], line: Line, pitch: float, level: int) -> bool:
    """Whether a line begins a paragraph after the lines that were gathered."""
    before = gathered[-1]
    step = before.top - line.top
    if level:
        return step > 2.5 * max(line.size, pitch) or step < 0
    if pitch and (step > 1.45 * pitch or step < -3 * pitch):
        # A jump to the top of the next column goes on with the sentence, where it has not ended.
        return step > 0 or has_ended(before.text)
    if _BULLET.match(line.text):
        return True
    first, ended = gathered[0], has_ended(before.text)
    widest = max(each.right for each in gathered)
    short = before.right < line.left + 0.8 * (max(widest, line.right) - line.left)
    moved = abs(line.left - before.left) > 0.8 * line.size > 0
    if _NUMBERED.match(line.text):  # else it may be the number of "see Table", which ends the line before
        beside = _NUMBERED.match(first.text) and abs(line.left - first.left) < 0.5 * line.size
        if ended or short or moved or beside:
            return True
    if short and moved:
        return True
    indented = line.left - min(each.left for each in gathered) > 0.8 * line.size > 0
    if ended and indented and abs(line.left - first.left) < 0.5 * line.size:
        return True
    if ended and _BULLET.match(first.text) and line.left < first.left + 0.9 * line.size:
        return True
    return ended and (short or (indented and len(gathered) > 1))
