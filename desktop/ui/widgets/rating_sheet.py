"""One row to be rated by a digit: its texts, and a button for every grade."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.core.i18n import _
from desktop.ui import theme
from desktop.ui.models.calibration_sheet import CalibrationSheet, SheetRow, grade_words
from desktop.ui.models.row_fields import title_of
from desktop.ui.widgets import buttons
from desktop.ui.widgets.buttons import Button
from desktop.ui.widgets.label import ElidedLabel, label, rule
from desktop.ui.widgets.literal_text import LiteralText


class RatingSheet(QWidget):
    """`show_row` shows one. `graded(grade)`, and `stepped(by)` to the row before or after."""

    graded = Signal(int)
    stepped = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.row: SheetRow | None = None
        self.texts: list[LiteralText] = []
        self.grade_buttons: dict[int, Button] = {}
        self.back_button = buttons.small(_("Back one"), "←")
        self.next_button = buttons.small(_("Skip"), "→")
        self.hint_label = ElidedLabel(_("Or press the digit. What the model says stays hidden until the end."), "label")
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setAccessibleName(_("The row to rate"))
        self._grades = QHBoxLayout()
        self._grades.setSpacing(6)
        row = QHBoxLayout()
        row.setContentsMargins(theme.CARD_PADDING, 10, theme.CARD_PADDING, 12)
        row.setSpacing(8)
        row.addLayout(self._grades)
        row.addWidget(self.hint_label, 1)
        row.addWidget(self.back_button)
        row.addWidget(self.next_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)  # above, where no message comes to lie over it
        column.addWidget(rule())
        column.addWidget(self._area, 1)
        self.back_button.clicked.connect(self._on_back)
        self.next_button.clicked.connect(self._on_next)

    def show_row(self, sheet: CalibrationSheet, row: SheetRow, rating: float | None, *, writable: bool) -> None:
        """Show a row, and what it was rated."""
        if list(self.grade_buttons) != list(sheet.scale.grades):
            self._make_buttons(sheet)
        for grade, button in self.grade_buttons.items():
            button.setEnabled(writable)
            button.setChecked(rating == grade)
        self.next_button.set_text(_("Skip") if rating is None else _("Next"))
        if self.row is None or row != self.row:
            self.row = row
            self._show_texts(row)

    def _make_buttons(self, sheet: CalibrationSheet) -> None:
        for old in self.grade_buttons.values():
            self._grades.removeWidget(old)
            old.deleteLater()
        self.grade_buttons = {}
        for grade in sheet.scale.grades:
            words = grade_words(sheet.scale, grade)
            button = Button(words, "plain", key="" if words == str(grade) else str(grade))
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the digits to the panel
            button.setProperty("grade", grade)
            button.clicked.connect(self._on_grade)
            self._grades.addWidget(button)
            self.grade_buttons[grade] = button

    def _show_texts(self, row: SheetRow) -> None:
        self._area.setUpdatesEnabled(False)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(theme.CARD_PADDING, 10, theme.CARD_PADDING, 14)
        column.setSpacing(5)
        self.texts = []
        shown = [(title_of(field), text) for field, text in row.fields.items() if text.strip()]
        if row.passage:
            shown.append((_("The passage it was made from"), row.passage))
        for place, (title, text) in enumerate(shown):
            made = LiteralText(_(title), "lead" if not place else "answer")
            made.show_text(text)
            made.setMaximumWidth(theme.TEXT_WIDTH)
            self.texts.append(made)
            if place:
                column.addSpacing(8)
            column.addWidget(label(_(title), "label"))
            column.addWidget(made)
        column.addStretch(1)
        self._area.setWidget(inside)
        self._area.setUpdatesEnabled(True)

    @Slot()
    def _on_grade(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self.graded.emit(button.property("grade"))

    @Slot()
    def _on_back(self) -> None:
        self.stepped.emit(-1)

    @Slot()
    def _on_next(self) -> None:
        self.stepped.emit(1)
