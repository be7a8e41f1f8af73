"""PowerPoint presentations: a page for each slide, with its notes."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.core.documents import Block, DocumentPage, Opened, Part
from desktop.core.i18n import N_, _
from desktop.core.options import Options
from desktop.core.records import Reason, Unread
from desktop.core.shapes import Format, Head
from desktop.formats import _archive
from desktop.formats._blocks import table, tidy

if TYPE_CHECKING:
    from pptx.slide import Slide

_DEEPEST = 20  # groups within groups
_PICTURES = N_("there are only pictures on it, no text")


def _sniff(head: Head) -> float:
    if head.name.lower().endswith((".pptx", ".pptm")):
        return 0.95 if head.start.startswith((b"PK", b"\xd0\xcf\x11\xe0")) else 0.3
    return 0.9 if head.start.startswith(b"PK") and b"ppt/" in head.start else 0.0


def _parts(path: Path, first: int) -> Iterator[Part]:
    import pptx

    with path.open("rb") as file:
        if file.read(4) == b"\xd0\xcf\x11\xe0":
            raise _archive.locked(path)
    _archive.check(path)
    slides = pptx.Presentation(str(path)).slides
    yield Opened(len(slides))
    for number, slide in enumerate(slides, 1):
        if number < first:
            continue
        blocks = tuple(block for block in _blocks(slide) if block.text)
        if not blocks and len(slide.shapes):
            yield Unread(_("page {number}").format(number=number), Reason(_PICTURES))
        yield DocumentPage(number, blocks)


def _blocks(slide: "Slide") -> Iterator[Block]:
    title = slide.shapes.title
    if title is not None:
        yield Block(tidy(title.text_frame.text).replace("\n", " "), level=2)
    others = [shape for shape in _shapes(slide.shapes, 0) if title is None or shape.shape_id != title.shape_id]
    for shape in others:
        if _runs_through(shape):
            continue
        if shape.has_text_frame:
            yield Block(tidy(shape.text_frame.text))
        elif getattr(shape, "has_table", False):
            yield Block(table([[tidy(cell.text) for cell in row.cells] for row in shape.table.rows]))
        elif getattr(shape, "has_chart", False):
            yield from _figures(shape.chart)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        yield Block(tidy(slide.notes_slide.notes_text_frame.text))


def _runs_through(shape: Any) -> bool:
    """Whether it is the date, the number or the footer that stands on every slide."""
    from pptx.enum.shapes import PP_PLACEHOLDER

    running = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.HEADER)
    return bool(shape.is_placeholder) and shape.placeholder_format.type in running


def _figures(chart: Any) -> Iterator[Block]:
    """What a chart shows, as a table: a row for each category, a column for each series."""
    for plot in chart.plots:
        columns = [list(series.values) for series in plot.series]
        names = [str(category) for category in plot.categories]
        rows = zip(names, zip_longest(*columns), strict=False)
        cells = [[name, *("" if value is None else f"{value:g}" for value in values)] for name, values in rows]
        if cells:
            yield Block(table([["", *(series.name for series in plot.series)], *cells]))


def _shapes(shapes: Iterable[Any], depth: int) -> Iterator[Any]:
    """Shapes as they are read: from above, then from the left; those of a group where the group stands."""
    for shape in sorted(shapes, key=lambda each: (each.top or 0, each.left or 0)):
        inner = getattr(shape, "shapes", None)
        if inner is None:
            yield shape
        elif depth < _DEEPEST:
            yield from _shapes(inner, depth + 1)


FORMAT = Format(
    title=N_("PowerPoint"),
    summary=N_("A presentation: every slide a page, with its notes."),
    extensions=(".pptx", ".pptm"),
    options=Options,
    kinds=(),
    sniff=_sniff,
    parts=_parts,
)
