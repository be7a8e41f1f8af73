"""PDF: the lines of every page with their places; pages without text are named."""

from collections.abc import Iterator
from pathlib import Path
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
        lines = tuple(_lines(text))
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
    whole = text.get_text_range()
    at = 0
    for line in whole.split("\r\n"):
        shown = tidy(line.replace("\ufffe", "\u2010"))
        if shown:
            start = at + len(line) - len(line.lstrip())
            end = at + len(line.rstrip()) - 1
            yield _placed(text, shown, start, end)
        at += len(line) + 2


def _placed(text: "PdfTextPage", shown: str, start: int, end: int) -> Line:
    """The line with its place; without one where pdfium does not tell."""
    import pypdfium2
    from pypdfium2 import raw

    first, last = (raw.FPDFText_GetCharIndexFromTextIndex(text, each) for each in (start, end))
    try:
        left, low, _right, high = text.get_charbox(first, loose=True)
        _left, _low, right, _high = text.get_charbox(last, loose=True)
    except pypdfium2.PdfiumError:
        return Line(shown)
    # The height of a letter's box grows with its size, whatever the file calls that.
    return Line(shown, round(high - low, 1), round(left, 1), round(right, 1), round(low, 1))


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
