"""One filter of the chain, painted: its switch, where it cuts, what it costs, how many rows it drops."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QColor, QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QHBoxLayout, QMenu, QWidget

from desktop.core import options
from desktop.core.i18n import _, listed, sentences
from desktop.core.records import ChainLink
from desktop.core.shapes import Filter
from desktop.ui import figures, theme
from desktop.ui.widgets.label import literal
from desktop.ui.widgets.switch import Switch

_HEIGHT = 54
_TEXT_LEFT = 55


class ChainRow(QAbstractButton):
    """A click opens it, its switch turns it on and off, the arrow keys go to the next one.

    It is moved by the mouse, or with Alt and the arrow keys; Delete takes it out of the chain.
    """

    chosen = Signal(str)
    switched = Signal(str, bool)
    stepped = Signal(str, int)
    shifted = Signal(str, int)  # by so many places
    dragged = Signal(str, int)  # to a height, in the row's own pixels
    let_go = Signal(str)
    removed = Signal(str)

    def __init__(self, filter_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.filter_id = filter_id
        self.seconds: float | None = None  # for 1,000 rows; None: not measured
        self._title = self._what = self._cost = ""
        self._writable = True
        self._pressed = QPointF()
        self._dragging = False
        self.switch = Switch("")
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(max(_HEIGHT, self.fontMetrics().height() * 2 + 20))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 16, 0)
        row.addWidget(self.switch)
        row.addStretch(1)
        self.clicked.connect(self._on_clicked)
        self.switch.toggled.connect(self._on_toggled)

    def show_link(
        self, link: ChainLink, about: Filter, dropped: int, seconds: float | None, asking: str = "", *, writable: bool
    ) -> None:
        """Show how this filter is set, what it costs and how many rows it drops; `asking`: how it asks the model."""
        self._writable, self.seconds = writable, seconds
        self._title = _(about.title)
        self._what = _what(link, about, seconds, asking)
        self._cost = _("−{n}").format(n=figures.number(dropped)) if link.enabled and dropped else "—"
        self.switch.blockSignals(True)
        self.switch.setChecked(link.enabled)
        self.switch.blockSignals(False)
        self.switch.setEnabled(writable)
        self.switch.setAccessibleName(_("{filter}: on").format(filter=self._title))
        self.switch.update()
        cost = _("drops {n} rows").format(n=figures.number(dropped)) if link.enabled else _("off")
        self.setAccessibleName(listed((self._title, cost, self._what)))
        self.setAccessibleDescription(_(about.summary))
        how = _("Drag it, or press Alt with an arrow key, to move it; press Delete to take it out.")
        self.setToolTip(literal(sentences(_(about.summary), how if writable else "")))
        self.update()

    @property
    def cost(self) -> str:
        """How many rows it drops, as it is shown: "−171"."""
        return self._cost

    @property
    def words(self) -> str:
        """What stands under its name."""
        return self._what

    def matches(self, words: str) -> bool:
        """Whether its name holds these words, whatever their case."""
        return words.casefold() in f"{self._title} {self.accessibleDescription()}".casefold()

    def sizeHint(self) -> QSize:
        return QSize(240, self.height())

    # ── keys and mouse ───────────────────────────────────────────────────────────────────────────

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.key() in steps and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            if self._writable:
                self.shifted.emit(self.filter_id, steps[Qt.Key(event.key())])
        elif event.key() in steps:
            self.stepped.emit(self.filter_id, steps[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Delete and self._writable:
            self.removed.emit(self.filter_id)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        held = bool(event.buttons() & Qt.MouseButton.LeftButton) and self._writable
        far = (event.position() - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        if held and (self._dragging or far):
            self._dragging = True
            self.setDown(False)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.dragged.emit(self.filter_id, round(event.position().y()))
            return
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self._dragging = False
            self.unsetCursor()
            self.let_go.emit(self.filter_id)
            return
        super().mouseReleaseEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        for words, does in (
            (_("Move up"), self._on_up),
            (_("Move down"), self._on_down),
            (_("Take it out of the chain"), self._on_remove),
        ):
            action = QAction(words, menu)
            action.setEnabled(self._writable)
            action.triggered.connect(does)
            menu.addAction(action)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())

    @Slot()
    def _on_up(self) -> None:
        self.shifted.emit(self.filter_id, -1)

    @Slot()
    def _on_down(self) -> None:
        self.shifted.emit(self.filter_id, 1)

    @Slot()
    def _on_remove(self) -> None:
        self.removed.emit(self.filter_id)

    @Slot()
    def _on_clicked(self) -> None:
        self.chosen.emit(self.filter_id)

    @Slot(bool)
    def _on_toggled(self, on: bool) -> None:
        self.switched.emit(self.filter_id, on)

    def nextCheckState(self) -> None:
        self.setChecked(True)

    # ── painting ─────────────────────────────────────────────────────────────────────────────────

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = tokens.alt if self.isChecked() else tokens.window if self.underMouse() else tokens.surface
        painter.fillRect(self.rect(), QColor(ground))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(tokens.line))
        if self.hasFocus():
            pen = painter.pen()
            pen.setColor(QColor(tokens.accent))
            pen.setWidthF(1.6)
            painter.setPen(pen)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(3, 3, -3, -4), 6, 6)
        self._paint_words(painter, tokens)

    def _paint_words(self, painter: QPainter, tokens: theme.Tokens) -> None:
        on = self.switch.isChecked()
        painter.setFont(theme.sized(self.font(), 13))
        cost = painter.fontMetrics().horizontalAdvance(self._cost)
        painter.setPen(QColor(tokens.dropped if on and self._cost != "—" else tokens.muted))
        middle, left = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignLeft
        painter.drawText(self.rect().adjusted(0, 0, -16, -1), int(middle | Qt.AlignmentFlag.AlignRight), self._cost)
        room = self.width() - _TEXT_LEFT - cost - 28
        bold = theme.sized(
            self.font(), 13, self.font().Weight.DemiBold if self.isChecked() else self.font().Weight.Normal
        )
        small = theme.sized(self.font(), 11.5)
        for font, text, ink, top in (
            (bold, self._title, tokens.text if on else tokens.muted, 0.0),
            (small, self._what, tokens.muted, 0.5),
        ):
            painter.setFont(font)
            painter.setPen(QColor(ink))
            half = (self.height() - 16) / 2
            place = QRectF(_TEXT_LEFT, 8 + top * (self.height() - 16), room, half)
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, round(room))
            painter.drawText(place, int(middle | left), shown)


def _what(link: ChainLink, about: Filter, seconds: float | None, asking: str) -> str:
    """Where a filter cuts, and what it costs: "≤ 0.70 · 1.2 s per 1,000"."""
    if not link.enabled:
        return _("off")
    parts = []
    if about.cut:
        cut = float(getattr(options.from_json(about.options, link.options), about.cut))
        value = figures.number(cut, 0 if cut == int(cut) and abs(cut) > 1 else 2)
        parts.append(f"≤ {value}" if about.keeps == "at most" else f"≥ {value}")
    if about.asks_model:
        parts.append(asking)
    elif seconds is not None:
        parts.append(_("{n} s per 1,000").format(n=_few(seconds)))
    elif about.dropped_as and not about.cut:
        parts.append(_(about.dropped_as))
    return " · ".join(parts) or _("rule")


def _few(seconds: float) -> str:
    """Seconds in two figures that count."""
    if seconds < 0.005:
        return _("under {n}").format(n=figures.number(0.01, 2))
    return figures.number(seconds, 0 if seconds >= 10 else 1 if seconds >= 1 else 2)
