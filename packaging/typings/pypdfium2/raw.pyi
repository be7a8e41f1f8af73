"""The part of pdfium's own interface that Seedbed uses."""

from pypdfium2 import PdfTextPage

FPDF_PAGEOBJ_IMAGE: int

class FS_RECTF:  # noqa: N801
    left: float
    right: float
    bottom: float
    top: float

def FPDFText_GetCharIndexFromTextIndex(page: PdfTextPage, index: int) -> int: ...  # noqa: N802
def FPDFText_GetLooseCharBox(page: object, index: int, box: FS_RECTF) -> int: ...  # noqa: N802
