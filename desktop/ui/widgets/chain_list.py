"""The chain of filters as a column: each with its switch and what it costs."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QMenu, QScrollArea, QVBoxLayout, QWidget

from desktop.core.i18n import _, listed
from desktop.core.records import ChainLink
from desktop.core.shapes import Filter
from desktop.ui import figures, theme
from desktop.ui.models.chain_standing import ChainStanding
from desktop.ui.widgets import buttons
from desktop.ui.widgets.bar import Bar
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.label import label, literal, rule
from desktop.ui.widgets.switch import Switch

_ROW_HEIGHT = 54
_TEXT_LEFT = 55


class ChainList(Card):
    """`show_chain` fills it. `chosen(id)`, `switched(id, on)`, `added(id)`."""

    chosen = Signal(str)
    switched = Signal(str, bool)
    added = Signal(str)

    def __init__(self) -> None:
        super().__init__(_("Chain"), ruled=True, padded=False)
        self.add_button = buttons.small(_("Add…"))
        self.header.addWidget(self.add_button)
        self.rows: dict[str, ChainRow] = {}
        self._others: dict[str, Filter] = {}
        self._selected = ""
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.flow_label = label("", "label")
        self.bar = Bar(_("Rows that pass"))
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 11, 16, 14)
        foot.setSpacing(7)
        foot.addWidget(self.flow_label)
        foot.addWidget(self.bar)
        self.body.setSpacing(0)
        self.body.addWidget(self._area, 1)
        self.body.addWidget(rule())
        self.body.addLayout(foot)
        self.add_button.clicked.connect(self._on_add)

    def show_chain(self, standing: ChainStanding, *, writable: bool) -> None:
        """Show the filters in their order; widgets stay where only figures change."""
        ids = [link.filter for link in standing.links]
        if ids != list(self.rows):
            self._make_rows(standing)
        for link in standing.links:
            dropped = standing.counts.dropped.get(link.filter, 0)
            self.rows[link.filter].show_link(link, standing.filters[link.filter], dropped, writable=writable)
        counts = standing.counts
        words = _("{all} → {passing}").format(
            all=figures.number(counts.candidates), passing=figures.number(counts.passing)
        )
        self.flow_label.setText(words)
        self.flow_label.setAccessibleName(
            _("{passing} of {all} rows pass").format(
                all=figures.number(counts.candidates), passing=figures.number(counts.passing)
            )
        )
        self.bar.set_part(counts.passing / counts.candidates if counts.candidates else 0.0)
        self._others = {id: each for id, each in standing.filters.items() if id not in ids}
        self.add_button.setVisible(bool(self._others))
        self.add_button.setEnabled(writable)

    def choose(self, filter_id: str) -> None:
        """Show a filter as the chosen one."""
        self._selected = filter_id
        for id, row in self.rows.items():
            row.setChecked(id == filter_id)

    def _make_rows(self, standing: ChainStanding) -> None:
        self.rows = {}
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for link in standing.links:
            row = ChainRow(link.filter)
            row.chosen.connect(self._on_row_chosen)
            row.switched.connect(self.switched)
            row.stepped.connect(self._on_stepped)
            self.rows[link.filter] = row
            column.addWidget(row)
        column.addStretch(1)
        self._area.setWidget(inside)
        self.choose(self._selected)

    @Slot(str)
    def _on_row_chosen(self, filter_id: str) -> None:
        self.choose(filter_id)
        self.chosen.emit(filter_id)

    @Slot(str, int)
    def _on_stepped(self, filter_id: str, by: int) -> None:
        ids = list(self.rows)
        other = self.rows[ids[min(max(0, ids.index(filter_id) + by), len(ids) - 1)]]
        other.setFocus(Qt.FocusReason.OtherFocusReason)
        self._area.ensureWidgetVisible(other)
        other.click()

    @Slot()
    def _on_add(self) -> None:
        menu = QMenu(self)
        for id, each in self._others.items():
            action = QAction(_(each.title), menu)
            action.setData(id)
            action.setToolTip(literal(_(each.summary)))
            menu.addAction(action)
        menu.setToolTipsVisible(True)
        menu.triggered.connect(self._on_added)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.add_button.mapToGlobal(self.add_button.rect().bottomLeft()))

    @Slot(QAction)
    def _on_added(self, action: QAction) -> None:
        self.added.emit(str(action.data()))


class ChainRow(QAbstractButton):
    """One filter: a click opens it, its switch turns it on and off, the arrow keys go to the next one."""

    chosen = Signal(str)
    switched = Signal(str, bool)
    stepped = Signal(str, int)

    def __init__(self, filter_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.filter_id = filter_id
        self._title = self._what = self._cost = ""
        self.switch = Switch("")
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(max(_ROW_HEIGHT, self.fontMetrics().height() * 2 + 20))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 16, 0)
        row.addWidget(self.switch)
        row.addStretch(1)
        self.clicked.connect(self._on_clicked)
        self.switch.toggled.connect(self._on_toggled)

    def show_link(self, link: ChainLink, about: Filter, dropped: int, *, writable: bool) -> None:
        """Show how this filter is set, and how many rows it drops."""
        self._title = _(about.title)
        what = _(about.dropped_as)
        self._what = _("rule · {what}").format(what=what) if what and link.enabled else _("rule")
        if not link.enabled:
            self._what = _("rule · off")
        self._cost = _("−{n}").format(n=figures.number(dropped)) if link.enabled and dropped else "—"
        self.switch.blockSignals(True)
        self.switch.setChecked(link.enabled)
        self.switch.blockSignals(False)
        self.switch.setEnabled(writable)
        self.switch.setAccessibleName(_("{filter}: on").format(filter=self._title))
        self.switch.update()
        cost = _("drops {n} rows").format(n=figures.number(dropped)) if link.enabled else _("off")
        self.setAccessibleName(listed((self._title, cost)))
        self.setAccessibleDescription(_(about.summary))
        self.setToolTip(literal(_(about.summary)))
        self.update()

    @property
    def cost(self) -> str:
        """What it costs, as it is shown: "−171"."""
        return self._cost

    def sizeHint(self) -> QSize:
        return QSize(240, self.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.key() in steps:
            self.stepped.emit(self.filter_id, steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    @Slot()
    def _on_clicked(self) -> None:
        self.chosen.emit(self.filter_id)

    @Slot(bool)
    def _on_toggled(self, on: bool) -> None:
        self.switched.emit(self.filter_id, on)

    def nextCheckState(self) -> None:
        self.setChecked(True)

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
