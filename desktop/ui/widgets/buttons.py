"""The buttons of the look: primary, plain, small and link, with an optional key hint painted inside."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QPushButton, QSizePolicy, QWidget

from desktop.ui import icons, theme
from desktop.ui.theme import Tokens
from desktop.ui.widgets import key_hint

Kind: TypeAlias = Literal["primary", "plain", "small", "link"]

_GAP = 8
_ICON = 16


@dataclass(frozen=True, slots=True)
class _Shape:
    """Sizes of a kind of button, in pixels; the height grows with the user's font."""

    text: float
    padding: int
    height: int
    radius: int


_SHAPES: dict[Kind, _Shape] = {
    "primary": _Shape(13, 15, theme.CONTROL_HEIGHT, theme.RADIUS),
    "plain": _Shape(13, 15, theme.CONTROL_HEIGHT, theme.RADIUS),
    "small": _Shape(12, 11, theme.SMALL_HEIGHT, 6),
    "link": _Shape(11.5, 4, 22, 5),
}


class Button(QPushButton):
    """A button in the look's colours that may show an icon, and the key that presses it."""

    def __init__(self, text: str, kind: Kind, icon: str = "", key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.kind: Kind = kind
        self._icon = icon
        self._key = key
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(text)

    def set_text(self, text: str) -> None:
        """Change the words, for the eye and for a screen reader."""
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        shape, font = _SHAPES[self.kind], self._font()
        height = max(shape.height, QFontMetrics(font).height() + 10)
        return QSize(round(self._content_width(font)) + 2 * shape.padding, height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, font = theme.current(), self._font()
        ground, border, ink = self._colours(tokens)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, tokens, ground, border)
        left = (self.width() - self._content_width(font)) / 2
        if self._icon:
            painter.drawPixmap(round(left), (self.height() - _ICON) // 2, icons.pixmap(self._icon, _ICON, ink, self))
            left += _ICON + _GAP
        painter.setPen(ink)
        painter.setFont(font)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextShowMnemonic
        painter.drawText(QRectF(left, 0, self.width() - left, self.height()), flags, self.text())
        if self._key:
            left += self._words_width(font) + _GAP
            size = key_hint.painted_size(self._key, font)
            at = QRectF(left, (self.height() - size.height()) / 2, size.width(), size.height())
            on_accent = self.kind == "primary" and self.isEnabled()
            key_hint.paint(painter, at, self._key, tokens, font, ink if on_accent else None)

    def _paint_ground(self, painter: QPainter, tokens: Tokens, ground: QColor, border: QColor) -> None:
        radius = _SHAPES[self.kind].radius
        if self.hasFocus():
            ring = tokens.text if self.kind == "primary" else tokens.accent
            painter.setPen(QPen(QColor(ring), 2))
            place = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        else:
            painter.setPen(border)
            place = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setBrush(ground)
        painter.drawRoundedRect(place, radius, radius)

    def _colours(self, tokens: Tokens) -> tuple[QColor, QColor, QColor]:
        """Ground, border and ink, as the button stands."""
        clear = QColor(Qt.GlobalColor.transparent)
        over = self.underMouse() and self.isEnabled()
        if self.kind == "link":
            return clear, clear, QColor(tokens.text if over else tokens.muted)
        if not self.isEnabled():
            ground = tokens.alt if self.kind == "primary" else tokens.window
            return QColor(ground), QColor(tokens.line), QColor(tokens.muted)
        if self.kind == "primary":
            accent = QColor(tokens.accent)
            accent = accent.darker(116) if self.isDown() else accent.darker(107) if over else accent
            return accent, accent, QColor(tokens.on_accent)
        plain = tokens.line if self.isDown() or self.isChecked() else tokens.alt if over else tokens.surface
        return QColor(plain), QColor(tokens.line), QColor(tokens.text)

    def _font(self) -> QFont:
        weight = QFont.Weight.DemiBold if self.kind == "primary" else QFont.Weight.Normal
        font = theme.sized(QApplication.font(), _SHAPES[self.kind].text, weight)
        font.setUnderline(self.kind == "link")
        return font

    def _words_width(self, font: QFont) -> float:
        return QFontMetrics(font).size(int(Qt.TextFlag.TextShowMnemonic), self.text()).width()

    def _content_width(self, font: QFont) -> float:
        width = self._words_width(font)
        if self._icon:
            width += _ICON + _GAP
        if self._key:
            width += key_hint.painted_size(self._key, font).width() + _GAP
        return width

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()


def primary(text: str, key: str = "", icon: str = "") -> Button:
    """The one main button of a page."""
    return Button(text, "primary", icon, key)


def plain(text: str, key: str = "", icon: str = "") -> Button:
    """Any other button."""
    return Button(text, "plain", icon, key)


def small(text: str, key: str = "", icon: str = "") -> Button:
    """A button in a row or a card's header."""
    return Button(text, "small", icon, key)


def link(text: str) -> Button:
    """A quiet way to more."""
    return Button(text, "link")
