"""The buttons of the look: primary, plain, small and link, with an optional key hint painted inside."""

from typing import Literal, TypeAlias

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QStylePainter, QWidget

from desktop.ui import icons, theme
from desktop.ui.widgets import key_hint

Kind: TypeAlias = Literal["primary", "plain", "small", "link"]

_GAP = 8


class Button(QPushButton):
    """A button that keeps its icon in the look's colours and may show the key that presses it."""

    def __init__(self, text: str, kind: Kind, icon: str = "", key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setProperty("kind", kind)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(text)
        self._icon = icon
        self._key = key

    def set_text(self, text: str) -> None:
        """Change the words, for the eye and for a screen reader."""
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()

    def set_key(self, key: str) -> None:
        """Change the key hint ("Ctrl+Z"); it only tells, the page makes the shortcut."""
        self._key = key
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        size = super().sizeHint()
        extra = (key_hint.painted_size(self._key, self.font()).width() + _GAP) if self._key else 0.0
        extra += (16 + _GAP) if self._icon else 0
        return QSize(round(size.width() + extra), size.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButtonBevel, option)
        ink = self._ink()
        hint = key_hint.painted_size(self._key, self.font()) if self._key else None
        width = self.fontMetrics().horizontalAdvance(self.text())
        width += (16 + _GAP) * bool(self._icon) + (round(hint.width()) + _GAP if hint else 0)
        left = (self.width() - width) / 2 if self.property("kind") != "link" else 3.0
        if self._icon:
            painter.drawPixmap(round(left), (self.height() - 16) // 2, icons.pixmap(self._icon, 16, ink, self))
            left += 16 + _GAP
        painter.setPen(ink)
        words = QRectF(left, 0, self.width() - left, self.height())
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(words, int(flags | Qt.TextFlag.TextShowMnemonic), self.text())
        if hint:
            left += self.fontMetrics().horizontalAdvance(self.text()) + _GAP
            at = QRectF(left, (self.height() - hint.height()) / 2, hint.width(), hint.height())
            on_accent = self.property("kind") == "primary" and self.isEnabled()
            key_hint.paint(painter, at, self._key, theme.current(), self.font(), ink if on_accent else None)

    def _ink(self) -> QColor:
        tokens = theme.current()
        if not self.isEnabled():
            return QColor(tokens.muted)
        kind = self.property("kind")
        if kind == "link":
            return QColor(tokens.text if self.underMouse() else tokens.muted)
        return QColor(tokens.on_accent if kind == "primary" else tokens.text)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
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
