"""The Sources page: documents come in, their passages are read beside the page they stand on, and some left out."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Qt, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.core.errors import UserError
from desktop.core.i18n import N_, _, ngettext
from desktop.ui import figures, source_work
from desktop.ui.job_thread import JobThread
from desktop.ui.loaded_model import chosen_model, chosen_server
from desktop.ui.models import source_rows
from desktop.ui.models.lazy_rows import LazyRows
from desktop.ui.session import Session
from desktop.ui.source_files import SourceFiles
from desktop.ui.widgets import buttons
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.cutting_panel import CuttingPanel
from desktop.ui.widgets.empty import EmptyState
from desktop.ui.widgets.import_result import ImportResult
from desktop.ui.widgets.import_strip import ImportStrip
from desktop.ui.widgets.label import rule
from desktop.ui.widgets.page import Page
from desktop.ui.widgets.page_reader import PageReader
from desktop.ui.widgets.passages_card import PassagesCard
from desktop.ui.widgets.row_delegate import RowDelegate
from desktop.ui.widgets.row_list import RowList

if TYPE_CHECKING:
    from desktop.jobs.importing_sources import SourcesReport
    from desktop.store.sources import SourceView
    from desktop.store.undo import Changes

_LIST_WIDTH = 268
_READER_WIDTH = 380


class SourcesPage(Page):
    """Sources on the left, the passages of the chosen one in the middle, the page they stand on at the right."""

    ID = "sources"
    TITLE = N_("Sources")
    ICON = "file"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._job: JobThread | None = None
        self._source = 0  # the chosen one's id
        self.files = SourceFiles(session, self)
        self.sources: LazyRows[SourceView] = LazyRows(session, describe=source_rows.describe, parent=self)
        self.source_list = RowList(_("Sources"), RowDelegate(self, lead_lines=2, detail_lines=2))
        self.source_list.setModel(self.sources)
        self.source_list.setSelectionMode(RowList.SelectionMode.SingleSelection)
        self.passages = PassagesCard(session)
        self.reader = PageReader(session)
        self.strip = ImportStrip()
        self.cutting = CuttingPanel()
        self.result = ImportResult(_("Not everything could be read"), _("Back to the sources"))
        self.add_button = buttons.primary(_("Add files…"))
        self.folder_button = buttons.plain(_("Add a folder…"))
        self.unread_button = buttons.small("")
        self.remove_button = buttons.small(_("Remove"), _("Del"))
        self.all_button = buttons.small(_("Leave all out"))
        self._stack = QStackedWidget()
        for each in (self._main_part(), self.cutting, self.result, self.files.panel):
            self._stack.addWidget(each)
        self.body.addWidget(self.strip)
        self.body.addWidget(self._stack, 1)
        self.action_row.addWidget(self.folder_button)
        self.action_row.addWidget(self.add_button)
        self.setAcceptDrops(True)
        self._listen()

    # ── for the window ───────────────────────────────────────────────────────────────────────────

    def take_files(self, files: Sequence[Path]) -> None:
        """Import these files and folders, in the background."""
        project = self.session.project
        if project is None or not files:
            return
        if not project.writable:
            self.session.failed.emit(UserError(self.session.read_only_because, _("Nothing was started.")))
            return
        self.show_body()
        self.strip.show_progress(None)
        self.files.take(files)

    @Slot(object, object)
    def _on_files_chosen(self, files: Sequence[Path], rules: source_work.Rules) -> None:
        project = self.session.project
        if project is not None:
            self._start(partial(source_work.bring, project, files, rules, self._model()), self._on_imported)

    @Slot(bool)
    def _on_rules_asked(self, asked: bool) -> None:
        self.show_body()
        self.strip.hide()
        if asked:
            self._stack.setCurrentWidget(self.files.panel)
        else:
            self._on_back()
            self._ask_line()

    def _model(self) -> Path | None:
        """The model whose tokens say how long passages are; None where a server runs it, which has no say."""
        wanted = self.session.preferences
        return chosen_model(wanted) if chosen_server(wanted) is None else None

    def refresh(self) -> None:
        project = self.session.project
        for each in (self.add_button, self.folder_button):
            each.setVisible(project is not None)
            each.setEnabled(self.session.writable)
        self._choose(0)
        if project is None:
            self.sources.show_rows(None)
            self.show_no_project()
            return
        self.sources.show_rows(source_rows.lookup())
        self._ask_line()

    def on_changed(self, changes: "Changes") -> None:
        if not changes.stages & {"sources", "passages"}:
            return
        self.sources.refresh()
        if self._source:
            self.passages.rows.refresh(changes.ids.get("passages") or None)
        self._ask_line()

    # ── what is shown ────────────────────────────────────────────────────────────────────────────

    def _ask_line(self) -> None:
        self.session.read(source_work.figures_of, self._on_figures)

    @Slot(object)
    def _on_figures(self, counted: tuple[int, int, int, str]) -> None:
        sources, passages, excluded, model = counted
        if not sources and self._job is None:
            self._show_empty()
            return
        self.show_body()
        self.folder_button.show()
        self.add_button.show()
        words = [
            ngettext("{n} source", "{n} sources", sources).format(n=figures.number(sources)),
            ngettext("{n} passage", "{n} passages", passages).format(n=figures.number(passages)),
        ]
        if excluded:
            words.append(_("{n} left out").format(n=figures.number(excluded)))
        words.append(_("cut by the tokens of {model}").format(model=model) if model else _("≈ cut by estimated tokens"))
        self.set_line(" · ".join(words))

    @Slot(int)
    def _on_sources_counted(self, count: int) -> None:
        row = self.sources.row_of(self._source) if self._source else -1
        if row < 0 and count:
            row = min(max(0, self.source_list.currentIndex().row()), count - 1)
            self.source_list.go_to(row)
        elif not count:
            self._choose(0)
        else:
            self._tell_source()

    @Slot(QModelIndex, QModelIndex)
    def _on_source(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid() and self.sources.id_at(current.row()) != self._source:
            self._choose(self.sources.id_at(current.row()))

    def _choose(self, source: int) -> None:
        self._source = source
        writable = source != 0 and self.session.writable
        for each in (self.remove_button, self.all_button):
            each.setEnabled(writable)
        self.reader.show_passage(0)
        self.passages.show_source(source, writable=writable)
        self._tell_source()

    def _tell_source(self) -> None:
        """Say in the card's header what can be done with the source."""
        row = self.sources.row_of(self._source) if self._source else -1
        view = self.sources.view_at(row) if row >= 0 else None
        unread = len(view.source.unread) if view else 0
        told = ngettext("{n} part not read", "{n} parts not read", unread).format(n=figures.number(unread))
        self.unread_button.set_text(told)
        self.unread_button.setVisible(unread > 0)
        self.all_button.set_text(_("Take all back in") if view and source_work.all_out(view) else _("Leave all out"))

    # ── changes ──────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def _on_exclude_all(self) -> None:
        row = self.sources.row_of(self._source)
        view = self.sources.view_at(row) if row >= 0 else None
        if view is not None:
            out = not source_work.all_out(view)
            title = _("Leave a whole source out") if out else _("Take a whole source back in")
            said = _("The source is left out.") if out else _("The source is back in.")
            self.session.edits.perform(
                title, partial(source_work.exclude_source, source=self._source, out=out), self.source_list, say=said
            )

    @Slot()
    def _on_remove(self) -> None:
        if self._source and self.remove_button.isEnabled():
            said = _("The source was removed. Rows made from it stay.")
            self.session.edits.perform(
                _("Remove a source"), partial(source_work.remove, source=self._source), self.source_list, say=said
            )

    @Slot()
    def _on_cut(self) -> None:
        self.session.read(source_work.cutting_of, self._on_cutting_known)
        self.session.read(source_work.counted_by, self.cutting.show_counted_by)

    @Slot(object)
    def _on_cutting_known(self, cutting: object) -> None:
        model = self._model()
        self.cutting.offer(
            cutting, self.sources.rowCount(), one=bool(self._source), counted=model is not None and model.is_file()
        )
        self._stack.setCurrentWidget(self.cutting)
        self.cutting.form.field("tokens").setFocus()

    @Slot(object, bool)
    def _on_cut_wanted(self, cutting: Any, every: bool) -> None:
        project = self.session.project
        if project is None:
            return
        self._on_back()
        chosen = [self._source]
        if every:
            chosen = [self.sources.id_at(row) for row in range(self.sources.rowCount())]
        self._start(partial(source_work.cut_again, project, chosen, cutting, self._model()), self._on_cut_done)

    # ── jobs ─────────────────────────────────────────────────────────────────────────────────────

    def _start(self, make: Any, done: Any) -> None:
        try:
            job = self._job = self.session.start_job(self.ID, make)
        except UserError as error:
            self.session.failed.emit(error)
            return
        job.progressed.connect(self.strip.show_progress)
        job.finished_with.connect(done)
        job.finished.connect(self._on_job_ended)
        self.show_body()
        self.strip.show_progress(None)

    @Slot()
    def _on_stop(self) -> None:
        if self._job is not None:
            self.strip.stop_button.setEnabled(False)
            self._job.stop()
        else:
            self.files.forget()
            self.strip.hide()
            self._tell_stopped()
            self._ask_line()

    @Slot()
    def _on_job_ended(self) -> None:
        job, self._job = self._job, None
        self.strip.hide()
        if job is not None and job.outcome == "stopped":
            self._tell_stopped()
        if self.session.project is not None:
            self._ask_line()

    def _tell_stopped(self) -> None:
        self.session.noticed.emit(_("Stopped. Files that were finished stay."), False)

    @Slot(object)
    def _on_imported(self, report: "SourcesReport") -> None:
        count, known = len(report.sources), len(report.known)
        came = ngettext("{n} source came in.", "{n} sources came in.", count).format(n=figures.number(count))
        if known:
            there = ngettext("{n} was there already.", "{n} were there already.", known)
            came = f"{came} {there.format(n=figures.number(known))}"
        lines = [f"{source_rows.name_of(name)}: {why}" for name, why in report.failed]
        for source in report.sources:
            lines += source_work.unread_lines(source_rows.name_of(source.path), source.unread)
        if lines:
            self._show_lines(came, lines)
        else:
            self.session.noticed.emit(came, False)

    @Slot(object)
    def _on_cut_done(self, passages: int) -> None:
        told = ngettext("There is {n} passage now.", "There are {n} passages now.", passages)
        self.session.noticed.emit(told.format(n=figures.number(passages)), True)

    @Slot()
    def _on_unread(self) -> None:
        row = self.sources.row_of(self._source)
        view = self.sources.view_at(row) if row >= 0 else None
        if view is not None:
            name = source_rows.name_of(view.source.path)
            self._show_lines(name, source_work.unread_lines("", view.source.unread))

    def _show_lines(self, words: str, lines: Sequence[str]) -> None:
        self.show_body()
        self._stack.setCurrentWidget(self.result)
        self.result.show_lines(words, lines)

    @Slot()
    def _on_back(self) -> None:
        self._stack.setCurrentIndex(0)
        self.passages.list.setFocus()

    # ── files ────────────────────────────────────────────────────────────────────────────────────

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and self.session.project is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if files and not any(each.suffix in (".seedbed", ".gguf") for each in files):
            event.acceptProposedAction()
            self.take_files(files)
        else:
            event.ignore()

    # ── building ─────────────────────────────────────────────────────────────────────────────────

    def _main_part(self) -> QWidget:
        listed = Card(_("Files"), ruled=True, padded=False)
        listed.setFixedWidth(_LIST_WIDTH)
        listed.header.addWidget(self.remove_button)
        listed.body.setSpacing(0)
        listed.body.addWidget(self.source_list, 1)
        below = QHBoxLayout()
        below.setContentsMargins(11, 8, 11, 8)
        below.addWidget(self.unread_button)
        below.addStretch(1)
        below.addWidget(self.all_button)
        listed.body.addWidget(rule())
        listed.body.addLayout(below)
        self.reader.setMinimumWidth(_READER_WIDTH // 2)
        self.reader.setMaximumWidth(2 * _READER_WIDTH)
        across = QHBoxLayout()
        across.setSpacing(14)
        across.addWidget(listed)
        across.addWidget(self.passages, 5)
        across.addWidget(self.reader, 4)
        main = QWidget()
        column = QVBoxLayout(main)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(across, 1)
        return main

    def _listen(self) -> None:
        for button, slot in (
            (self.add_button, self.files.add),
            (self.folder_button, self.files.add_folder),
            (self.passages.cut_button, self._on_cut),
            (self.unread_button, self._on_unread),
            (self.remove_button, self._on_remove),
            (self.all_button, self._on_exclude_all),
        ):
            button.clicked.connect(slot)
        self.files.chosen.connect(self._on_files_chosen)
        self.files.asked.connect(self._on_rules_asked)
        self.strip.stopped.connect(self._on_stop)
        self.cutting.wanted.connect(self._on_cut_wanted)
        self.cutting.closed.connect(self._on_back)
        self.result.closed.connect(self._on_back)
        self.sources.counted.connect(self._on_sources_counted)
        self.sources.dataChanged.connect(self._tell_source)
        self.passages.chosen.connect(self.reader.show_passage)
        self.source_list.selectionModel().currentRowChanged.connect(self._on_source)
        for keys, slot, widget in (
            ("Ctrl+F", self.passages.search.setFocus, self),
            ("Del", self._on_remove, self.source_list),
        ):
            shortcut = QShortcut(QKeySequence(keys), widget)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)

    def _show_empty(self) -> None:
        add, folder = buttons.primary(_("Add files…")), buttons.plain(_("Add a folder…"))
        add.clicked.connect(self.files.add)
        folder.clicked.connect(self.files.add_folder)
        self.add_button.hide()
        self.folder_button.hide()
        self.set_line(_("Documents and tables that rows are made from"))
        words = _(
            "Drop files or folders here: PDF, Word, PowerPoint, web pages, Markdown, EPUB, text, tables, or zips of"
            " them. They are read on this computer and cut into passages, from which questions and answers are made."
        )
        self.show_empty(EmptyState("file", _("Bring the documents you know best"), words, add, folder))
