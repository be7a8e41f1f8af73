"""Web pages: their main text, with headings and tables, without the navigation round it."""

import re
from collections.abc import Iterator
from pathlib import Path

from desktop.core.documents import Block, Opened, Part
from desktop.core.i18n import N_
from desktop.core.options import Options
from desktop.core.shapes import Format, Head
from desktop.formats._blocks import stretches
from desktop.formats._html_blocks import blocks_of, title_of
from desktop.formats._text import decode, encoding_of

_OPENING = re.compile(r"<(!doctype\s+html|html|head|body|article|div|p)\b", re.IGNORECASE)
_CHARSET = re.compile(rb"""<meta[^>]{1,200}charset\s*=\s*["']?([A-Za-z0-9_-]+)""", re.IGNORECASE)


def _sniff(head: Head) -> float:
    if head.name.lower().endswith((".html", ".htm", ".xhtml")):
        return 0.95
    return 0.6 if _OPENING.match(decode(head.start[:2_000]).lstrip()) else 0.0


def _parts(path: Path, first: int) -> Iterator[Part]:
    html = text_of(path.read_bytes(), path)
    yield Opened(0)
    blocks = list(blocks_of(html))
    if not any(block.level == 1 for block in blocks) and (title := title_of(html)):
        blocks.insert(0, Block(title, level=1))
    yield from stretches(blocks)


def text_of(data: bytes, path: Path) -> str:
    """The page's characters: by the encoding that it names itself, where that fits, else as any text file's."""
    named = _CHARSET.search(data[:4_096])
    if named and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode(named[1].decode())
        except (LookupError, UnicodeDecodeError):
            pass  # it says one thing and does another
    return data.decode(encoding_of(path), "replace")


FORMAT = Format(
    title=N_("Web page"),
    summary=N_("The main text of an HTML file, without the navigation round it."),
    extensions=(".html", ".htm", ".xhtml"),
    options=Options,
    kinds=(),
    sniff=_sniff,
    parts=_parts,
)
