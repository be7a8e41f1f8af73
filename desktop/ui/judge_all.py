"""Has the filters judge every row, or one of them decide anew, once more if they change while it works."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from desktop.core.errors import UserError
from desktop.ui.job_thread import JobThread

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from desktop.core.progress import Event
    from desktop.jobs.filtering import FilterReport
    from desktop.store.project import Project
    from desktop.ui.loaded_model import LoadedModel
    from desktop.ui.preferences import Preferences
    from desktop.ui.session import Session

NAME = "filter"


class JudgeAll(QObject):
    """`start`, `ask` and `start_cut` may be called at any time.

    It waits for a run that writes rows, and begins anew where it works already.
    `changed` when `job` or `waiting` is another; `finished` when every row was judged.
    """

    changed = Signal()
    finished = Signal()

    def __init__(self, session: "Session", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.waiting = False
        self._cut = ""  # the filter that alone decides anew; empty: every row is judged
        self._asks = False  # a model judges as well
        self._every_row = False  # each filter judges what others drop too
        session.job_changed.connect(self._on_job_changed)
        session.project_changed.connect(self._on_project_changed)

    @property
    def job(self) -> JobThread | None:
        """The job that judges, while it works."""
        return self._session.jobs.get(NAME)

    @Slot()
    def start(self, *, every_row: bool = False) -> None:
        """Judge all rows by the rules of the project's chain as it stands; each of what still passes, or of every one.

        A judging of the same kind that was broken off goes on from there.
        """
        self._start(every_row=every_row)

    @Slot()
    def ask(self, *, every_row: bool = False) -> None:
        """Judge all rows by the whole chain; the model is asked about what it has not judged yet."""
        self._start(asks=True, every_row=every_row)

    def start_cut(self, filter_id: str) -> None:
        """Let one filter, of which nothing but the cut has moved, decide by what is stored."""
        self._start("" if self.waiting or self.job is not None else filter_id)

    def _start(self, cut: str = "", *, asks: bool = False, every_row: bool = False) -> None:
        self._cut, self._asks, self._every_row = cut, asks, every_row
        self.waiting = True
        if self.job is not None:
            self.job.stop()
        self._on_job_changed()

    @Slot()
    def stop(self) -> None:
        """Break off; what was judged stays judged."""
        self.waiting = False
        if self.job is not None:
            self.job.stop()
        self.changed.emit()

    @Slot()
    def _on_job_changed(self) -> None:
        session = self._session
        if self.waiting and session.project is not None and self.job is None and session.generate_job is None:
            self.waiting = False
            job = session.start_job(NAME, self._work(session.project))
            job.finished_with.connect(self._on_finished)
        self.changed.emit()

    @property
    def by_rules_alone(self) -> bool:
        """Whether the newest judging leaves out the filters that ask a model."""
        return not self._asks and not self._cut

    def _work(self, project: "Project") -> "Callable[[], Generator[Event, None, object]]":
        from desktop.jobs.filtering import run_filters
        from desktop.jobs.recutting import decide_cut

        if self._cut:
            return partial(decide_cut, project, self._cut)
        if self._asks:
            return partial(_ask, project, self._session.model, self._session.preferences, self._every_row)
        return partial(run_filters, project, every_row=self._every_row)

    @Slot(object)
    def _on_finished(self, _report: object) -> None:
        self.finished.emit()

    @Slot()
    def _on_project_changed(self) -> None:
        self.waiting = False
        self.changed.emit()


def _ask(
    project: "Project", model: "LoadedModel", wanted: "Preferences", every_row: bool
) -> "Generator[Event, None, FilterReport]":
    from desktop.jobs.judging_by_model import filter_rows

    try:
        return (yield from filter_rows(project, lambda: model.ready(wanted), every_row))
    except UserError:
        model.let_go()  # it may be the engine that cannot go on; the next job starts a fresh one
        raise
