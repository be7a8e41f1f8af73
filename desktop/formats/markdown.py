"""Markdown: headings, paragraphs, lists, tables and code as they stand."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from desktop.core.documents import Aside, Block, Opened, Part
from desktop.core.i18n import N_
from desktop.core.options import Options
from desktop.core.shapes import Format, Head
from desktop.formats._blocks import stretches, tidy, verbatim
from desktop.formats._text import decode, encoding_of, open_text

_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})[ \t]*")
_ENTRY = re.compile(r"\s*([-*+]|\d+\.)\s+\[.*\]\(#[^)]*\)\s*$")  # of a table of contents
_PIECE = 1 << 20  # characters of a line that are read at once


def _sniff(head: Head) -> float:
    if head.name.lower().endswith((".md", ".markdown", ".mdown", ".rst")):
        return 0.95
    lines = decode(head.start[:8_000]).splitlines()
    return 0.3 if sum(bool(_HEADING.fullmatch(line)) for line in lines) > 1 else 0.0


def _parts(path: Path, first: int) -> Iterator[Part]:
    with open_text(path, encoding_of(path)) as file:
        yield Opened(0)
        lines = (line.rstrip("\r\n") for line in iter(lambda: file.readline(_PIECE), ""))
        yield from stretches(_blocks(_after_front_matter(lines)))


def _after_front_matter(lines: Iterator[str]) -> Iterator[str]:
    """The lines without a leading block of YAML, which is about the text and no part of it."""
    opening = next(lines, None)
    if opening is None:
        return
    held = [opening]
    if opening.strip() == "---":
        for line in lines:
            held.append(line)
            if line.strip() in ("---", "..."):
                held.clear()
                break
            if len(held) > 200:
                break
    yield from held
    yield from lines


def _blocks(lines: Iterable[str]) -> Iterator[Block]:
    gathered: list[str] = []
    fence = ""
    for line in lines:
        opened = _FENCE.match(line)
        if fence:
            gathered.append(line)
            if opened and opened[1].startswith(fence) and line.strip() == opened[1]:
                yield Block(verbatim("\n".join(gathered)))
                gathered, fence = [], ""
        elif opened:
            yield from _paragraph(gathered)
            gathered, fence = [line], opened[1]
        elif heading := _HEADING.fullmatch(line):
            yield from _paragraph(gathered)
            gathered = []
            yield Block(tidy(heading[2]), level=len(heading[1]))
        elif len(gathered) == 1 and (under := _UNDERLINE.fullmatch(line)) and not gathered[0].startswith("|"):
            yield Block(tidy(gathered[0]), level=1 if under[1].startswith("=") else 2)
            gathered = []
        elif line.strip():
            gathered.append(line)
        else:
            yield from _paragraph(gathered)
            gathered = []
    yield from [Block(verbatim("\n".join(gathered)))] if fence else _paragraph(gathered)


def _paragraph(lines: list[str]) -> Iterator[Block]:
    if lines:
        contents: Aside = "contents" if len(lines) > 2 and all(map(_ENTRY.match, lines)) else ""
        yield Block(verbatim("\n".join(line.rstrip() for line in lines)).strip(), aside=contents)


FORMAT = Format(
    title=N_("Markdown"),
    summary=N_("A Markdown file: headings, paragraphs, lists, tables and code."),
    extensions=(".md", ".markdown"),
    options=Options,
    kinds=(),
    sniff=_sniff,
    parts=_parts,
)
