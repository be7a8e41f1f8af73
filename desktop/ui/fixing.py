"""Looks for the fixes of a filter, and applies them in one step of undo."""

from functools import partial
from time import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from desktop.core.errors import UserError
from desktop.core.i18n import ngettext
from desktop.ui import figures
from desktop.ui.job_thread import JobThread

if TYPE_CHECKING:
    from desktop.jobs.fixing import FixReport
    from desktop.ui.session import Session

NAME = "fixes"


class Fixing(QObject):
    """`look` and `apply` start a job; `found(FixReport)`, `applied` tell how it ended, `progressed` how far it is."""

    progressed = Signal(object)  # Progress
    found = Signal(object)
    applied = Signal()

    def __init__(self, session: "Session", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session

    def look(self, filter_id: str) -> None:
        """Find what a filter would change."""
        self._start(filter_id, self._on_found, apply=False)

    def apply(self, filter_id: str) -> None:
        """Make the user's edits of it."""
        self._start(filter_id, self._on_applied, apply=True)

    def stop(self) -> None:
        """Nobody wants to see it any more; what is being applied is applied whole."""
        job = self._session.jobs.get(NAME)
        if job is not None and not job.property("applies"):
            job.stop()

    def _start(self, filter_id: str, then: object, *, apply: bool) -> None:
        from desktop.jobs.fixing import fix_rows

        project = self._session.project
        if project is None:
            return
        try:
            job: JobThread = self._session.start_job(NAME, partial(fix_rows, project, filter_id, apply, time()))
        except UserError as error:
            self._session.failed.emit(error)
            return
        job.setProperty("applies", apply)
        job.progressed.connect(self.progressed)
        job.finished_with.connect(then)

    @Slot(object)
    def _on_found(self, report: "FixReport") -> None:
        self.found.emit(report)

    @Slot(object)
    def _on_applied(self, report: "FixReport") -> None:
        count = report.applied
        words = ngettext("{n} row was fixed.", "{n} rows were fixed.", count).format(n=figures.number(count))
        self._session.noticed.emit(words, bool(count))
        self.applied.emit()
