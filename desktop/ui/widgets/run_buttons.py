"""The buttons of a run: what can be done with it, or next."""

from dataclasses import dataclass

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.core.i18n import _
from desktop.ui.widgets import buttons


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """What may be done with the newest run, or next."""

    working: bool  # it writes rows
    unfinished: bool  # it can go on, or be ended for good
    startable: bool  # no run is unfinished, and there is something to start from
    good: bool  # it has rows that a next run can start from
    passing: bool  # it has rows to review
    model_free: bool  # nothing else asks the model, or none is needed
    writable: bool
    closing: bool  # it was asked to come to an end


class RunButtons(QWidget):
    """They are the page's to connect."""

    def __init__(self) -> None:
        super().__init__()
        self.start = buttons.primary(_("Start"), icon="play")
        self.resume = buttons.primary(_("Resume"), icon="play")
        self.pause = buttons.plain(_("Pause"))
        self.stop = buttons.plain(_("Stop"))
        self.next = buttons.plain(_("Use these rows next…"))
        self.next.setAccessibleDescription(_("Use these rows in a next run"))
        self.review = buttons.plain(_("Review what passes"))
        self._pausing = False
        self.pause.clicked.connect(self._on_pause)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for button in (self.pause, self.stop, self.next, self.review, self.start, self.resume):
            row.addWidget(button)

    def show_chances(self, chances: Chances, *, covered: bool) -> None:
        """`covered`: a panel lies over the run, so that only what ends or continues it is offered."""
        idle = not chances.working
        self.start.setVisible(chances.startable and not covered)
        self.next.setVisible(idle and not chances.unfinished and chances.good and not covered)
        self.review.setVisible(idle and chances.passing and not covered)
        self.resume.setVisible(idle and chances.unfinished)
        self.pause.setVisible(chances.working)
        self.stop.setVisible(chances.working or chances.unfinished)
        for each in (self.start, self.resume):
            each.setEnabled(chances.writable and chances.model_free)
        for each in (self.pause, self.stop):
            each.setEnabled(chances.writable and not chances.closing)
        if self._pausing and self.resume.isVisible():
            self._pausing = False
            self.resume.setFocus()

    @Slot()
    def _on_pause(self) -> None:
        self._pausing = True  # the focus goes to Resume, once it is there
