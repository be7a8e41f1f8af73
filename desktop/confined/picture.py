"""The task of drawing a page of a PDF."""

import base64
from collections.abc import Iterator, Mapping
from typing import Any

from desktop.core.records import JsonObject

_PIXELS = 4_000_000  # of one picture


def draw(given: Mapping[str, Any]) -> Iterator[JsonObject]:
    """`given`: the file, the page (from 1) and the width in pixels. Yields one picture: its size and RGB bytes."""
    import pypdfium2

    document = pypdfium2.PdfDocument(given["file"])
    page = document[int(given["page"]) - 1]
    width, height = page.get_size()
    scale = int(given["width"]) / max(width, 1)
    scale = min(scale, (_PIXELS / max(1, width * height)) ** 0.5)
    bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
    rows = bytes(bitmap.buffer)
    yield {
        "width": bitmap.width,
        "height": bitmap.height,
        "stride": bitmap.stride,
        "channels": bitmap.n_channels,
        "pixels": base64.b64encode(rows).decode(),
    }
