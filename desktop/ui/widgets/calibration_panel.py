"""Calibrating a judge: a person rates twenty rows by digits, and sees how well the judge agrees with that."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from desktop.core.i18n import _
from desktop.jobs.calibrating import ENOUGH
from desktop.ui import figures, theme
from desktop.ui.models.calibration_sheet import CalibrationSheet
from desktop.ui.widgets import buttons
from desktop.ui.widgets.bar import Bar
from desktop.ui.widgets.calibration_result import CalibrationResult
from desktop.ui.widgets.label import label, rule
from desktop.ui.widgets.rating_sheet import RatingSheet
from desktop.ui.widgets.side_panel import SidePanel


class CalibrationPanel(SidePanel):
    """`open` says which filter, `show_sheet` fills it. `rated(id, rating)` for each digit; `forgotten` for all of them.

    What the result wants is told by its own signals.
    """

    rated = Signal(int, float)
    forgotten = Signal()

    def __init__(self) -> None:
        super().__init__(_("Calibrate"), _("Back"))
        self._sheet: CalibrationSheet | None = None
        self._place = 0
        self._writable = True
        self._asking = False
        self.words_label = label("", "row", wrap=True)
        self.own_label = label("", "muted", wrap=True)
        self.count_label = label("", "muted")
        self.bar = Bar(_("Rows rated"))
        self.forget_button = buttons.small(_("Start over"))
        self.turn_button = buttons.small(_("See the result"))
        self.sheet = RatingSheet()
        self.result = CalibrationResult()
        self.nothing_label = label(_("There is no row to rate yet: none passes the filters."), "muted", wrap=True)
        self._states = QStackedWidget()
        self._lay_out()
        self.turn_button.clicked.connect(self._on_turn)
        self.forget_button.clicked.connect(self.forgotten)
        self.sheet.graded.connect(self._on_graded)
        self.sheet.stepped.connect(self._on_stepped)

    def open(self, title: str) -> None:
        """Begin with another filter; its sheet is on its way."""
        self._sheet, self._place = None, 0
        self.card.set_title(_("Calibrate: {filter}").format(filter=title))
        self._head.hide()
        self._states.setCurrentWidget(self._waiting)
        self.setFocus()

    @property
    def shown(self) -> CalibrationSheet | None:
        """What is shown."""
        return self._sheet

    def show_sheet(self, sheet: CalibrationSheet, *, writable: bool, asking: bool) -> None:
        """Show the rows and ratings as they are stored; where a rating was taken back, its row."""
        before, self._sheet = self._sheet, sheet
        self._writable, self._asking = writable, asking
        self._head.show()
        self.words_label.setText(sheet.asked)
        self.own_label.setText(sheet.own_words)
        self.own_label.setVisible(bool(sheet.own_words))
        if before is None:
            self._place = self._unrated(0)
            self._show(self.result_page if self._is_full() else self.sheet)
            return
        gone = [
            place for place, row in enumerate(sheet.rows) if row.id in before.ratings and row.id not in sheet.ratings
        ]
        if gone:
            self._place = gone[0]
            self._show(self.sheet)
        else:
            self._show(self._states.currentWidget())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, text = event.key(), event.text()
        rating = self._states.currentWidget() is self.sheet
        if rating and text.isdecimal() and text.isascii() and int(text) in self.sheet.grade_buttons:
            self._on_graded(int(text))
        elif rating and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._on_stepped(1 if key == Qt.Key.Key_Right else -1)
        else:
            super().keyPressEvent(event)

    # ── behind it ────────────────────────────────────────────────────────────────────────────────

    def _lay_out(self) -> None:
        self._head = QWidget()
        head = QVBoxLayout(self._head)
        head.setContentsMargins(theme.CARD_PADDING, 12, theme.CARD_PADDING, 8)
        head.setSpacing(6)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.count_label)
        row.addWidget(self.bar, 1)
        row.addWidget(self.forget_button)
        row.addWidget(self.turn_button)
        head.addWidget(self.words_label)
        head.addWidget(self.own_label)
        head.addLayout(row)
        self.result_page = QScrollArea()
        self.result_page.setWidgetResizable(True)
        self.result_page.setFrameShape(QFrame.Shape.NoFrame)
        self.result_page.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.result_page.setWidget(self.result)
        self._waiting = label(_("Reading the rows"), "muted")
        self._waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for each in (self._waiting, self.sheet, self.result_page, self.nothing_label):
            self._states.addWidget(each)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.card.body.setContentsMargins(0, 0, 0, 0)
        self.card.body.setSpacing(0)
        self.card.body.addWidget(self._head)
        self.card.body.addWidget(rule())
        self.card.body.addWidget(self._states, 1)

    def _show(self, state: QWidget | None) -> None:
        sheet = self._sheet
        if sheet is None:
            return
        if not sheet.rows:
            self._head.hide()
            self._states.setCurrentWidget(self.nothing_label)
            return
        wanted = self._wanted
        told = _("{n} of {all} rated").format(n=figures.number(min(sheet.rated, wanted)), all=figures.number(wanted))
        self.count_label.setText(told)
        self.bar.set_part(sheet.rated / wanted)
        self.forget_button.setVisible(sheet.rated > 0)
        self.forget_button.setEnabled(self._writable)
        if state is self.result_page:
            self.result.show_sheet(sheet, writable=self._writable, asking=self._asking)
        else:
            state = self.sheet
            self._place = min(self._place, len(sheet.rows) - 1)
            row = sheet.rows[self._place]
            self.sheet.show_row(sheet, row, sheet.ratings.get(row.id), writable=self._writable)
            self.sheet.back_button.setEnabled(self._place > 0)
        self.turn_button.setVisible(sheet.rated > 0)
        self.turn_button.set_text(_("See the rows") if state is self.result_page else _("See the result"))
        self._states.setCurrentWidget(state)

    @property
    def _wanted(self) -> int:
        return min(ENOUGH, len(self._sheet.rows)) if self._sheet is not None else ENOUGH

    def _is_full(self) -> bool:
        return self._sheet is not None and bool(self._sheet.rows) and self._sheet.rated >= self._wanted

    def _unrated(self, after: int) -> int:
        """The place of the next row without a rating, from `after` on; the last row where there is none."""
        sheet = self._sheet
        if sheet is None or not sheet.rows:
            return 0
        places = [*range(after, len(sheet.rows)), *range(after)]
        return next((place for place in places if sheet.rows[place].id not in sheet.ratings), len(sheet.rows) - 1)

    @Slot(int)
    def _on_graded(self, grade: int) -> None:
        sheet = self._sheet
        if sheet is None or not self._writable:
            return
        row = sheet.rows[self._place]
        self._sheet = replace(sheet, ratings={**sheet.ratings, row.id: float(grade)})  # stored in a moment
        self.rated.emit(row.id, float(grade))
        full = self._is_full()
        self._place = self._place if full else self._unrated(self._place + 1)
        self._show(self.result_page if full and row.id not in sheet.ratings else self.sheet)

    @Slot(int)
    def _on_stepped(self, by: int) -> None:
        if self._sheet is not None and self._sheet.rows:
            self._place = (self._place + by) % len(self._sheet.rows) if by > 0 else max(0, self._place + by)
            self._show(self.sheet)

    @Slot()
    def _on_turn(self) -> None:
        self._show(self.sheet if self._states.currentWidget() is self.result_page else self.result_page)
        self.setFocus()
