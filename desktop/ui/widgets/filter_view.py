"""One filter at work: its values with the cut, and the rows on either side, which can be let in or out by hand."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.i18n import _, ngettext
from desktop.core.records import ChainLink
from desktop.ui import figures
from desktop.ui.cut_count import CutCount
from desktop.ui.models import cut_rows
from desktop.ui.models.candidate_entry import entry_at_cut, entry_of
from desktop.ui.models.chain_standing import ChainStanding, Trusted
from desktop.ui.models.entry import Entry
from desktop.ui.models.measured import Measured
from desktop.ui.widgets.cut_side import CutSide
from desktop.ui.widgets.filter_card import FilterCard

if TYPE_CHECKING:
    from desktop.store.candidates import CandidateView
    from desktop.store.edit import Edit
    from desktop.ui.session import Session


class FilterView(QWidget):
    """`show_filter` fills it; what a person does to the filter itself is told by `card`."""

    def __init__(self, session: "Session") -> None:
        super().__init__()
        self._session = session
        self._filter = ""
        self._standing: ChainStanding | None = None
        self.counting = CutCount(session, self)
        self.card = FilterCard()
        self.kept = CutSide(session, "pass", _("Drop after all"), self._is_overruled, self._describe)
        self.dropped = CutSide(session, "dropped", _("Keep anyway"), None, self._describe)
        sides = QHBoxLayout()
        sides.setSpacing(14)
        sides.addWidget(self.kept, 1)
        sides.addWidget(self.dropped, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(self.card)
        column.addLayout(sides, 1)
        self.counting.measured.connect(self._on_measured)
        self.counting.tried.connect(self.card.show_sides)
        self.card.moving.connect(self.counting.try_cut)
        self.kept.wanted.connect(self._on_drop)
        self.dropped.wanted.connect(self._on_keep)

    def show_filter(self, standing: ChainStanding, link: ChainLink, *, writable: bool, trust: Trusted) -> None:
        """Show a filter as it stands now."""
        about = standing.filters[link.filter]
        before = (self.card.cut, self._filter)
        self._standing, self._filter = standing, link.filter
        self.card.show_filter(link, about, writable=writable, trust=trust)
        for side in (self.kept, self.dropped):
            side.set_writable(writable)
        self._name_sides(link, about.cut)
        self.counting.read(link.filter, about, self.card.cut)
        if before == (self.card.cut, link.filter):
            self.kept.rows.refresh()
            self.dropped.rows.refresh()
            return
        self.kept.show_rows(cut_rows.lookup("passing", link.filter, self.card.cut))
        self.dropped.show_rows(cut_rows.lookup("dropped", link.filter, self.card.cut))

    def forget(self) -> None:
        """Another project is open, or none."""
        self._standing, self._filter = None, ""
        self.kept.show_rows(None)
        self.dropped.show_rows(None)

    # ── behind it ────────────────────────────────────────────────────────────────────────────────

    def _describe(self, view: "CandidateView") -> Entry:
        about = self._standing.filters.get(self._filter) if self._standing is not None else None
        return entry_at_cut(view, self._filter, about) if about is not None else entry_of(view)

    def _is_overruled(self, view: "CandidateView") -> bool:
        return self._filter in view.overruled

    def _name_sides(self, link: ChainLink, cut: str) -> None:
        kept, dropped = (_("Just kept"), _("Just dropped")) if cut else (_("Passing"), _("Dropped"))
        order = _("nearest the cut first") if cut else ""
        off = _("This filter is off.")
        self.kept.show_side(
            kept, order, _("No row that passes has been judged by this filter.") if link.enabled else off
        )
        self.dropped.show_side(dropped, "", _("It drops no row.") if link.enabled else off)

    @Slot(object)
    def _on_measured(self, measured: Measured) -> None:
        if self._standing is not None and measured.filter == self._filter:
            self.card.show_measured(self._standing.filters[measured.filter], measured)

    @Slot(list, str)
    def _on_keep(self, ids: list[int], reason: str) -> None:
        title = ngettext("Keep {n} row anyway", "Keep {n} rows anyway", len(ids)).format(n=figures.number(len(ids)))
        said = ngettext("{n} row is kept anyway.", "{n} rows are kept anyway.", len(ids))
        change = partial(_overrule, ids=ids, filter_id=self._filter, reason=reason)
        self._session.edits.perform(title, change, self, say=said.format(n=figures.number(len(ids))))

    @Slot(list, str)
    def _on_drop(self, ids: list[int], _reason: str) -> None:
        title = ngettext("Drop {n} row after all", "Drop {n} rows after all", len(ids))
        said = ngettext("{n} row is dropped after all.", "{n} rows are dropped after all.", len(ids))
        count = figures.number(len(ids))
        change = partial(_restore, ids=ids, filter_id=self._filter)
        self._session.edits.perform(title.format(n=count), change, self, say=said.format(n=count))


def _overrule(edit: "Edit", ids: Sequence[int], filter_id: str, reason: str) -> None:
    edit.overrule(ids, filter_id, reason)


def _restore(edit: "Edit", ids: Sequence[int], filter_id: str) -> None:
    edit.restore_verdict(ids, filter_id)
