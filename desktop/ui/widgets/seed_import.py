"""Files on their way to becoming seeds: what their columns or rules are, and what came of it."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
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
from desktop.ui.source_work import Rules, rules_for, rules_of_table, votes_among
from desktop.ui.widgets.import_result import ImportResult
from desktop.ui.widgets.mapping_panel import MappingPanel
from desktop.ui.widgets.rules_panel import RulesPanel

if TYPE_CHECKING:
    from desktop.jobs.importing import ImportReport
    from desktop.store.project import Project

_WORKBOOKS = (".xlsx", ".xlsm")


@dataclass(frozen=True, slots=True)
class _Looked:
    """What a look into a file found."""

    preview: Preview | None  # None where its format fixes what its columns mean
    rules: Rules  # by which it is read, where it is by any
    votes: str  # the column that holds votes; empty where none is called so


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
        self._votes = ""  # its column of votes
        self._rules: Rules = {}  # that were confirmed for the files of a kind
        self._flaws: list[tuple[str, Flaw]] = []
        self._added = self._doubles = 0
        self.panel = MappingPanel()
        self.rules = RulesPanel()
        self.result = ImportResult(_("Some rows did not come in"), _("Back to the seeds"))
        for each in (self.panel, self.rules, self.result):
            self.addWidget(each)
        self.panel.confirmed.connect(self._on_confirmed)
        self.panel.voted.connect(self._on_voted)
        self.panel.cancelled.connect(self._on_cancelled)
        self.rules.confirmed.connect(self._on_rules)
        self.rules.closed.connect(self._on_cancelled)
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
            self._known, self._rules = ((), {}), {}
            self._ask()

    def take_sample(self, path: Path) -> None:
        """Import a file of our own, whose columns are known."""
        self.take_files([path])

    def _ask(self) -> None:
        """Look into the next file."""
        path = self._waiting[0]
        self._session.read(partial(_look_into, path=path), self._on_looked, failed=self._on_unreadable)

    @Slot(object)
    def _on_looked(self, looked: _Looked) -> None:
        preview, (columns, mapping) = looked.preview, self._known
        if looked.rules and looked.rules.keys() == self._rules.keys():
            self._start({}, self._rules)
        elif looked.rules:
            self._ask_rules(looked.rules)
        elif preview is None:
            self._start({})
        elif preview.columns == columns:
            self._start(mapping, self._rules)
        else:
            self.panel.show_file(self._waiting[0].name, preview, len(self._waiting) - 1, voted=bool(looked.votes))
            self._columns, self._votes, self._rules = preview.columns, looked.votes, {}
            self.setCurrentWidget(self.panel)
            self.shown.emit(True)

    @Slot(object)
    def _on_voted(self, mapping: Mapping[str, str]) -> None:
        """This table's rows are to be taken by their votes."""
        self._known = (self._columns, {})
        self._session.read(partial(rules_of_table, mapping=mapping, votes=self._votes), self._ask_rules)

    @Slot(object)
    def _ask_rules(self, rules: Rules) -> None:
        self.rules.ask(rules)
        self.setCurrentWidget(self.rules)
        self.shown.emit(True)

    @Slot(object)
    def _on_rules(self, rules: Rules) -> None:
        self._rules = rules
        self.shown.emit(False)
        self._start({}, rules)

    @Slot(object)
    def _on_unreadable(self, error: UserError) -> None:
        self._session.failed.emit(error)
        self._next()

    @Slot(object)
    def _on_confirmed(self, mapping: Mapping[str, str]) -> None:
        self._known = (self._columns, mapping)
        self.panel.import_button.setEnabled(False)
        self._start(mapping)

    def _start(self, mapping: Mapping[str, str], rules: Rules | None = None) -> None:
        project, path = self._session.project, self._waiting[0]
        if project is None:
            return
        try:
            job = self._job = self._session.start_job("import", partial(_import, project, path, mapping, rules or {}))
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


def _look_into(project: "Project", path: Path) -> _Looked:
    from desktop.jobs.importing import read_preview

    preview = read_preview(path, None)
    # A workbook is not read by votes.
    columns = preview.columns if preview is not None and path.suffix.lower() not in _WORKBOOKS else ()
    return _Looked(preview, rules_for(project, [path]), votes_among(columns))


def _import(
    project: "Project", path: Path, mapping: Mapping[str, str], rules: Rules
) -> "Generator[Event, None, ImportReport]":
    from desktop.jobs.importing import import_seeds
    from desktop.jobs.source_rules import keep_rules

    format_id, chosen = next(iter(rules.items()), (None, None))
    report = yield from import_seeds(project, [path], format_id, mapping, chosen)
    if rules:
        project.user.set_up(lambda edit: keep_rules(edit, rules)).result()
    return report
