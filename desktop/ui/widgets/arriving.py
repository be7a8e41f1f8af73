"""The rows of a run as they arrive: what is being written on top, then what has landed, the newest first."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop.core.i18n import _
from desktop.core.progress import Landed, Partial
from desktop.core.records import Attempt, Decision, Run
from desktop.core.shapes import Method
from desktop.store.show import Show, Stage
from desktop.ui import figures
from desktop.ui.models.candidate_entry import entry_of
from desktop.ui.models.lazy_rows import VIEW_ROLE, LazyRows, Lookup
from desktop.ui.session import Session
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.candidate_detail import CandidateDetail
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.field import Choice
from desktop.ui.widgets.label import label
from desktop.ui.widgets.row_list import RowList
from desktop.ui.widgets.writing_strip import WritingStrip

if TYPE_CHECKING:
    from desktop.store.candidates import CandidateView

_FIRST = 40


class Arriving(Card):
    """`show_run` lists a run's rows; `take_partials` and `take_landed` show what comes meanwhile.

    A click opens a row in its place. `decided(ids, decision or None)`: the person keeps rows, rejects them, or takes it
    back; K and R do it too.
    """

    decided = Signal(list, object)

    def __init__(self, session: Session) -> None:
        super().__init__(_("Arriving now"), padded=False, ruled=True)
        self._session = session
        self._run: Run | None = None
        self._stage: Stage = "all"
        self._filter = ""
        self._titles: Mapping[str, str] = {}
        self.detail: CandidateDetail | None = None  # of the row that is open
        self.rows: LazyRows[CandidateView] = LazyRows(session, describe=entry_of, parent=self)
        self.list = RowList(_("Rows of this run"))
        self.list.setModel(self.rows)
        self.strip = WritingStrip()
        self.passing_badge = Badge("", "pass")
        self.dropped_badge = Badge("", "dropped")
        self.stage_box = Choice()
        self.empty_label = label("", "muted", wrap=True)
        self._states = QStackedWidget()
        self._lay_out()
        self.list.clicked.connect(self._on_clicked)
        self.list.activated.connect(self._on_clicked)
        self.stage_box.activated.connect(self._on_stage)
        self.rows.counted.connect(self._on_counted)
        self.show_figures(0, 0)

    # ── for the page ─────────────────────────────────────────────────────────────────────────────

    def show_run(self, run: Run | None) -> None:
        """List the rows of a run; the same run is only read again."""
        same = run is not None and self._run is not None and run.id == self._run.id
        self._run = run
        if same:
            self.rows.refresh()
        else:
            self._close_detail()
            self._look_up()

    def show_only(self, stage: Stage, filter_id: str = "") -> None:
        """Show the rows of one stage, or those that one filter dropped."""
        self._filter = filter_id
        self._stage = stage
        self.stage_box.setCurrentIndex(max(0, self.stage_box.findData(stage)))
        self._close_detail()
        self._look_up()

    def show_figures(self, passing: int, dropped: int) -> None:
        """How many passed, and how many did not."""
        for badge, words, count in (
            (self.passing_badge, _("pass {n}"), passing),
            (self.dropped_badge, _("dropped {n}"), dropped),
        ):
            badge.show_as(words.format(n=figures.number(count)), "pass" if badge is self.passing_badge else "dropped")
            badge.setVisible(count > 0)

    def set_working(self, working: bool) -> None:
        """Whether rows arrive at this moment."""
        self.set_title(_("Arriving now") if working else _("New rows") if self._run is None else _("Rows of this run"))
        if not working:
            self.strip.clear()

    def set_method(self, method: Method) -> None:
        """The method whose steps are written, for their titles."""
        self._titles = {each.step: _(each.title) for each in method.prompts if each.title}
        self.strip.set_titles(self._titles)

    def set_empty_words(self, words: str) -> None:
        """What to say while there is no row."""
        self.empty_label.setText(words)

    def take_partials(self, partials: Sequence[Partial]) -> None:
        """Show what is being written."""
        self.strip.show_partials(partials)
        self._on_counted(self.rows.rowCount())

    def take_landed(self, landed: Sequence[Landed]) -> None:
        """Show rows that have been stored, with their verdicts."""
        from desktop.store.candidates import CandidateView

        for each in landed:
            if each.candidate.item is not None:
                self.strip.drop_item(each.candidate.item)
        if self._run is None:
            return
        run = self._run
        self.rows.add(
            [
                CandidateView(
                    each.candidate, each.candidate.row, each.passed, each.verdicts, frozenset(), None, run, each.seconds
                )
                for each in landed
                if each.candidate.run == run.id and self._belongs(each)
            ]
        )

    # ── behind it ────────────────────────────────────────────────────────────────────────────────

    def _belongs(self, landed: Landed) -> bool:
        if self._filter:
            return next((id for id, each in landed.verdicts.items() if not each.passed), "") == self._filter
        return self._stage == "all" or (self._stage == "passing") == landed.passed

    def _look_up(self) -> None:
        run = self._run
        if run is None:
            self.rows.show_rows(None)
            self._on_counted(0)
            return
        show = Show(self._stage, self._filter, run=run.id, descending=True)
        self.rows.show_rows(
            Lookup(
                ids=lambda project: project.candidates.ids(show),
                get=lambda project, ids: project.candidates.get(ids),
                id_of=lambda view: view.candidate.id,
                first=lambda project: project.candidates.get(project.candidates.ids(show, _FIRST)),
            )
        )

    @Slot(int)
    def _on_counted(self, count: int) -> None:
        self.strip.set_alone(not count)
        self._states.setCurrentIndex(1 if not count and not self.rows.loading and self.strip.isHidden() else 0)

    @Slot()
    def _on_stage(self) -> None:
        self.show_only(self.stage_box.currentData())

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        view = index.data(VIEW_ROLE)
        if view is None:
            return
        project = self._session.project
        detail = CandidateDetail(view, writable=project is not None and project.writable)
        detail.decided.connect(self._on_decided)
        detail.closed.connect(self._close_detail)
        detail.replies_wanted.connect(self._on_replies_wanted)
        self.detail = detail
        self.list.open_row(index, detail)
        detail.setFocus()

    @Slot()
    def _close_detail(self) -> None:
        self.detail = None
        self.list.close_row()
        self.list.setFocus()

    @Slot(int, object)
    def _on_decided(self, candidate: int, decision: Decision | None) -> None:
        self._close_detail()
        self.decided.emit([candidate], decision)

    @Slot(int)
    def _on_replies_wanted(self, item: int) -> None:
        self._session.read(lambda project: project.runs.attempts_of(item), self._on_replies)

    @Slot(object)
    def _on_replies(self, attempts: Sequence[Attempt]) -> None:
        if self.detail is not None:
            self.detail.show_replies(attempts, self._titles)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        decisions: dict[int, Decision] = {Qt.Key.Key_K: "accepted", Qt.Key.Key_R: "rejected"}
        ids = [self.rows.id_at(row) for row in self.list.selected_rows()]
        if ids and event.key() in decisions and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.decided.emit(ids, decisions[event.key()])
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        self.header.insertWidget(1, self.passing_badge)
        self.header.insertWidget(2, self.dropped_badge)
        stages: tuple[tuple[str, Stage], ...] = (
            (_("All rows"), "all"),
            (_("Passing"), "passing"),
            (_("Dropped"), "dropped"),
        )
        for words, stage in stages:
            self.stage_box.addItem(words, stage)
        self.stage_box.setAccessibleName(_("Which rows to show, the newest first"))
        self.header.addWidget(self.stage_box)
        nothing = QWidget()
        column = QVBoxLayout(nothing)
        column.setContentsMargins(40, 24, 40, 24)
        self.empty_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self.empty_label)
        self._states.addWidget(self.list)
        self._states.addWidget(nothing)
        self.body.setSpacing(0)
        self.body.setContentsMargins(0, 0, 0, 8)
        self.body.addWidget(self.strip)
        self.body.addWidget(self._states, 1)
