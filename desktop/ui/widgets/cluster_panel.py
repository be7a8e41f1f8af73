"""Duplicates cluster by cluster: who is alike, which one is kept, and keeping another instead."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from desktop.core.i18n import _, ngettext
from desktop.ui import figures
from desktop.ui.models.cluster_rows import Clusters, Heading, Member, heading_entry, member_entry
from desktop.ui.models.lazy_rows import VIEW_ROLE, LazyRows
from desktop.ui.widgets import buttons
from desktop.ui.widgets.label import label
from desktop.ui.widgets.row_list import RowList
from desktop.ui.widgets.side_panel import SidePanel

if TYPE_CHECKING:
    from desktop.ui.session import Session


class ClusterPanel(SidePanel):
    """`open` fills it. `wanted(instead, keeper, reason)`: keep the one row in place of the other."""

    wanted = Signal(int, int, str)

    def __init__(self, session: "Session") -> None:
        super().__init__(_("Clusters of rows that are alike"), _("Back"))
        self._clusters: Clusters | None = None
        self._shown = 0
        self._writable = True
        self.headings: LazyRows[Heading] = LazyRows(session, describe=heading_entry, parent=self)
        self.members: LazyRows[Member] = LazyRows(session, describe=member_entry, parent=self)
        self.list = RowList(_("Clusters"))
        self.list.setModel(self.headings)
        self.member_list = RowList(_("Rows of the cluster"))
        self.member_list.setModel(self.members)
        self.count_label = label("", "muted")
        self.reason_field = QLineEdit()
        self.reason_field.setPlaceholderText(_("Why? Kept with the row, if you like"))
        self.reason_field.setAccessibleName(_("Reason"))
        self.keep_button = buttons.small(_("Keep this one instead"))
        self.hint_label = label("", "muted", wrap=True)
        self._states = QStackedWidget()
        self._lay_out()
        self.headings.counted.connect(self._on_counted)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.member_list.selectionModel().selectionChanged.connect(self._show_button)
        self.keep_button.clicked.connect(self._on_keep)
        self.reason_field.returnPressed.connect(self._on_keep)

    def open(self, filter_id: str, threshold: float, *, writable: bool) -> None:
        """List the clusters of a filter at a threshold."""
        self._writable, self._shown = writable, 0
        self._clusters = Clusters(filter_id, threshold)
        self.members.show_rows(None)
        self.headings.show_rows(self._clusters.lookup())
        self.count_label.clear()
        self._states.setCurrentWidget(self._waiting)
        self.back_button.setFocus()
        self._show_button()

    def refresh(self) -> None:
        """Something stored has changed: read the clusters again, in their places."""
        if self._clusters is not None:
            self.headings.refresh()

    # ── behind it ────────────────────────────────────────────────────────────────────────────────

    def _lay_out(self) -> None:
        self.card.header.insertWidget(1, self.count_label)
        foot = QHBoxLayout()
        foot.setContentsMargins(14, 8, 12, 8)
        foot.setSpacing(10)
        foot.addWidget(self.hint_label, 1)
        foot.addWidget(self.reason_field, 1)
        foot.addWidget(self.keep_button)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.member_list, 1)
        right.addLayout(foot)
        both = QWidget()
        across = QHBoxLayout(both)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(1)
        across.addWidget(self.list, 2)
        across.addLayout(right, 3)
        empty = label(_("No two rows are as alike as that."), "muted", wrap=True)
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._waiting = label(_("Reading the rows"), "muted")
        self._waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for each in (both, empty, self._waiting):
            self._states.addWidget(each)
        self.card.body.setContentsMargins(0, 0, 0, 0)
        self.card.body.addWidget(self._states, 1)

    @Slot(int)
    def _on_counted(self, count: int) -> None:
        words = ngettext("{n} cluster", "{n} clusters", count).format(n=figures.number(count))
        self.count_label.setText(words)
        begun = self._states.currentWidget() is self._waiting
        self._states.setCurrentIndex(0 if count else 1)
        if begun and self.back_button.hasFocus():
            self.list.setFocus()
        if not count:
            return
        if self.headings.row_of(self._shown) < 0:
            self.list.go_to(0)
        else:
            self.members.refresh()

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, current: QModelIndex, _before: QModelIndex) -> None:
        if self._clusters is None or not current.isValid():
            return
        shown = self.headings.id_at(current.row())
        if shown != self._shown:
            self._shown = shown
            self.members.show_rows(self._clusters.members(shown))
            self._show_button()

    @Slot()
    def _show_button(self) -> None:
        member, keeper = self._chosen()
        possible = member is not None and keeper is not None and self._writable
        self.keep_button.setEnabled(possible)
        self.reason_field.setVisible(possible)
        self.hint_label.setVisible(not possible)
        if self._clusters is not None and self._shown and keeper is None:
            self.hint_label.setText(_("A seed is kept of this cluster. “Keep anyway” lets a row in beside it."))
        else:
            self.hint_label.setText(_("Choose a row that was dropped to keep it instead."))

    def _chosen(self) -> tuple[Member | None, int | None]:
        """The dropped row that is selected, and the kept one that would give way."""
        rows = self.member_list.selected_rows()
        member = self.members.index(rows[0], 0).data(VIEW_ROLE) if len(rows) == 1 else None
        keeper = self._clusters.keeper(self._shown) if self._clusters is not None else None
        return (member if isinstance(member, Member) and not member.kept and member.id > 0 else None), keeper

    @Slot()
    def _on_keep(self) -> None:
        member, keeper = self._chosen()
        if member is not None and keeper is not None and self._writable:
            reason = self.reason_field.text().strip()
            self.reason_field.clear()
            self.member_list.clearSelection()
            self.wanted.emit(member.id, keeper, reason)
