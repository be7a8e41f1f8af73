"""A slim bar that says how far something is."""

from PySide6.QtCore import Property, QEasingCurve, QPropertyAnimation, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui import theme

_HEIGHT = 6
_GROWS = 140  # milliseconds


class Bar(QWidget):
    """`set_part(0.25)` fills a quarter; None says that nobody knows how far it is."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._part: float | None = 0.0
        self._shown = 0.0
        self._growth = QPropertyAnimation(self, b"shown", self)
        self._growth.setDuration(_GROWS)
        self._growth.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.setAccessibleName(name)
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def part(self) -> float | None:
        """How much is filled, 0 to 1."""
        return self._part

    def set_part(self, part: float | None) -> None:
        """Grow or shrink to `part`; without motion where the system wants none."""
        self._part = part if part is None else min(1.0, max(0.0, part))
        self.setAccessibleDescription("" if part is None else f"{round((self._part or 0) * 100)} %")
        self._growth.stop()
        if theme.motion(self) and self.isVisible():
            self._growth.setStartValue(self._shown)
            self._growth.setEndValue(self._part or 0.0)
            self._growth.start()
        else:
            self._set_shown(self._part or 0.0)

    def sizeHint(self) -> QSize:
        return QSize(120, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.alt))
        whole = QRectF(0, 0, self.width(), self.height())
        painter.drawRoundedRect(whole, 3, 3)
        if self._shown > 0:
            painter.setBrush(QColor(tokens.accent))
            whole.setWidth(max(float(_HEIGHT), whole.width() * self._shown))
            painter.drawRoundedRect(whole, 3, 3)

    def _get_shown(self) -> float:
        return self._shown

    def _set_shown(self, shown: float) -> None:
        self._shown = shown
        self.update()

    shown = Property(float, _get_shown, _set_shown)
