"""The rows behind a mark of a plot, as a list beside it; a row opens in its place."""

from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent

from desktop.core.i18n import _
from desktop.core.records import Attempt
from desktop.ui import figures, theme
from desktop.ui.models.candidate_entry import entry_of
from desktop.ui.models.lazy_rows import VIEW_ROLE, LazyRows, Lookup
from desktop.ui.widgets import buttons
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.candidate_detail import CandidateDetail
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.label import ElidedLabel
from desktop.ui.widgets.row_list import RowList

if TYPE_CHECKING:
    from desktop.store.candidates import CandidateView
    from desktop.ui.session import Session

_FIRST = 30


class RowsBehind(Card):
    """`show_ids` lists rows under a name; hidden until then, and again when it is `closed`."""

    closed = Signal()

    def __init__(self, session: "Session") -> None:
        super().__init__(" ", ruled=True, padded=False)
        self._session = session
        self.detail: CandidateDetail | None = None  # of the row that is open
        self.rows: LazyRows[CandidateView] = LazyRows(session, describe=entry_of, parent=self)
        self.list = RowList(_("Rows behind the mark"))
        self.list.setModel(self.rows)
        self.name_label = ElidedLabel("")
        self.badge = Badge("", "info")
        self.close_button = buttons.small(_("Close"))
        self.title_label.hide()
        self.header.insertWidget(0, self.name_label, 1)
        self.header.setStretch(2, 0)
        self.header.addWidget(self.badge)
        self.header.addWidget(self.close_button)
        self.header.setContentsMargins(15, 8, 12, 8)
        self.header.addStrut(theme.CONTROL_HEIGHT)  # as high as the plot's
        self.body.addWidget(self.list, 1)
        self.list.clicked.connect(self._on_clicked)
        self.list.activated.connect(self._on_clicked)
        self.close_button.clicked.connect(self.closed)
        self.hide()

    def show_ids(self, name: str, ids: Sequence[int]) -> None:
        """List these candidates in this order."""
        wanted = array("q", ids)
        self._close_detail()
        self.name_label.setText(name)
        self.list.setAccessibleName(name)
        self.badge.show_as(figures.number(len(wanted)), "info")
        self.rows.show_rows(
            Lookup(
                ids=lambda _project: wanted,
                get=lambda project, ids: project.candidates.get(ids),
                id_of=lambda view: view.candidate.id,
                first=lambda project: project.candidates.get(wanted[:_FIRST]),
            )
        )
        self.show()

    def clear(self) -> None:
        """List nothing, and go."""
        self._close_detail()
        self.rows.show_rows(None)
        self.hide()

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        view = index.data(VIEW_ROLE)
        if view is None:
            return
        detail = CandidateDetail(view, writable=False)
        detail.closed.connect(self._on_detail_closed)
        detail.replies_wanted.connect(self._on_replies_wanted)
        self.detail = detail
        self.list.open_row(index, detail)
        detail.setFocus()

    @Slot()
    def _on_detail_closed(self) -> None:
        self._close_detail()
        self.list.setFocus()

    def _close_detail(self) -> None:
        self.detail = None
        self.list.close_row()

    @Slot(int)
    def _on_replies_wanted(self, item: int) -> None:
        self._session.read(lambda project: project.runs.attempts_of(item), self._on_replies)

    @Slot(object)
    def _on_replies(self, attempts: Sequence[Attempt]) -> None:
        if self.detail is not None:
            self.detail.show_replies(attempts, {})

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)
