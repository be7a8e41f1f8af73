"""Which colour of a plot means what."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from desktop.core.i18n import listed
from desktop.ui import theme
from desktop.ui.models.chart import Series
from desktop.ui.widgets.plot import brush_of

_SQUARE, _GAP, _BETWEEN = 10, 6, 16


class Legend(QWidget):
    """`show_series` names them in a line; hidden where there is nothing to tell apart."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._series: tuple[Series, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_series(self, series: Sequence[Series]) -> None:
        """Name these."""
        self._series = tuple(series)
        self.setAccessibleName(listed(each.name for each in series))
        self.setVisible(bool(series))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(width_of(self._series), QFontMetrics(_font()).height() + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint(painter, QRectF(self.rect()), self._series)


def width_of(series: Sequence[Series]) -> int:
    """The pixels that the names of series take in a line."""
    metrics = QFontMetrics(_font())
    return sum(_SQUARE + _GAP + metrics.horizontalAdvance(each.name) + _BETWEEN for each in series)


def paint(painter: QPainter, place: QRectF, series: Sequence[Series]) -> None:
    """Paint the names of series, each behind its colour, from the left of a place."""
    tokens, font = theme.current(), _font()
    metrics = QFontMetrics(font)
    painter.setFont(font)
    left = place.left()
    for each in series:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush_of(tokens, each))
        painter.drawRoundedRect(QRectF(left, place.center().y() - _SQUARE / 2, _SQUARE, _SQUARE), 2, 2)
        left += _SQUARE + _GAP
        painter.setPen(QColor(tokens.muted))
        width = metrics.horizontalAdvance(each.name)
        beside = QRectF(left, place.top(), width + 2, place.height())
        painter.drawText(beside, int(Qt.AlignmentFlag.AlignVCenter), each.name)
        left += width + _BETWEEN


def _font() -> QFont:
    return theme.sized(QApplication.font(), 11.5)
