"""Plain text: paragraphs between empty lines, in any encoding."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from desktop.core.documents import Block, Opened, Part
from desktop.core.i18n import N_
from desktop.core.options import Options
from desktop.core.shapes import Format, Head
from desktop.core.text.printed import joined
from desktop.formats._blocks import stretches, tidy
from desktop.formats._text import decode, encoding_of, open_text

_CHAPTER = re.compile(
    r"(第\s*[0-9０-９一二三四五六七八九十百千零〇两]+\s*[章节篇回卷部][\s:：、.·]?.{0,40}|"
    r"(chapter|part|section|appendix)\s+([0-9]+|[ivxlc]+)\b.{0,60})",
    re.IGNORECASE,
)
_WRAPPED = (50, 100)  # characters of a line in a text that is broken to fit a screen
_PIECE = 1 << 20  # characters of a line that are read at once


def _sniff(head: Head) -> float:
    if head.name.lower().endswith((".txt", ".text", ".log")):
        return 0.8
    text = decode(head.start[:4_000])
    return 0.1 if text.strip() and "\0" not in text else 0.0


def _parts(path: Path, first: int) -> Iterator[Part]:
    with open_text(path, encoding_of(path)) as file:
        yield Opened(0)
        yield from stretches(map(_block, _paragraphs(iter(lambda: file.readline(_PIECE), ""))))


def _paragraphs(lines: Iterable[str]) -> Iterator[str]:
    """Lines between empty lines; each line is a paragraph of its own where most are too long to be broken ones.

    Chinese texts begin a paragraph with two wide blanks instead.
    """
    gathered: list[str] = []
    for line in lines:
        if line.startswith("\u3000") and gathered:
            yield from _as_paragraphs(gathered)
            gathered = []
        if text := tidy(line):
            gathered.append(text)
        if not text or len(gathered) >= 2_000:
            yield from _as_paragraphs(gathered)
            gathered = []
    yield from _as_paragraphs(gathered)


def _as_paragraphs(lines: list[str]) -> Iterator[str]:
    inner = lines[:-1]
    wrapped = inner and all(_WRAPPED[0] <= _width(line) <= _WRAPPED[1] for line in inner)
    if wrapped:
        yield joined(lines)
    elif inner and all(_width(line) < _WRAPPED[0] for line in lines):
        yield "\n".join(lines)  # verses, addresses, lists
    else:
        yield from lines


def _width(line: str) -> int:
    return sum(2 if letter > "\u2e7f" else 1 for letter in line)


def _block(text: str) -> Block:
    is_heading = len(text) < 70 and "\n" not in text and _CHAPTER.fullmatch(text)
    return Block(text, level=1 if is_heading else 0)


FORMAT = Format(
    title=N_("Plain text"),
    summary=N_("A text file in any encoding, paragraph by paragraph."),
    extensions=(".txt", ".text"),
    options=Options,
    kinds=(),
    sniff=_sniff,
    parts=_parts,
)
