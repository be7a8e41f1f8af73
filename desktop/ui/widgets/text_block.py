"""A few lines of plain text laid out for painting: broken to a width, elided, with stretches marked."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTextLayout, QTextOption

_ROUND = 3.0
_LEADING = 1.18  # of a line's own height, so that several lines read well
_CARET = 5.0


class TextBlock:
    """Text in any script and direction, at most `lines` lines high; what does not fit ends in “…”.

    `marks` are [start, end) in characters. With `tail` the end of the text is kept instead of its beginning.
    """

    __slots__ = ("_baseline", "_layout", "_marked", "height")

    def __init__(
        self,
        text: str,
        font: QFont,
        width: float,
        lines: int,
        marks: Sequence[tuple[int, int]] = (),
        *,
        tail: bool = False,
    ) -> None:
        self._layout, self.height = _lay_out(text, font, width)
        if self._layout.lineCount() > lines:
            text = _shortened(text, self._layout, font, width, lines, tail=tail)
            self._layout, self.height = _lay_out(text, font, width)
        self._baseline = QFontMetricsF(font).height()
        self._marked = tuple(_rectangles(self._layout, text, marks)) if marks else ()

    def paint(self, painter: QPainter, at: QPointF, ink: QColor, mark: QColor | None = None) -> None:
        """Paint with the top left corner `at`."""
        if self._marked and mark is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(mark)
            for each in self._marked:
                painter.drawRoundedRect(each.translated(at), _ROUND, _ROUND)
        painter.setPen(ink)
        self._layout.draw(painter, at)

    def caret(self) -> QRectF:
        """Where the next character would come."""
        row = self._layout.lineCount() - 1
        if row < 0:
            return QRectF(0, 0, _CARET, self._baseline)
        line = self._layout.lineAt(row)
        left = line.x() + line.naturalTextWidth()
        return QRectF(left + 1, line.y() + 1, _CARET, line.height() - 2)


def _lay_out(text: str, font: QFont, width: float) -> tuple[QTextLayout, float]:
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    layout = QTextLayout(text, font)
    layout.setTextOption(option)
    layout.setCacheEnabled(True)
    layout.beginLayout()
    top = 0.0
    while True:
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(max(width, 8.0))
        step = line.height() * _LEADING
        line.setPosition(QPointF(0, top + (step - line.height()) / 2))
        top += step
    layout.endLayout()
    return layout, top


def _shortened(text: str, layout: QTextLayout, font: QFont, width: float, lines: int, *, tail: bool) -> str:
    metrics = QFontMetricsF(font)
    if tail:
        return metrics.elidedText(text, Qt.TextElideMode.ElideLeft, width * (lines - 0.15))
    start = layout.lineAt(lines - 1).textStart()
    units = text.encode("utf-16-le", "surrogatepass")
    before = units[: 2 * start].decode("utf-16-le", "replace")
    rest = units[2 * start :].decode("utf-16-le", "replace")
    return before + metrics.elidedText(rest, Qt.TextElideMode.ElideRight, width)


def _rectangles(layout: QTextLayout, text: str, marks: Sequence[tuple[int, int]]) -> Sequence[QRectF]:
    """Where the marks lie; a stretch that reads in two directions, or over two lines, has several."""
    found: list[QRectF] = []
    for start, end in marks:
        first, last = _units(text, start), _units(text, end)
        for row in range(layout.lineCount()):
            line = layout.lineAt(row)
            low, high = max(first, line.textStart()), min(last, line.textStart() + line.textLength())
            if low >= high:
                continue
            for run in line.glyphRuns(low, high - low):
                place = run.boundingRect()
                if place.width() > 0:
                    found.append(QRectF(place.left() - 1.5, line.y(), place.width() + 3, line.height()))
    return found


def _units(text: str, characters: int) -> int:
    """A place in `text` as Qt counts it, in UTF-16 units."""
    before = text[:characters]
    return (
        len(before) if not before or max(before) <= "\uffff" else len(before.encode("utf-16-le", "surrogatepass")) // 2
    )
