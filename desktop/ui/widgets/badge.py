"""A pill with one or two words in the tone of what they say."""

from math import ceil
from typing import Literal, TypeAlias

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui import theme
from desktop.ui.theme import Tokens

Tone: TypeAlias = Literal["plain", "pass", "dropped", "info", "error"]

_ACROSS, _DOWN = 8.0, 2.0


class Badge(QWidget):
    """A small pill; the tone says what kind of thing it tells, the words say it too."""

    def __init__(self, text: str = "", tone: Tone = "plain", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._tone = text, tone
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """What it says."""
        return self._text

    def tone(self) -> Tone:
        """In which tone it says it."""
        return self._tone

    def show_as(self, text: str, tone: Tone) -> None:
        """Say something else, perhaps in another tone."""
        if (text, tone) != (self._text, self._tone):
            self._text, self._tone = text, tone
            self.setAccessibleName(text)
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        size = painted_size(self._text, self.font())
        return QSize(ceil(size.width()), ceil(size.height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        paint(QPainter(self), QPointF(0, 0), self._text, self._tone, theme.current(), self.font())


def colours(tokens: Tokens, tone: Tone) -> tuple[QColor, QColor]:
    """Ground and text of a badge, for delegates."""
    ground, text = {
        "plain": (tokens.alt, tokens.muted),
        "pass": (tokens.soft_accent, tokens.accent),
        "dropped": (tokens.dropped_soft, tokens.dropped),
        "info": (tokens.info_soft, tokens.info),
        "error": (tokens.surface, tokens.error),
    }[tone]
    return QColor(ground), QColor(text)


def painted_size(text: str, font: QFont) -> QSizeF:
    """The room that `paint` takes; `font` is that of running text."""
    metrics = QFontMetricsF(theme.sized(font, 11.5))
    return QSizeF(metrics.horizontalAdvance(text) + 2 * _ACROSS, metrics.height() + 2 * _DOWN)


def paint(painter: QPainter, at: QPointF, text: str, tone: Tone, tokens: Tokens, font: QFont) -> QRectF:
    """Paint a badge with its top left corner `at`, for delegates; returns where it is."""
    place = QRectF(at, painted_size(text, font))
    ground, ink = colours(tokens, tone)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(ink if tone == "error" else Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    inside = place.adjusted(0.5, 0.5, -0.5, -0.5) if tone == "error" else place
    painter.drawRoundedRect(inside, inside.height() / 2, inside.height() / 2)
    painter.setPen(ink)
    painter.setFont(theme.sized(font, 11.5))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
    return place
