"""A key as it is printed on a small key cap."""

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui import theme
from desktop.ui.theme import Tokens

_ACROSS, _HEIGHT = 6.0, 19.0


class KeyHint(QWidget):
    """Shows the key that does something; a screen reader hears it with the thing itself."""

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key = key
        self.setAccessibleName(key)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(painted_size(key, self.font()).toSize())

    def paintEvent(self, event: QPaintEvent) -> None:
        place = QRectF(0, 0, self.width(), self.height())
        paint(QPainter(self), place, self.key, theme.current(), self.font())


def painted_size(key: str, font: QFont) -> QSizeF:
    """The room that `paint` takes."""
    width = QFontMetricsF(theme.sized(font, 11, QFont.Weight.DemiBold)).horizontalAdvance(key)
    return QSizeF(max(_HEIGHT + 1, width + 2 * _ACROSS), _HEIGHT)


def paint(painter: QPainter, place: QRectF, key: str, tokens: Tokens, font: QFont, ink: QColor | None = None) -> None:
    """Paint the key cap into `place`; `ink` for a cap on a coloured ground."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(ink or QColor(tokens.line))
    painter.setBrush(Qt.BrushStyle.NoBrush if ink else QColor(tokens.window))
    painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    painter.setPen(ink or QColor(tokens.muted))
    painter.setFont(theme.sized(font, 11, QFont.Weight.DemiBold))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, key)
    painter.restore()
