"""PDF: the lines of every page with their places; pages without text are named."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median_low
from typing import TYPE_CHECKING

from desktop.core.documents import DocumentPage, Line, Opened, Part
from desktop.core.errors import UserError
from desktop.core.i18n import N_, _
from desktop.core.options import Options
from desktop.core.records import Reason, Unread
from desktop.core.shapes import Format, Head
from desktop.formats import _archive
from desktop.formats._blocks import tidy

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage, PdfTextPage

_PASSWORD = 4  # pdfium's FPDF_ERR_PASSWORD
_LONGEST = 2_000_000  # characters of a page
_MOST_PAGES = 50_000
_PARTED = re.compile(r"(?<=\w)\ufffe(?=[^\W\d_])")
_WORD = re.compile(r"\S+")
_GAP = 1.6  # times the height of a letter
_SCANNED = N_("it is a picture without text, a scan perhaps")
_BROKEN = N_("this page is damaged")
_TOO_MUCH = N_("there is more text on it than a page can hold")
_GIBBERISH = N_("its letters cannot be told apart: the file does not say which is which")


def _sniff(head: Head) -> float:
    return 0.98 if b"%PDF-" in head.start[:1024] else 0.3 if head.name.lower().endswith(".pdf") else 0.0


def _parts(path: Path, first: int) -> Iterator[Part]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise (_archive.locked(path) if error.err_code == _PASSWORD else _archive.damaged(path)) from None
    pages = len(document)
    if pages > _MOST_PAGES:
        raise UserError(
            _("“{file}” says that it has {pages} pages.").format(file=path.name, pages=pages),
            _("Split it into smaller files first."),
        )
    yield Opened(pages)
    for number in range(first, pages + 1):
        yield from _page(document, number)


def _page(document: "PdfDocument", number: int) -> Iterator[Part]:
    import pypdfium2

    place = _("page {number}").format(number=number)
    try:
        page = document[number - 1]
        text = page.get_textpage()
        if text.count_chars() > _LONGEST:
            yield Unread(place, Reason(_TOO_MUCH))
            return
        lines = tuple(line for line in _lines(text) if line.text)
        letters = "".join(line.text for line in lines)
        if not letters and _has_pictures(page):
            yield Unread(place, Reason(_SCANNED))
        elif sum(letter == "\ufffd" or "\ue000" <= letter <= "\uf8ff" for letter in letters) > 0.3 * len(letters):
            yield Unread(place, Reason(_GIBBERISH))
            lines = ()
    except pypdfium2.PdfiumError:
        yield Unread(place, Reason(_BROKEN))
        return
    yield DocumentPage(number, lines=lines)
    text.close()
    page.close()


def _lines(text: "PdfTextPage") -> Iterator[Line]:
    at = 0
    for line in text.get_text_range().split("\r\n"):
        yield from _pieces(text, line, at)
        at += len(line) + 2


def _pieces(text: "PdfTextPage", line: str, at: int) -> Iterator[Line]:
    """The line with its place, in pieces where a gap in it parts columns, and where it goes on in the next line."""
    from pypdfium2 import raw

    words = [word.span() for word in _WORD.finditer(line)]
    if not words:
        return
    begin, end = words[0][0], words[-1][1]
    first = raw.FPDFText_GetCharIndexFromTextIndex(text, at + begin) - begin
    if raw.FPDFText_GetCharIndexFromTextIndex(text, at + end - 1) - end + 1 != first or first + begin < 0:
        yield Line(_shown(line))  # letters that pdfium put in or left out: it cannot be told what stands where
        return
    box, page = raw.FS_RECTF(), text.raw
    left, right, low = 0.0, 0.0, 0.0  # of the piece so far
    heights: list[
        float
    ] = []  # of the first letters of its words; they grow with the size, whatever the file calls that
    rest: float | None = None  # where the rest of a parted word begins, in the next line
    for start, stop in words:
        raw.FPDFText_GetLooseCharBox(page, first + start, box)
        height = max(heights[-1], 1.0) if heights else 0.0
        wrapped = box.left < right and box.top < low + height / 2
        if start > begin and (wrapped or box.left - right > _GAP * height):
            yield _line(line[begin:start], heights, left, right, low)
            begin, heights = start, []
        if start == begin:
            left, low = rest if rest is not None and wrapped else box.left, box.bottom
        heights.append(box.top - box.bottom)
        parted = line.find("\ufffe", start + 1, stop)
        rest = None
        if parted > 0:
            raw.FPDFText_GetLooseCharBox(page, first + parted + 1, box)
            rest = box.left
        raw.FPDFText_GetLooseCharBox(page, first + (parted if parted > 0 else stop) - 1, box)
        right = box.right
    yield _line(line[begin:end], heights, left, right, low)


def _line(text: str, heights: Sequence[float], left: float, right: float, low: float) -> Line:
    return Line(_shown(text), *(round(each, 1) for each in (median_low(heights), left, right, low)))


def _shown(text: str) -> str:
    """Where a word was parted at the end of a line, pdfium has joined it and put a mark in place of the hyphen."""
    return tidy(_PARTED.sub("", text).replace("\ufffe", "-"))


def _has_pictures(page: "PdfPage") -> bool:
    from pypdfium2 import raw

    return next(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3), None) is not None


FORMAT = Format(
    title=N_("PDF"),
    summary=N_("A PDF file, page by page; pages that are only pictures are named."),
    extensions=(".pdf",),
    options=Options,
    kinds=(),
    sniff=_sniff,
    parts=_parts,
)
