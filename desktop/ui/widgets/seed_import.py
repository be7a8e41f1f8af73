"""Files on their way to becoming seeds: what their columns are, how far it is, and what came of it."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QStackedWidget

from desktop.core.errors import UserError
from desktop.core.i18n import _, ngettext
from desktop.core.progress import Event
from desktop.core.shapes import Flaw, Preview
from desktop.ui import figures
from desktop.ui.job_thread import JobThread
from desktop.ui.session import Session
from desktop.ui.widgets.import_result import ImportResult
from desktop.ui.widgets.mapping_panel import MappingPanel

if TYPE_CHECKING:
    from desktop.jobs.importing import ImportReport
    from desktop.store.project import Project


class SeedImport(QStackedWidget):
    """`take_files` asks about one file after another; `shown(bool)` says when it wants the room, and when no more."""

    shown = Signal(bool)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._waiting: list[Path] = []
        self._job: JobThread | None = None
        self._known: tuple[tuple[str, ...], Mapping[str, str]] = ((), {})  # columns that were asked about
        self._columns: tuple[str, ...] = ()  # of the file that is asked about
        self._flaws: list[tuple[str, Flaw]] = []
        self._added = self._doubles = 0
        self.panel = MappingPanel()
        self.result = ImportResult(_("Some rows could not be read"), _("Back to the seeds"))
        self.addWidget(self.panel)
        self.addWidget(self.result)
        self.panel.confirmed.connect(self._on_confirmed)
        self.panel.cancelled.connect(self._on_cancelled)
        self.result.closed.connect(self._on_closed)

    @property
    def busy(self) -> bool:
        """Whether files wait, or rows are on their way in."""
        return bool(self._waiting) or "import" in self._session.jobs

    def take_files(self, files: Sequence[Path]) -> None:
        """Import these, each after its columns are known."""
        fresh = not self._waiting
        self._waiting.extend(files)
        if fresh:
            self._added = self._doubles = 0
            self._flaws = []
            self._known = ((), {})
            self._ask()

    def take_sample(self, path: Path) -> None:
        """Import a file of our own, whose columns are known."""
        self.take_files([path])

    def _ask(self) -> None:
        """Look into the next file."""
        path = self._waiting[0]
        self._session.read(lambda _project: _look_into(path), self._on_preview, failed=self._on_unreadable)

    @Slot(object)
    def _on_preview(self, preview: Preview | None) -> None:
        path, (columns, mapping) = self._waiting[0], self._known
        if preview is None:
            self._start({})
        elif preview.columns == columns:
            self._start(mapping)
        else:
            self.panel.show_file(path.name, preview, len(self._waiting) - 1)
            self._columns = preview.columns
            self.setCurrentWidget(self.panel)
            self.shown.emit(True)

    @Slot(object)
    def _on_unreadable(self, error: UserError) -> None:
        self._session.failed.emit(error)
        self._next()

    @Slot(object)
    def _on_confirmed(self, mapping: Mapping[str, str]) -> None:
        self._known = (self._columns, mapping)
        self.panel.import_button.setEnabled(False)
        self._start(mapping)

    def _start(self, mapping: Mapping[str, str]) -> None:
        project, path = self._session.project, self._waiting[0]
        if project is None:
            return
        try:
            job = self._job = self._session.start_job("import", partial(_import, project, path, mapping))
        except UserError as error:
            self._on_unreadable(error)
            return
        job.finished.connect(self._on_ended)

    @Slot()
    def _on_ended(self) -> None:
        """The job's thread has ended; the session shows what failed."""
        job, self._job = self._job, None
        if job is not None and job.outcome == "done":
            report: ImportReport = job.result
            self._added += report.added
            self._doubles += report.duplicates
            self._flaws += [(str(file), flaw) for file, flaw in report.flaws]
        self._next()

    def _next(self) -> None:
        self._waiting.pop(0)
        if self._waiting:
            self._ask()
            return
        words = self._words()
        if self._flaws:
            self.result.show_flaws(words, self._flaws)
            self.setCurrentWidget(self.result)
            self.shown.emit(True)
            return
        if self._added or self._doubles:
            self._session.noticed.emit(words, bool(self._added))
        self.shown.emit(False)

    def _words(self) -> str:
        came = ngettext("{n} seed added.", "{n} seeds added.", self._added).format(n=figures.number(self._added))
        if not self._doubles:
            return came
        return _("{came} {n} were there already and were left out.").format(came=came, n=figures.number(self._doubles))

    @Slot()
    def _on_cancelled(self) -> None:
        self._waiting.clear()
        self.shown.emit(False)

    @Slot()
    def _on_closed(self) -> None:
        self.shown.emit(False)


def _look_into(path: Path) -> Preview | None:
    """The columns and first rows of a file whose columns are not fixed; None where they are."""
    from desktop.jobs.importing import read_preview

    return read_preview(path, None)


def _import(project: "Project", path: Path, mapping: Mapping[str, str]) -> "Iterator[Event]":
    from desktop.jobs.importing import import_seeds

    return import_seeds(project, [path], None, mapping)
