"""The passages of one source: searched, chosen to be read beside their page, left out and taken back in."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout

from desktop.core.i18n import _, ngettext
from desktop.core.records import Passage
from desktop.ui import figures, source_work
from desktop.ui.models import passage_rows
from desktop.ui.models.lazy_rows import LazyRows
from desktop.ui.widgets import buttons
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.label import label, rule
from desktop.ui.widgets.row_delegate import RowDelegate
from desktop.ui.widgets.row_list import RowList
from desktop.ui.widgets.search_field import SearchField

if TYPE_CHECKING:
    from desktop.ui.session import Session


class PassagesCard(Card):
    """`show_source` lists its passages; `chosen(id)` is the one to read, 0 where there is none."""

    chosen = Signal(int)

    def __init__(self, session: "Session") -> None:
        super().__init__(padded=False)
        self._session = session
        self._source = 0
        self.rows: LazyRows[Passage] = LazyRows(session, describe=passage_rows.describe, parent=self)
        self.list = RowList(_("Passages"), RowDelegate(self, lead_lines=1, meta_lines=1))
        self.list.setModel(self.rows)
        self.search = SearchField(_("Search the passages"))
        self.cut_button = buttons.small(_("Cut again…"))
        self.exclude_button = buttons.small(_("Leave out"), "X")
        self._lay_out()
        self.search.searched.connect(self._look_up)
        self.exclude_button.clicked.connect(self._on_exclude)
        self.rows.counted.connect(self._on_counted)
        self.rows.dataChanged.connect(self._tell_selection)
        self.list.selectionModel().currentRowChanged.connect(self._on_current)
        self.list.selectionModel().selectionChanged.connect(self._tell_selection)
        shortcut = QShortcut(QKeySequence("X"), self.list)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self._on_exclude)

    def show_source(self, source: int, *, writable: bool) -> None:
        """List the passages of a source, or of none, where it is 0."""
        self._source = source
        self.cut_button.setEnabled(writable)
        self.exclude_button.setEnabled(writable)
        self._look_up()

    # ── behind it ────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def _look_up(self) -> None:
        shown = passage_rows.lookup(self._source, self.search.text().strip()) if self._source else None
        self.rows.show_rows(shown)

    @Slot(int)
    def _on_counted(self, count: int) -> None:
        if count and not self.list.currentIndex().isValid():
            self.list.go_to(0)
        elif count:
            self._on_current(self.list.currentIndex(), QModelIndex())
        else:
            self.chosen.emit(0)

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid() and current.row() < self.rows.rowCount():
            self.chosen.emit(self.rows.id_at(current.row()))
            self._tell_selection()

    @Slot()
    def _tell_selection(self) -> None:
        chosen = self._selected()
        back = bool(chosen) and all(passage is not None and passage.excluded for passage in chosen.values())
        self.exclude_button.set_text(_("Take back in") if back else _("Leave out"))

    def _selected(self) -> dict[int, Passage | None]:
        """The selected passages by id, as far as they are known."""
        return {self.rows.id_at(row): self.rows.view_at(row) for row in self.list.selected_rows()}

    @Slot()
    def _on_exclude(self) -> None:
        chosen = self._selected()
        if not chosen or not self.exclude_button.isEnabled():
            return
        out = not all(passage is not None and passage.excluded for passage in chosen.values())
        ids, count = list(chosen), len(chosen)
        title = ngettext("Leave {n} passage out", "Leave {n} passages out", count)
        if not out:
            title = ngettext("Take {n} passage back in", "Take {n} passages back in", count)
        title = title.format(n=figures.number(count))
        self._session.edits.perform(title, partial(source_work.exclude, ids=ids, out=out), self.list)
        if count == 1 and out and self.list.hasFocus():
            self.list.go_to(min(self.list.currentIndex().row() + 1, self.rows.rowCount() - 1))

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(11, 10, 11, 10)
        top.setSpacing(8)
        top.addWidget(self.search, 1)
        top.addWidget(self.cut_button)
        foot = QHBoxLayout()
        foot.setContentsMargins(15, 8, 11, 8)
        foot.addWidget(label(_("Runs start from the passages that are not left out."), "label", wrap=True), 1)
        foot.addWidget(self.exclude_button)
        self.body.setSpacing(0)
        self.body.addLayout(top)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(rule())
        self.body.addLayout(foot)
