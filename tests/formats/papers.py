"""Small documents of every kind, made by the tests themselves."""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

Shown = tuple[float, float, float, str]
"""Words on a page of a PDF: x, y, size, text."""


def pdf(pages: Sequence[Sequence[Shown]], pictures: Sequence[int] = ()) -> bytes:
    """A PDF in Helvetica; on the pages named in `pictures` (from 1) there is a picture."""
    parts: list[bytes] = [b"", b"", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>", _PICTURE]
    kids = []
    for number, shown in enumerate(pages, 1):
        drawn = "".join(f"BT /F {size} Tf 1 0 0 1 {x} {y} Tm ({text}) Tj ET\n" for x, y, size, text in shown)
        drawn += "q 500 0 0 600 50 50 cm /I Do Q\n" if number in pictures else ""
        content = drawn.encode("latin-1")
        parts.append(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content))
        parts.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F 3 0 R >> /XObject << /I 4 0 R >> >> >>" % len(parts)
        )
        kids.append(b"%d 0 R" % len(parts))
    parts[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    parts[1] = b"<< /Type /Pages /Kids [%b] /Count %d >>" % (b" ".join(kids), len(kids))
    return _assembled(parts)


_PICTURE = (
    b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>\n"
    b"stream\nx\nendstream"
)


def _assembled(parts: Sequence[bytes]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(parts) + 1, table)
    return out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, start)


def paragraph(x: float, y: float, lines: Sequence[str], size: float = 11) -> list[Shown]:
    """Lines under one another."""
    return [(x, y - 14 * number, size, line) for number, line in enumerate(lines)]


def zipped(path: Path, members: Mapping[str, str | bytes]) -> Path:
    """An archive of these members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def epub(path: Path, chapters: Mapping[str, str], more: Mapping[str, str] | None = None) -> Path:
    """A book of these chapters, in this order; their names may need quoting."""
    items = "".join(f'<item id="i{n}" href="{name.replace(" ", "%20")}"/>' for n, name in enumerate(chapters))
    order = "".join(f'<itemref idref="i{n}"/>' for n, _name in enumerate(chapters))
    members = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": "<container><rootfiles><rootfile full-path='O/b.opf'/></rootfiles></container>",
        "O/b.opf": f"<package><manifest>{items}</manifest><spine>{order}</spine></package>",
        **{f"O/{name}": f"<html><body>{text}</body></html>" for name, text in chapters.items() if text},
    }
    return zipped(path, members | dict(more or {}))
