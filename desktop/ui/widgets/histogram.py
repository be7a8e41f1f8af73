"""A painted histogram of what a filter measured, with the cut as a handle that can be moved."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.core.i18n import _, listed
from desktop.ui import figures, theme
from desktop.ui.models.histogram_bins import Bins

_TOP, _UNDER = 16.0, 22.0  # room for the handle, and for the words under the axis
_GAP = 2.0
_LEAST = 2.0  # height of a bin with any row in it
_HANDLE = 7.0
_NEAR = 12.0  # pixels from the line that still take hold of it
_HEIGHT = 138
_SETTLES = 700  # milliseconds after the last key


class Histogram(QWidget):
    """`show_bins` draws it. `moving(value)` while the cut is moved, `moved(value)` once it is let go."""

    moving = Signal(float)
    moved = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bins: Bins | None = None
        self._cut: float | None = None
        self._limits = (0.0, 1.0)
        self._step = 0.01
        self._ends = ("", "")
        self._told = ""
        self._held = False
        self._settle = QTimer(self, singleShot=True, interval=_SETTLES)
        self._settle.timeout.connect(self._tell)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)

    def show_bins(self, bins: Bins | None, ends: tuple[str, str], told: str = "") -> None:
        """Draw these; `ends` are the words under the axis, at its start and its end, `told` those between them."""
        self._bins, self._ends, self._told = bins, ends, told
        self._describe()
        self.update()

    def set_cut(self, cut: float | None, limits: tuple[float, float] = (0.0, 1.0), step: float = 0.01) -> None:
        """Where the cut is (None: there is none), between which values it can be moved, and by what at a time."""
        self._cut, self._limits, self._step = cut, limits, step
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if cut is None else Qt.FocusPolicy.StrongFocus)
        self._describe()
        self.update()

    @property
    def bins(self) -> Bins | None:
        """What is drawn."""
        return self._bins

    @property
    def cut(self) -> float | None:
        """Where the cut is."""
        return self._cut

    def place_of(self, value: float) -> QPointF:
        """Where a value stands on the axis."""
        area = self._area()
        low, high = (self._bins.low, self._bins.high) if self._bins else (0.0, 1.0)
        return QPointF(area.left() + area.width() * (value - low) / ((high - low) or 1.0), area.bottom())

    def sizeHint(self) -> QSize:
        return QSize(320, _HEIGHT)

    # ── painting ─────────────────────────────────────────────────────────────────────────────────

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self._area()
        painter.setPen(QPen(QColor(tokens.line), 1))
        painter.drawLine(QPointF(area.left(), area.bottom() + 0.5), QPointF(area.right(), area.bottom() + 0.5))
        if self._bins is not None and self._bins.tallest:
            self._paint_bars(painter, area, self._bins)
        painter.setFont(theme.sized(self.font(), 11.5))
        painter.setPen(QColor(tokens.muted))
        below = QRectF(area.left(), area.bottom() + 4, area.width(), _UNDER - 4)
        start, end = self._ends
        painter.drawText(below, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), start)
        painter.drawText(below, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), end)
        painter.setPen(QColor(tokens.text))
        painter.drawText(below, int(Qt.AlignmentFlag.AlignCenter), self._told)
        if self._cut is not None:
            self._paint_handle(painter, area, self._cut)

    def _paint_bars(self, painter: QPainter, area: QRectF, bins: Bins) -> None:
        tokens = theme.current()
        kept, dropped = QColor(tokens.accent), QColor(tokens.dropped)
        for colour in (kept, dropped):
            colour.setAlphaF(0.78)
        width = area.width() / len(bins.passed)
        painter.setPen(Qt.PenStyle.NoPen)
        for number, (good, bad) in enumerate(zip(bins.passed, bins.failed, strict=True)):
            if not good + bad:
                continue
            high = max(_LEAST, area.height() * (good + bad) / bins.tallest)
            bar = QRectF(area.left() + number * width + _GAP / 2, area.bottom() - high, width - _GAP, high)
            upper = QRectF(bar)
            upper.setHeight(high * bad / (good + bad))
            lower = QRectF(bar)
            lower.setTop(upper.bottom())
            for part, colour in ((lower, kept), (upper, dropped)):
                if part.height() > 0.2:
                    painter.setBrush(colour)
                    painter.drawRoundedRect(part, min(2.0, part.height() / 2), min(2.0, part.height() / 2))

    def _paint_handle(self, painter: QPainter, area: QRectF, cut: float) -> None:
        tokens = theme.current()
        x = self.place_of(cut).x()
        pen = QPen(QColor(tokens.text), 2)
        painter.setPen(pen)
        painter.drawLine(QPointF(x, _TOP - 2), QPointF(x, area.bottom() + 2))
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(x, _TOP - _HANDLE), _HANDLE + 1.5, _HANDLE + 1.5)
            painter.setPen(pen)
        painter.setBrush(QColor(tokens.surface))
        painter.drawEllipse(QPointF(x, _TOP - _HANDLE), _HANDLE - 1, _HANDLE - 1)

    def _area(self) -> QRectF:
        edge = _HANDLE + 2
        return QRectF(edge, _TOP, self.width() - 2 * edge, self.height() - _TOP - _UNDER)

    # ── moving the cut ───────────────────────────────────────────────────────────────────────────

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._is_near(event.position()):
            self._held = True
        else:
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        near = self._held or self._is_near(event.position())
        self.setCursor(Qt.CursorShape.SizeHorCursor if near else Qt.CursorShape.ArrowCursor)
        if self._held:
            area = self._area()
            low, high = (self._bins.low, self._bins.high) if self._bins else (0.0, 1.0)
            self._move(low + (high - low) * (event.position().x() - area.left()) / (area.width() or 1.0))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._held:
            self._held = False
            self._tell()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1}
        if self._cut is not None and event.key() in steps:
            self._move(self._cut + steps[Qt.Key(event.key())] * self._step)
            self._settle.start()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _is_near(self, point: QPointF) -> bool:
        return self._cut is not None and self.isEnabled() and abs(self.place_of(self._cut).x() - point.x()) <= _NEAR

    def _move(self, value: float) -> None:
        low, high = self._limits
        value = min(high, max(low, round(value / self._step) * self._step))
        if value != self._cut:
            self._cut = value
            self._describe()
            self.update()
            self.moving.emit(value)

    def _tell(self) -> None:
        if self._cut is not None:
            self.moved.emit(self._cut)

    def _describe(self) -> None:
        """The picture in words, for a screen reader."""
        if self._bins is None:
            self.setAccessibleDescription("")
            return
        words = self._told or _("{kept} rows kept, {dropped} dropped").format(
            kept=figures.number(sum(self._bins.passed)), dropped=figures.number(sum(self._bins.failed))
        )
        cut = "" if self._cut is None else _("cut at {value}").format(value=figures.number(self._cut, 2))
        self.setAccessibleDescription(listed(part for part in (words, cut) if part))
