"""The part of pdfium's own interface that Seedbed uses."""

from pypdfium2 import PdfTextPage

FPDF_PAGEOBJ_IMAGE: int

def FPDFText_GetCharIndexFromTextIndex(page: PdfTextPage, index: int) -> int: ...  # noqa: N802
