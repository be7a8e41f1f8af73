"""One side of a filter's cut: its rows as a list, with a button for those that are selected."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from desktop.core.i18n import _
from desktop.ui import figures
from desktop.ui.models.entry import Entry
from desktop.ui.models.lazy_rows import VIEW_ROLE, LazyRows, Lookup
from desktop.ui.widgets import buttons
from desktop.ui.widgets.badge import Badge, Tone
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.label import ElidedLabel, label
from desktop.ui.widgets.row_list import RowList

if TYPE_CHECKING:
    from desktop.store.candidates import CandidateView
    from desktop.ui.session import Session


_SPACE = 2  # the place in the header that grows where there is no hint


class CutSide(Card):
    """`wanted(ids, reason)` when the button is pressed; it is live while rows are selected.

    With `takes` it is only there while a selected row is one that it takes; without, a reason can be given.
    """

    wanted = Signal(list, str)

    def __init__(
        self,
        session: "Session",
        tone: Tone,
        button: str,
        takes: "Callable[[CandidateView], bool] | None",
        describe: "Callable[[CandidateView], Entry]",
    ) -> None:
        super().__init__(" ", ruled=True, padded=False)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # both sides are as wide
        self._tone: Tone = tone
        self._takes = takes
        self._writable = True
        self.rows: LazyRows[CandidateView] = LazyRows(session, describe=describe, parent=self)
        self.list = RowList(button)
        self.list.setModel(self.rows)
        self.badge = Badge("", tone)
        self.hint_label = ElidedLabel("", "label")
        self.hint_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.button = buttons.small(button)
        self.reason_field = QLineEdit()
        self.reason_field.setPlaceholderText(_("Why? Kept with the row, if you like"))
        self.reason_field.setAccessibleName(_("Reason"))
        self.empty_label = label("", "muted", wrap=True)
        self._states = QStackedWidget()
        nothing = QWidget()
        column = QVBoxLayout(nothing)
        column.setContentsMargins(32, 16, 32, 16)
        self.empty_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self.empty_label)
        self._states.addWidget(self.list)
        self._states.addWidget(nothing)
        self.header.insertWidget(1, self.badge)
        self.header.addWidget(self.hint_label, 1)
        self.header.addWidget(self.button)
        self.header.setContentsMargins(15, 8, 12, 8)
        self.header.addStrut(self.button.sizeHint().height())  # both sides are as high, with a button or without
        self._reason = QWidget()
        below = QVBoxLayout(self._reason)
        below.setContentsMargins(12, 8, 12, 10)
        below.addWidget(self.reason_field)
        self.body.setSpacing(0)
        self.body.addWidget(self._states, 1)
        self.body.addWidget(self._reason)
        self.reason_field.returnPressed.connect(self._on_clicked)
        self.button.clicked.connect(self._on_clicked)
        self.rows.counted.connect(self._on_counted)
        self.list.selectionModel().selectionChanged.connect(self._show_button)
        self._show_button()

    def show_side(self, title: str, hint: str, empty: str) -> None:
        """Name the side, say how it is ordered, and what to say where it has no rows."""
        self.set_title(title)
        self.list.setAccessibleName(title)
        self.hint_label.setText(hint)
        self.hint_label.setVisible(bool(hint))
        self.header.setStretch(_SPACE, 0 if hint else 1)
        self.empty_label.setText(empty)

    def show_rows(self, lookup: "Lookup[CandidateView] | None") -> None:
        """List other rows."""
        self.rows.show_rows(lookup)
        self._on_counted(0)

    def set_writable(self, writable: bool) -> None:
        """Whether anything may be changed here."""
        self._writable = writable
        self._show_button()

    def selected(self) -> list[int]:
        """The ids of the selected rows that the button is for."""
        indexes = [self.rows.index(row, 0) for row in self.list.selected_rows()]
        views = [(self.rows.id_at(index.row()), index.data(VIEW_ROLE)) for index in indexes]
        return [id for id, view in views if view is None or self._takes is None or self._takes(view)]

    @Slot()
    def _on_clicked(self) -> None:
        if self._writable and (ids := self.selected()):
            reason = self.reason_field.text().strip()
            self.reason_field.clear()
            self.list.setFocus()
            self.list.clearSelection()
            self.wanted.emit(ids, reason)

    @Slot()
    def _show_button(self) -> None:
        # Of very many rows a look at the first ones must do.
        rows = self.list.selected_rows()[:200]
        views = [self.rows.index(row, 0).data(VIEW_ROLE) for row in rows]
        takes = self._takes
        live = bool(rows) if takes is None else any(view is not None and takes(view) for view in views)
        self.button.setEnabled(self._writable and live)
        self.button.setVisible(takes is None or live)
        self._reason.setVisible(takes is None and live and self._writable)

    @Slot(int)
    def _on_counted(self, count: int) -> None:
        self.badge.show_as(figures.number(count), self._tone)
        self.badge.setVisible(not self.rows.loading)
        self._states.setCurrentIndex(0 if count or self.rows.loading else 1)
        self._show_button()
