"""Word documents: headings, paragraphs and lists, tables as Markdown."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.core.documents import Aside, Block, Opened, Part
from desktop.core.i18n import N_
from desktop.core.options import Options
from desktop.core.shapes import Format, Head
from desktop.formats import _archive
from desktop.formats._blocks import stretches, table, tidy

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table
    from docx.text.paragraph import Paragraph

_HEADING = re.compile(r"(?:heading|标题|überschrift|titre|título)\s*([1-9])", re.IGNORECASE)
_CONTENTS = re.compile(r"(toc|目录|table of contents)", re.IGNORECASE)


def _sniff(head: Head) -> float:
    if head.name.lower().endswith((".docx", ".docm")):
        return 0.95 if head.start.startswith((b"PK", b"\xd0\xcf\x11\xe0")) else 0.3
    return 0.9 if head.start.startswith(b"PK") and b"word/" in head.start else 0.0


def _parts(path: Path, first: int) -> Iterator[Part]:
    import docx

    with path.open("rb") as file:
        if file.read(4) == b"\xd0\xcf\x11\xe0":  # an encrypted one lies in the old container
            raise _archive.locked(path)
    _archive.check(path)
    document = docx.Document(str(path))
    yield Opened(0)
    yield from stretches(_blocks(document))


def _blocks(document: "Document") -> Iterator[Block]:
    from docx.table import Table

    listed: list[str] = []  # items of one list stay together
    for each in document.iter_inner_content():
        if isinstance(each, Table):
            yield from _ended(listed)
            yield Block(table(_rows(each)))
            continue
        text, style = tidy(each.text), (each.style.name if each.style is not None else None) or ""
        if text and _is_item(each, style):
            listed.append(f"- {text}")
            continue
        yield from _ended(listed)
        if text:
            yield Block(text, _level(style), _aside(style))
    yield from _ended(listed)


def _ended(listed: list[str]) -> Iterator[Block]:
    if listed:
        yield Block("\n".join(listed))
        listed.clear()


def _is_item(paragraph: "Paragraph", style: str) -> bool:
    properties = paragraph._p.pPr
    numbered = properties is not None and properties.numPr is not None
    return (numbered or style.lower().startswith("list")) and not _level(style)


def _level(style: str) -> int:
    if style.lower() in ("title", "标题"):
        return 1
    found = _HEADING.match(style)
    return min(6, int(found[1])) if found else 0


def _aside(style: str) -> Aside:
    return "contents" if _CONTENTS.match(style) else ""


def _rows(found: "Table") -> list[list[str]]:
    """The cells; one that spans several columns is told once."""
    rows: list[list[str]] = []
    for row in found.rows:
        cells = [cell for place, cell in enumerate(row.cells) if place == 0 or cell._tc is not row.cells[place - 1]._tc]
        rows.append([tidy(cell.text) for cell in cells])
    return rows


FORMAT = Format(
    title=N_("Word"),
    summary=N_("A Word document: headings, paragraphs, lists and tables."),
    extensions=(".docx", ".docm"),
    options=Options,
    kinds=(),
    sniff=_sniff,
    parts=_parts,
)
