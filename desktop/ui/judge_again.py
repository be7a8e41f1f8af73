"""Has the rule filters judge rows again whose text a person changed."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from desktop.jobs.filtering import run_filters

if TYPE_CHECKING:
    from collections.abc import Generator

    from desktop.core.progress import Event
    from desktop.store.project import Project
    from desktop.ui.session import Session

NAME = "judge again"


class JudgeAgain(QObject):
    """`judge` may be called at any time: rows that come while a job works are judged by the next one."""

    def __init__(self, session: "Session", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._waiting: set[int] = set()
        session.job_changed.connect(self._start)
        session.project_changed.connect(self._on_project_changed)

    def judge(self, candidate: int) -> None:
        """Judge this row, and those of its family, on the text as it stands."""
        self._waiting.add(candidate)
        self._start()

    @Slot()
    def _start(self) -> None:
        project = self._session.project
        if project is None or not self._waiting or NAME in self._session.jobs:
            return
        ids, self._waiting = frozenset(self._waiting), set()
        self._session.start_job(NAME, partial(_judge, project, ids))

    @Slot()
    def _on_project_changed(self) -> None:
        self._waiting.clear()


def _judge(project: "Project", ids: frozenset[int]) -> "Generator[Event, None, None]":
    # Where nothing was ever judged, an edit is no reason to begin: the filters are switched on on their page.
    if project.chain.links():
        yield from run_filters(project, ids=ids)
