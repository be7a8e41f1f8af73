"""What the body of a Word document holds, also where it is marked as inserted, lies in a form's field or in a box."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from desktop.formats._blocks import tidy

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_FOOTNOTES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
PARAGRAPH, TABLE = f"{_W}p", f"{_W}tbl"
_BOX, _NOTE = f"{_W}txbxContent", f"{_W}footnoteReference"
_WRAPPERS = frozenset(f"{_W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"))
_GONE = frozenset({_FALLBACK, *(f"{_W}{name}" for name in ("del", "moveFrom", "rPr", "sdtPr"))})
_SAID = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}


def within(parent: "_Element") -> Iterator["_Element"]:
    """The paragraphs and tables right in a body, a cell or a box, in order."""
    for child in parent:
        if child.tag in (PARAGRAPH, TABLE):
            yield child
        elif child.tag in _WRAPPERS:
            yield from within(child)


def text_of(paragraph: "_Element") -> str:
    """Its text as it stands once changes are accepted, without that of boxes."""
    return tidy("".join(_pieces(paragraph)))


def _pieces(parent: "_Element") -> Iterator[str]:
    for child in parent:
        if child.tag in (f"{_W}t", _MATHS):
            yield child.text or ""
        elif child.tag in _SAID:
            yield _SAID[child.tag]
        elif child.tag not in _GONE and child.tag not in (_BOX, f"{_W}pPr"):
            yield from _pieces(child)


def boxes_of(parent: "_Element") -> Iterator["_Element"]:
    """The boxes that hang on a paragraph; Word writes each twice, and the second is left out."""
    for child in parent:
        if child.tag == _BOX:
            yield child
        elif child.tag not in _GONE:
            yield from boxes_of(child)


def notes_of(paragraph: "_Element", notes: Mapping[str, str]) -> Iterator[str]:
    """The footnotes that a paragraph points at."""
    for found in paragraph.iter(_NOTE):
        if text := notes.get(found.get(f"{_W}id") or "", ""):
            yield text


def footnotes(document: "Document") -> Mapping[str, str]:
    """All footnotes by their ids."""
    from lxml import etree

    safe = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    found: dict[str, str] = {}
    for relation in document.part.rels.values():
        if relation.reltype == _FOOTNOTES and not relation.is_external:
            for note in etree.fromstring(relation.target_part.blob, safe).iter(f"{_W}footnote"):
                text = "\n".join(map(text_of, note.iter(PARAGRAPH)))
                found[note.get(f"{_W}id") or ""] = tidy(text)
    return found


def rows_of(table: "_Element") -> list[list[str]]:
    """The cells; one over several columns stands in the first of them, one over several rows in each."""
    rows: list[list[str]] = []
    for row in (each for each in table.iter(f"{_W}tr") if next(each.iterancestors(TABLE)) is table):
        cells = [""] * _number(row, "trPr/gridBefore")
        for cell in (each for each in row.iter(f"{_W}tc") if next(each.iterancestors(f"{_W}tr")) is row):
            merged = cell.find(f"{_W}tcPr/{_W}vMerge")
            goes_on = merged is not None and merged.get(f"{_W}val") != "restart"
            above = rows[-1][len(cells)] if rows and len(cells) < len(rows[-1]) else ""
            cells.append(above if goes_on else "\n".join(map(text_of, cell.iter(PARAGRAPH))))
            cells += [""] * (_number(cell, "tcPr/gridSpan") - 1)
        rows.append(cells)
    return rows


def _number(element: "_Element", path: str) -> int:
    found = element.find("/".join(f"{_W}{name}" for name in path.split("/")))
    value = found.get(f"{_W}val") if found is not None else None
    return min(int(value), 100) if value is not None and value.isdecimal() else 0
