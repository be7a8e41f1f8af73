"""How the run that goes on is doing: its figures as they come, and what its rows cost."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.core.progress import Progress
from desktop.ui import figures
from desktop.ui.job_thread import JobThread
from desktop.ui.models.run_figures import Newest, RunFigures, cost_of, moved
from desktop.ui.session import Session

if TYPE_CHECKING:
    from desktop.core.records import Run
    from desktop.store.counts import RunCost

_COUNT_COSTS = 1500  # milliseconds between two looks at what a run costs


class RunWatch(QObject):
    """`follow` a job, `take` what is stored; `changed` with other figures, `unknown` where the run was not read yet."""

    changed = Signal()
    unknown = Signal()

    def __init__(self, session: Session, page: QWidget) -> None:
        super().__init__(page)
        self._session = session
        self._page = page
        self._run: Run | None = None  # the run of the job, once it has been read
        self.figures = RunFigures()
        self.loading = ""  # what the job does before it asks for the first row
        self._costs = QTimer(self, interval=_COUNT_COSTS)
        self._costs.timeout.connect(self._on_costs)

    def follow(self, job: JobThread | None) -> None:
        """Another job generates, or none."""
        self._run, self.loading = None, ""
        if job is None:
            self._costs.stop()
        else:
            job.progressed.connect(self._on_progressed)
            self._costs.start()

    def take(self, newest: Newest) -> None:
        """The newest run as it is stored."""
        self._run = newest.run if newest.run is not None and newest.run.state == "running" else None
        self.figures = newest.figures

    @Slot(object)
    def _on_progressed(self, progress: Progress) -> None:
        if not progress.counts:
            self.loading = progress.what
            if progress.total:
                self.loading += f" · {figures.percent(progress.done, progress.total)}"
        else:
            self.loading = ""
            if self._run is None:
                self.unknown.emit()
            self.figures = moved(self.figures, progress)
        self.changed.emit()

    @Slot()
    def _on_costs(self) -> None:
        if self._run is not None and self._page.isVisible():
            self._session.read(partial(cost_of, run=self._run.id), self._on_cost)

    @Slot(object)
    def _on_cost(self, cost: "RunCost") -> None:
        self.figures = replace(self.figures, cost=cost)
        self.changed.emit()
