"""A pill with one or two words in the tone of what they say."""

from typing import Literal, TypeAlias

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from desktop.ui import theme
from desktop.ui.theme import Tokens

Tone: TypeAlias = Literal["plain", "pass", "dropped", "info", "error"]

_ACROSS, _DOWN = 8.0, 2.0


class Badge(QLabel):
    """A small pill; the tone says what kind of thing it tells, the words say it too."""

    def __init__(self, text: str = "", tone: Tone = "plain", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setProperty("tone", tone)

    def show_as(self, text: str, tone: Tone) -> None:
        """Say something else, perhaps in another tone."""
        self.setText(text)
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            self.style().unpolish(self)
            self.style().polish(self)


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
    painter.drawRoundedRect(place, place.height() / 2, place.height() / 2)
    painter.setPen(ink)
    painter.setFont(theme.sized(font, 11.5))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
    return place
