"""The foot of the Review page: what can be done with the row, by which key, and how far one is."""

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from desktop.core.i18n import _
from desktop.ui import figures
from desktop.ui.widgets import buttons
from desktop.ui.widgets.bar import Bar
from desktop.ui.widgets.label import label

_BAR_WIDTH = 180


class ReviewFoot(QWidget):
    """Its buttons are the page's to connect."""

    def __init__(self) -> None:
        super().__init__()
        self.keep_button = buttons.primary(_("Keep"), "K")
        self.reject_button = buttons.plain(_("Reject"), "R")
        self.fix_button = buttons.plain(_("Fix"), "E")
        self.flag_button = buttons.plain(_("Flag"), "F")
        self.skip_button = buttons.plain(_("Skip"), "→")
        self.save_button = buttons.primary(_("Save the fix"), "Ctrl Enter")
        self.leave_button = buttons.plain(_("Leave it as it was"), "Esc")
        self.hint_label = label("", "muted")
        self.place_label = label("", "muted")
        self.bar = Bar(_("Rows decided"))
        self.bar.setFixedWidth(_BAR_WIDTH)
        self._ways = QStackedWidget()
        deciding = (self.keep_button, self.reject_button, self.fix_button, self.flag_button, self.skip_button)
        self._ways.addWidget(_row_of(*deciding))
        self._ways.addWidget(_row_of(self.save_button, self.leave_button, self.hint_label))
        self._ways.setFixedHeight(self.keep_button.sizeHint().height())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self._ways, 1)
        row.addWidget(self.place_label)
        row.addWidget(self.bar)

    def set_editing(self, editing: bool) -> None:
        """Offer what is done with a row, or with what is typed into it."""
        self._ways.setCurrentIndex(1 if editing else 0)
        self.hint_label.setText("")

    def set_ready(self, ready: bool, *, writable: bool) -> None:
        """Whether there is a row to decide, and whether it may be."""
        for each in (self.keep_button, self.reject_button, self.fix_button, self.flag_button):
            each.setEnabled(ready and writable)
        self.skip_button.setEnabled(ready)

    def show_place(self, place: int, count: int) -> None:
        """How many rows lie behind, of how many."""
        words = _("row {n} of {all}").format(n=figures.number(min(place + 1, count)), all=figures.number(count))
        self.place_label.setText(words if count else "")
        self.bar.set_part(place / count if count else 0.0)


def _row_of(*widgets: QWidget) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(10)
    for each in widgets:
        row.addWidget(each)
    row.addStretch(1)
    return made
