"""EPUB books: the chapters in reading order."""

import urllib.parse
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from desktop.core.documents import Opened, Part
from desktop.core.i18n import N_
from desktop.core.options import Options
from desktop.core.records import Reason, Unread
from desktop.core.shapes import Format, Head
from desktop.formats import _archive
from desktop.formats._blocks import stretches
from desktop.formats._html_blocks import blocks_of

if TYPE_CHECKING:
    from lxml.etree import _Element

_CONTAINER = "META-INF/container.xml"
_LOCK = "META-INF/encryption.xml"
_MISSING = N_("the book names this chapter and does not hold it")
_BROKEN = N_("this chapter is damaged")
_FONTS_ONLY = (b"http://www.idpf.org/2008/embedding", b"http://ns.adobe.com/pdf/enc#RC")


def _sniff(head: Head) -> float:
    if head.name.lower().endswith(".epub"):
        return 0.95
    return 0.9 if head.start.startswith(b"PK") and b"application/epub+zip" in head.start[:200] else 0.0


def _parts(path: Path, first: int) -> Iterator[Part]:
    _archive.check(path)
    with zipfile.ZipFile(path) as book:
        names = frozenset(book.namelist())
        if _LOCK in names and _is_locked(book.read(_LOCK)):
            raise _archive.locked(path)
        chapters = _spine(book)
        yield Opened(0)
        for name in chapters:
            if name not in names:
                yield Unread(name, Reason(_MISSING))
                continue
            try:
                yield from stretches(blocks_of(book.read(name).decode("utf-8-sig", "replace")))
            except (zipfile.BadZipFile, ValueError):
                yield Unread(name, Reason(_BROKEN))


def _is_locked(told: bytes) -> bool:
    """Whether more than its fonts is encrypted."""
    methods = [each.get("Algorithm") or "" for each in _xml(told).iter("{*}EncryptionMethod")]
    return any(method.encode() not in _FONTS_ONLY for method in methods)


def _spine(book: zipfile.ZipFile) -> list[str]:
    root = next(_xml(book.read(_CONTAINER)).iter("{*}rootfile")).get("full-path") or ""
    package = _xml(book.read(root))
    folder = PurePosixPath(root).parent
    items = {each.get("id"): each for each in package.iter("{*}item")}
    named = [items[each.get("idref")] for each in package.iter("{*}itemref") if each.get("idref") in items]
    hrefs = [
        urllib.parse.unquote(each.get("href") or "")
        for each in named
        if "nav" not in (each.get("properties") or "").split()
    ]
    return [str(folder / href).removeprefix("./") for href in hrefs]


def _xml(data: bytes) -> "_Element":
    from lxml import etree

    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))


FORMAT = Format(
    title=N_("EPUB"),
    summary=N_("An electronic book, chapter by chapter."),
    extensions=(".epub",),
    options=Options,
    kinds=(),
    sniff=_sniff,
    parts=_parts,
)
