"""Word documents: headings, paragraphs and lists, tables as Markdown."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.core.documents import Aside, Block, Opened, Part
from desktop.core.i18n import N_
from desktop.core.options import Options
from desktop.core.shapes import Format, Head
from desktop.formats import _archive
from desktop.formats._blocks import stretches, table
from desktop.formats._word_body import TABLE, boxes_of, footnotes, notes_of, rows_of, text_of, within

if TYPE_CHECKING:
    from docx.document import Document
    from docx.styles.style import BaseStyle
    from lxml.etree import _Element

_HEADING = re.compile(r"(?:heading|标题|überschrift|titre|título)\s*([1-9])", re.IGNORECASE)
_CONTENTS = re.compile(r"(toc|目录|table of contents)", re.IGNORECASE)
_DEEPEST = 20  # styles that build on one another
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STYLED, _NUMBERED, _OUTLINE = (f"{_W}pPr/{_W}{name}" for name in ("pStyle", "numPr", "outlineLvl"))
_VALUE = f"{_W}val"


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
    yield from stretches(_blocks(document, document.element.body, footnotes(document)))


def _blocks(document: "Document", parent: "_Element", notes: Mapping[str, str]) -> Iterator[Block]:
    listed: list[str] = []  # items of one list stay together
    for each in within(parent):
        if each.tag == TABLE:
            yield from _ended(listed)
            yield Block(table(rows_of(each)))
            continue
        text, style = text_of(each), _style_of(document, each)
        name, level = (style.name if style is not None else None) or "", _level(style)
        if text and not level and (name.lower().startswith("list") or each.find(_NUMBERED) is not None):
            listed.append(f"- {text}")
        else:
            yield from _ended(listed)
            yield Block(text, level, _aside(name))
        beside = [*boxes_of(each)], [*notes_of(each, notes)]
        if any(beside):
            yield from _ended(listed)
            for box in beside[0]:
                yield from _blocks(document, box, notes)
            yield from map(Block, beside[1])
    yield from _ended(listed)


def _ended(listed: list[str]) -> Iterator[Block]:
    if listed:
        yield Block("\n".join(listed))
        listed.clear()


def _style_of(document: "Document", paragraph: "_Element") -> "BaseStyle | None":
    from docx.enum.style import WD_STYLE_TYPE

    named = paragraph.find(_STYLED)
    return document.part.get_style(named.get(_VALUE) if named is not None else None, WD_STYLE_TYPE.PARAGRAPH)


def _level(style: "BaseStyle | None") -> int:
    """Of a heading, as its style is named in some languages, else as the style or one that it builds on says."""
    for _step in range(_DEEPEST):
        if style is None:
            break
        if (name := style.name or "").lower() in ("title", "标题"):
            return 1
        if found := _HEADING.match(name):
            return min(6, int(found[1]))
        outline = style.element.find(_OUTLINE)
        if outline is not None:
            level = int(outline.get(_VALUE) or 9) + 1
            return level if level <= 6 else 0
        style = getattr(style, "base_style", None)
    return 0


def _aside(style: str) -> Aside:
    return "contents" if _CONTENTS.match(style) else ""


FORMAT = Format(
    title=N_("Word"),
    summary=N_("A Word document: headings, paragraphs, lists and tables."),
    extensions=(".docx", ".docm"),
    options=Options,
    kinds=(),
    sniff=_sniff,
    parts=_parts,
)
