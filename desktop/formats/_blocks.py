"""Blocks of text on their way out of a reader: tidied, with tables in Markdown, gathered into stretches."""

import re
from collections.abc import Iterable, Iterator, Sequence

from desktop.core.documents import Block, DocumentPage
from desktop.core.text.radicals import without_radicals

_STRETCH = 4_000  # characters that are handed over together where a file has no pages
_BLANKS = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f]+")
_BREAKS = re.compile(r"\n{3,}")
_CONTROL = dict.fromkeys([*range(9), 0xB, *range(0xE, 0x20), 0x7F, 0xAD, 0x200B, 0xFEFF, 0xFFFE, 0xFFFF])
_UNSTORABLE: dict[int, int | None] = dict.fromkeys(range(0xD800, 0xE000), 0xFFFD)
_GONE = {**_CONTROL, **_UNSTORABLE, 0xC: 10, 0xD: 10, 0x2028: 10, 0x2029: 10}


def tidy(text: str) -> str:
    """The text without control characters and with single blanks; line breaks stay."""
    text = without_radicals(text.replace("\r\n", "\n").translate(_GONE))
    lines = (_BLANKS.sub(" ", line).strip() for line in text.split("\n"))
    return _BREAKS.sub("\n\n", "\n".join(lines)).strip()


def verbatim(text: str) -> str:
    """Code: as it stands, but for what cannot be stored."""
    return text.replace("\r\n", "\n").translate(_GONE).strip("\n")


def table(rows: Sequence[Sequence[str]]) -> str:
    """Cells as a Markdown table whose first row is the header; a table of one column as lines."""
    kept = [[" ".join(cell.split()).replace("|", "\\|") for cell in row] for row in rows]
    kept = [row for row in kept if any(row)]
    width = max((len(row) for row in kept), default=0)
    if width < 2:
        return "\n".join(row[0].replace("\\|", "|") for row in kept)
    lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in kept]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])


def stretches(blocks: Iterable[Block]) -> Iterator[DocumentPage]:
    """The blocks of a file without pages, some at a time."""
    gathered: list[Block] = []
    size = 0
    for block in blocks:
        if not block.text:
            continue
        gathered.append(block)
        size += len(block.text)
        if size >= _STRETCH:
            yield DocumentPage(0, tuple(gathered))
            gathered, size = [], 0
    if gathered:
        yield DocumentPage(0, tuple(gathered))
