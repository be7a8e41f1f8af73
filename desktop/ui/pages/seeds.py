"""The Seeds page: the user's examples in a table and a form."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QStandardPaths, Qt, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.core import paths
from desktop.core.i18n import N_, _, ngettext
from desktop.core.records import Seed
from desktop.ui import figures
from desktop.ui.models import seed_rows
from desktop.ui.models.lazy_rows import LazyRows
from desktop.ui.models.pasted import pasted_rows
from desktop.ui.models.seed_rows import Coverage
from desktop.ui.session import Session
from desktop.ui.widgets import buttons
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.page import Page
from desktop.ui.widgets.search_field import SearchField
from desktop.ui.widgets.seed_coverage import SeedCoverage, coverage_words
from desktop.ui.widgets.seed_form import BLANK, SeedForm
from desktop.ui.widgets.seed_import import SeedImport
from desktop.ui.widgets.seed_start import SeedStart
from desktop.ui.widgets.seed_table import SeedTable

if TYPE_CHECKING:
    from desktop.store.edit import Edit
    from desktop.store.undo import Changes

_FORM_WIDTH = 348


class SeedsPage(Page):
    """Table on the left, form on the right, what they cover above. Imports take the place of all three."""

    ID = "seeds"
    TITLE = N_("Seeds")
    ICON = "seeds"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._wanted = 0  # the id of the seed to go to once the table knows it
        self.rows: LazyRows[Seed] = LazyRows(session, seed_rows.columns(), parent=self)
        self.rows.counted.connect(self._on_counted)
        self.table = SeedTable()
        self.table.setModel(self.rows)
        self.form = SeedForm()
        self.search = SearchField(_("Search the seeds"))
        self.add_button = buttons.primary(_("Add a seed"))
        self.import_button = buttons.plain(_("Import…"))
        self.coverage = SeedCoverage()
        self.sample_button: buttons.Button | None = None  # while there are no seeds
        self.importing = SeedImport(session)
        self._folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
        self._main = self._main_part()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._main)
        self._stack.addWidget(self.importing)
        self.body.addWidget(self._stack, 1)
        self.action_row.addWidget(self.import_button)
        self.action_row.addWidget(self.add_button)
        self.setAcceptDrops(True)
        self._listen()

    # ── for the window ───────────────────────────────────────────────────────────────────────────

    def take_files(self, files: Sequence[Path]) -> None:
        """Import these files, once the person has said what their columns are."""
        self.form.save()
        self.importing.take_files(files)

    def refresh(self) -> None:
        if self.session.project is None:
            self.rows.show_rows(None)
            self.form.show_seed(None)
            self.show_no_project()
            return
        self.form.show_seed(None)
        writable = self.session.project.writable
        self.form.set_writable(writable)
        self.add_button.setEnabled(writable)
        self.import_button.setEnabled(writable)
        self._look_up()
        self._ask_coverage()

    def on_changed(self, changes: "Changes") -> None:
        if "seeds" not in changes.stages:
            return
        self.rows.refresh(changes.ids.get("seeds") or None)
        self._ask_coverage()

    @Slot(object, object)
    def _on_any_change(self, changes: "Changes", origin: object) -> None:
        """What the form shows was perhaps changed elsewhere: by undo, by an import."""
        shown = self.form.seed
        if origin is not self.form and "seeds" in changes.stages and shown is not None and shown.id:
            seed_id = shown.id
            self.session.read(lambda project: project.seeds.get((seed_id,)), self._on_read_again)

    # ── look-ups ─────────────────────────────────────────────────────────────────────────────────

    def _look_up(self) -> None:
        header = self.table.horizontalHeader()
        column = header.sortIndicatorSection()
        order = seed_rows.ORDERS[column] if 0 <= column < len(seed_rows.ORDERS) else "id"
        descending = header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder and order != "id"
        self.rows.show_rows(seed_rows.lookup(self.search.text().strip(), order, descending=descending))

    def _ask_coverage(self) -> None:
        self.session.read(lambda project: seed_rows.coverage(project.seeds.all()), self._on_coverage)

    @Slot(object)
    def _on_coverage(self, found: Coverage) -> None:
        self.coverage.show_coverage(found)
        empty = not (found.count or self.form.seed or self.importing.busy or self._stack.currentIndex())
        self.add_button.setVisible(not empty)
        self.import_button.setVisible(not empty)
        if empty:
            self._show_empty()
            return
        self.show_body()
        self.set_line(coverage_words(found))
        self.form.offer([name for name, _n in found.task_types if name], [name for name, _n in found.languages if name])

    @Slot(int)
    def _on_counted(self, count: int) -> None:
        row = self.rows.row_of(self._wanted) if self._wanted else -1
        self._wanted = 0
        if row < 0 and not self.table.chosen_rows() and count and self.form.seed is None:
            row = 0
        if row >= 0:
            self._go_to(row)

    def _go_to(self, row: int) -> None:
        index = self.rows.index(row, 0)
        flags = QItemSelectionModel.SelectionFlag
        self.table.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.table.scrollTo(index)

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, current: QModelIndex, _before: QModelIndex) -> None:
        if not current.isValid():
            return
        seed_id = self.rows.id_at(current.row())
        shown = self.form.seed
        if shown is None or shown.id != seed_id:
            self.form.save()
            self.session.read(lambda project: project.seeds.get((seed_id,)), self._on_read)

    @Slot(object)
    def _on_read(self, seeds: Sequence[Seed]) -> None:
        if seeds:
            self.form.show_seed(seeds[0])

    @Slot(object)
    def _on_read_again(self, seeds: Sequence[Seed]) -> None:
        shown = self.form.seed
        if not seeds:
            self.form.forget()
            self._on_current(self.table.currentIndex(), QModelIndex())
        elif shown is not None and seeds[0] != shown:
            self.form.forget()
            self.form.show_seed(seeds[0])

    # ── changes ──────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def _on_add(self) -> None:
        self.show_body()
        self.add_button.show()
        self.import_button.show()
        self.table.clearSelection()
        self.table.setCurrentIndex(QModelIndex())
        language = self.session.project.language if self.session.project else ""
        self.form.show_seed(replace(BLANK, row=replace(BLANK.row, language=language)))
        self.form.instruction.setFocus()

    @Slot(object)
    def _on_edited(self, seed: Seed) -> None:
        if seed.id == 0:
            self._add(_("Add a seed"), [seed], self._on_new_stored)
        else:
            self.session.edits.perform(_("Edit a seed"), partial(_update, seed=seed), self.form)

    @Slot(object)
    def _on_new_stored(self, ids: Sequence[int]) -> None:
        self.form.take_id(ids[0])
        self._wanted = ids[0]
        self.rows.refresh(())

    @Slot()
    def _on_copy(self) -> None:
        self.form.save()
        ids = self._chosen_ids()
        if ids:
            title = ngettext("Duplicate {n} seed", "Duplicate {n} seeds", len(ids)).format(n=len(ids))
            self.session.read(lambda project: (title, project.seeds.get(ids)), self._on_copies_read)

    @Slot(object)
    def _on_copies_read(self, read: tuple[str, Sequence[Seed]]) -> None:
        title, seeds = read
        self._add(title, [replace(seed, id=0, name="") for seed in seeds], self._on_stored)

    @Slot(object)
    def _on_stored(self, ids: Sequence[int]) -> None:
        self._wanted = ids[-1] if ids else 0
        self.rows.refresh(())
        words = ngettext("{n} seed added.", "{n} seeds added.", len(ids)).format(n=figures.number(len(ids)))
        self.session.noticed.emit(words, True)

    def _add(self, title: str, seeds: Sequence[Seed], done: Callable[[list[int]], None]) -> None:
        new = [(seed.row, seed.name, seed.is_classification, seed.origin) for seed in seeds]
        self.session.edits.perform(title, lambda edit: edit.add_seeds(new), self.form, done)

    @Slot()
    def _on_remove(self) -> None:
        ids = self._chosen_ids()
        if not ids:
            self.form.forget()
            self.form.show_seed(None)
            return
        self.form.forget()
        self._wanted = self._neighbour()
        title = ngettext("Remove {n} seed", "Remove {n} seeds", len(ids)).format(n=len(ids))
        self.session.edits.perform(title, partial(_remove, ids=ids), self.table, self._on_removed)

    @Slot(object)
    def _on_removed(self, count: int) -> None:
        words = ngettext("{n} seed removed.", "{n} seeds removed.", count).format(n=figures.number(count))
        self.session.noticed.emit(words, True)

    def _chosen_ids(self) -> list[int]:
        return [self.rows.id_at(row) for row in self.table.chosen_rows()]

    def _neighbour(self) -> int:
        """The seed to go to when the chosen ones are gone: the next, else the one before; 0 where none is left."""
        rows = self.table.chosen_rows()
        after, before = rows[-1] + 1, rows[0] - 1
        place = after if after < self.rows.rowCount() else before
        return self.rows.id_at(place) if place >= 0 else 0

    @Slot()
    def _on_paste(self) -> None:
        project = self.session.project
        if project is None:
            return
        rows = pasted_rows(QGuiApplication.clipboard().text(), project.language)
        if not rows:
            self.session.noticed.emit(
                _("There is nothing to paste: copy rows from a spreadsheet, or lines of text."), False
            )
            return
        title = ngettext("Paste {n} seed", "Paste {n} seeds", len(rows)).format(n=len(rows))
        self._add(title, [Seed(0, row, origin=_("clipboard")) for row in rows], self._on_stored)

    # ── imports ──────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def _on_import(self) -> None:
        kinds = _("Seeds (*.json *.jsonl *.ndjson *.csv *.tsv *.xlsx)") + ";;" + _("All files (*)")
        chosen, _kind = QFileDialog.getOpenFileNames(self, _("Import seeds"), str(self._folder), kinds)
        if chosen:
            self._folder = Path(chosen[0]).parent
            self.take_files([Path(each) for each in chosen])

    @Slot()
    def _on_sample(self) -> None:
        language = self.session.project.language if self.session.project else "en"
        folder = paths.resources() / "samples"
        own = folder / f"seeds.{language}.jsonl"
        self.importing.take_sample(own if own.is_file() else folder / "seeds.en.jsonl")

    @Slot(bool)
    def _on_import_state(self, shown: bool) -> None:
        self._stack.setCurrentIndex(1 if shown else 0)
        self.add_button.setEnabled(not shown)
        self.import_button.setEnabled(not shown)
        if shown:
            self.show_body()
        else:
            self._ask_coverage()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and self.session.project is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if files and not any(each.suffix == ".seedbed" for each in files):
            event.acceptProposedAction()
            self.take_files(files)
        else:
            event.ignore()

    def hideEvent(self, event: QHideEvent) -> None:
        self.form.save()
        super().hideEvent(event)

    # ── building ─────────────────────────────────────────────────────────────────────────────────

    def _main_part(self) -> QWidget:
        listed = Card(padded=False)
        top = QHBoxLayout()
        top.setContentsMargins(11, 10, 11, 10)
        top.addWidget(self.search)
        listed.body.setSpacing(0)
        listed.body.setContentsMargins(0, 0, 0, 8)
        listed.body.addLayout(top)
        listed.body.addWidget(self.table, 1)
        self.form.setFixedWidth(_FORM_WIDTH)
        across = QHBoxLayout()
        across.setSpacing(14)
        across.addWidget(listed, 1)
        across.addWidget(self.form)
        main = QWidget()
        column = QVBoxLayout(main)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(self.coverage)
        column.addLayout(across, 1)
        return main

    def _listen(self) -> None:
        self.add_button.clicked.connect(self._on_add)
        self.import_button.clicked.connect(self._on_import)
        self.search.searched.connect(self._on_search)
        self.coverage.chosen.connect(self._on_part_chosen)
        self.table.horizontalHeader().sortIndicatorChanged.connect(self._on_sorted)
        self.table.selectionModel().currentRowChanged.connect(self._on_current)
        self.table.opened.connect(self.form.instruction.setFocus)
        self.table.removal_wanted.connect(self._on_remove)
        self.table.copy_wanted.connect(self._on_copy)
        self.table.pasted.connect(self._on_paste)
        self.form.edited.connect(self._on_edited)
        self.form.copy_wanted.connect(self._on_copy)
        self.form.removal_wanted.connect(self._on_remove)
        self.form.left.connect(self.table.setFocus)
        self.importing.shown.connect(self._on_import_state)
        self.session.changed.connect(self._on_any_change)
        for keys, slot in (("Ctrl+F", self.search.setFocus), ("Ins", self._on_add)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)

    @Slot(str)
    def _on_search(self, _words: str) -> None:
        self._look_up()

    @Slot(str)
    def _on_part_chosen(self, words: str) -> None:
        self.search.setText("" if self.search.text() == words else words)

    @Slot()
    def _on_sorted(self) -> None:
        self._look_up()

    def _show_empty(self) -> None:
        start = SeedStart()
        start.add_button.clicked.connect(self._on_add)
        start.sample_button.clicked.connect(self._on_sample)
        start.import_button.clicked.connect(self._on_import)
        self.sample_button = start.sample_button
        self.set_line(_("Examples of what you want, written by people"))
        self.show_empty(start)


def _update(edit: "Edit", seed: Seed) -> None:
    edit.update_seed(seed)


def _remove(edit: "Edit", ids: Sequence[int]) -> int:
    edit.remove_seeds(ids)
    return len(ids)
