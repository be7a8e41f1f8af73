"""The chain of filters as a column, in the groups that run one after another."""

from collections.abc import Mapping

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.core.i18n import _
from desktop.ui import figures
from desktop.ui.models.chain_edits import GROUPS, group_of, grouped
from desktop.ui.models.chain_standing import ChainStanding
from desktop.ui.widgets import buttons
from desktop.ui.widgets.bar import Bar
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.chain_row import ChainRow
from desktop.ui.widgets.judge_button import JudgeButton
from desktop.ui.widgets.label import ElidedLabel, label, literal, rule
from desktop.ui.widgets.search_field import SearchField

_LONG = 12  # filters from which on there is a field to search them with


class ChainList(Card):
    """`show_chain` fills it. `moved(id, place)`: to a place among those of its group; `adding`: one more is wanted."""

    chosen = Signal(str)
    switched = Signal(str, bool)
    moved = Signal(str, int)
    removed = Signal(str)
    adding = Signal()

    def __init__(self) -> None:
        super().__init__(_("Chain"), ruled=True, padded=False)
        self.add_button = buttons.small(_("Add…"))
        self.header.addWidget(self.add_button)
        self.search = SearchField(_("Search the filters"))
        self.rows: dict[str, ChainRow] = {}
        self.heads: dict[str, _Head] = {}  # by group
        self._groups: dict[str, list[str]] = {}
        self._selected = ""
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._mark = QFrame()  # where a dragged row would come to stand
        self._dragged_to = 0
        self.none_label = label(_("No filter is called that."), "muted", wrap=True)
        self.flow_label = label("", "label")
        self.order_label = label(_("Runs from cheap to dear, whatever the order here."), "label", wrap=True)
        self.bar = Bar(_("Rows that pass"))
        self.judge_button = JudgeButton()
        self._lay_out()
        self.add_button.clicked.connect(self.adding)
        self.search.searched.connect(self._on_searched)

    def show_chain(
        self,
        standing: ChainStanding,
        seconds: Mapping[str, float],
        asking: Mapping[str, str],
        *,
        writable: bool,
    ) -> None:
        """Show the filters in their groups; widgets stay where only figures change.

        `seconds` says what a filter costs for 1,000 rows, where that is known, `asking` how one asks the model.
        """
        links = grouped(standing.links, standing.filters)
        if [link.filter for link in links] != list(self.rows):
            self._make_rows([link.filter for link in links], standing)
        coming = standing.counts.candidates
        by_id = {link.filter: link for link in links}
        for group, ids in self._groups.items():
            cost = sum(seconds.get(id, 0.0) for id in ids if by_id[id].enabled) * coming / 1000
            self.heads[group].show_figures(coming, cost)
            for id in ids:
                dropped = standing.counts.dropped.get(id, 0)
                coming -= dropped
                self.rows[id].show_link(
                    by_id[id], standing.filters[id], dropped, seconds.get(id), asking.get(id, ""), writable=writable
                )
        self._show_flow(standing)
        self.search.setVisible(len(links) >= _LONG)
        self.add_button.setVisible(len(links) < len(standing.filters))
        self.add_button.setEnabled(writable)
        self.judge_button.setEnabled(writable and standing.counts.candidates > 0)
        self._on_searched(self.search.text() if len(links) >= _LONG else "")

    def choose(self, filter_id: str) -> None:
        """Show a filter as the chosen one."""
        self._selected = filter_id
        for id, row in self.rows.items():
            row.setChecked(id == filter_id)

    # ── behind it ────────────────────────────────────────────────────────────────────────────────

    def _lay_out(self) -> None:
        searching = QVBoxLayout()
        searching.setContentsMargins(12, 8, 12, 8)
        searching.addWidget(self.search)
        self._searching = QWidget()
        self._searching.setLayout(searching)
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 11, 16, 14)
        foot.setSpacing(7)
        for each in (self.flow_label, self.bar, self.order_label):
            foot.addWidget(each)
        foot.addSpacing(2)
        foot.addWidget(self.judge_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.none_label.setContentsMargins(16, 12, 16, 12)
        self.none_label.hide()
        self.body.setSpacing(0)
        self.body.addWidget(self._searching)
        self.body.addWidget(self.none_label)
        self.body.addWidget(self._area, 1)
        self.body.addWidget(rule())
        self.body.addLayout(foot)

    def _show_flow(self, standing: ChainStanding) -> None:
        counts = standing.counts
        every, passing = figures.number(counts.candidates), figures.number(counts.passing)
        self.flow_label.setText(_("{all} → {passing}").format(all=every, passing=passing))
        self.flow_label.setAccessibleName(_("{passing} of {all} rows pass").format(all=every, passing=passing))
        self.bar.set_part(counts.passing / counts.candidates if counts.candidates else 0.0)

    def _make_rows(self, ids: list[str], standing: ChainStanding) -> None:
        focused = next((id for id, row in self.rows.items() if row.hasFocus()), "")
        place = self._area.verticalScrollBar().value()
        self.rows, self.heads, self._groups = {}, {}, {}
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for id in ids:
            group = group_of(standing.filters[id])
            if group not in self._groups:
                self._groups[group] = []
                self.heads[group] = _Head(_(GROUPS[group]))
                column.addWidget(self.heads[group])
            self._groups[group].append(id)
            self.rows[id] = self._made_row(id)
            column.addWidget(self.rows[id])
        column.addStretch(1)
        self._mark = QFrame(inside)
        self._mark.setProperty("role", "mark")
        self._mark.hide()
        self._area.setWidget(inside)
        self.choose(self._selected)
        if focused in self.rows:
            self.rows[focused].setFocus(Qt.FocusReason.OtherFocusReason)
        self._area.verticalScrollBar().setValue(place)

    def _made_row(self, filter_id: str) -> ChainRow:
        row = ChainRow(filter_id)
        row.chosen.connect(self._on_row_chosen)
        row.switched.connect(self.switched)
        row.stepped.connect(self._on_stepped)
        row.shifted.connect(self._on_shifted)
        row.dragged.connect(self._on_dragged)
        row.let_go.connect(self._on_let_go)
        row.removed.connect(self.removed)
        return row

    def _group(self, filter_id: str) -> list[str]:
        return next(ids for ids in self._groups.values() if filter_id in ids)

    def _place_at(self, filter_id: str, height: int) -> int:
        """The place in its group that a row is held over."""
        ids = self._group(filter_id)
        at = self.rows[filter_id].mapToParent(QPoint(0, height)).y()
        return sum(at > self.rows[id].geometry().center().y() for id in ids if id != filter_id)

    @Slot(str)
    def _on_row_chosen(self, filter_id: str) -> None:
        self.choose(filter_id)
        self.chosen.emit(filter_id)

    @Slot(str, int)
    def _on_stepped(self, filter_id: str, by: int) -> None:
        ids = [id for id, row in self.rows.items() if not row.isHidden()]
        other = self.rows[ids[min(max(0, ids.index(filter_id) + by), len(ids) - 1)]]
        other.setFocus(Qt.FocusReason.OtherFocusReason)
        self._area.ensureWidgetVisible(other)
        other.click()

    @Slot(str, int)
    def _on_shifted(self, filter_id: str, by: int) -> None:
        ids = self._group(filter_id)
        place = ids.index(filter_id) + by
        if 0 <= place < len(ids):
            self.moved.emit(filter_id, place)

    @Slot(str, int)
    def _on_dragged(self, filter_id: str, height: int) -> None:
        row = self.rows[filter_id]
        others = [id for id in self._group(filter_id) if id != filter_id]
        place = self._place_at(filter_id, height)
        self._dragged_to = place
        self._area.ensureVisible(0, row.mapToParent(QPoint(0, height)).y(), 0, row.height() // 2)
        if not others:
            return
        after = self.rows[others[place - 1]].geometry() if place else None
        line = after.bottom() if after is not None else self.rows[others[0]].geometry().top() - 1
        self._mark.setGeometry(8, line - 1, row.width() - 16, 3)
        self._mark.show()
        self._mark.raise_()

    @Slot(str)
    def _on_let_go(self, filter_id: str) -> None:
        self._mark.hide()
        if self._group(filter_id).index(filter_id) != self._dragged_to:
            self.moved.emit(filter_id, self._dragged_to)

    @Slot(str)
    def _on_searched(self, words: str) -> None:
        self._searching.setVisible(len(self.rows) >= _LONG)
        for row in self.rows.values():
            row.setVisible(row.matches(words))
        for group, ids in self._groups.items():
            self.heads[group].setHidden(all(self.rows[id].isHidden() for id in ids))
        self.none_label.setVisible(bool(self.rows) and all(row.isHidden() for row in self.rows.values()))


class _Head(QWidget):
    """Names a group, says how many rows come to it and how long they take: the funnel."""

    def __init__(self, title: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 16, 5)
        row.setSpacing(8)
        self.figures_label = ElidedLabel("", "label")
        self.figures_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setToolTip(
            literal(_("Rows that come here. Times are measured on this computer, with the first rows of this project."))
        )
        row.addWidget(label(title, "label"))
        row.addWidget(self.figures_label, 1)

    def show_figures(self, rows: int, seconds: float) -> None:
        """So many rows come here, which takes about so long (0: unknown)."""
        words = _("{n} in").format(n=figures.number(rows)) if rows else ""
        if rows and seconds >= 0.5:
            words = _("{rows} · {time}").format(rows=words, time=figures.duration(seconds))
        self.figures_label.setText(words)
