"""The Filter page: what each filter costs, and the rows on either side of its cut."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.core.errors import UserError
from desktop.core.i18n import N_, _, ngettext
from desktop.core.records import ChainLink
from desktop.ui import figures
from desktop.ui.asking_time import AskingTime
from desktop.ui.chain_changes import ChainChanges
from desktop.ui.cut_count import CutCount
from desktop.ui.filter_costs import FilterCosts
from desktop.ui.fixing import Fixing
from desktop.ui.judge_all import JudgeAll
from desktop.ui.judged_as import JudgedAs
from desktop.ui.models import cut_rows
from desktop.ui.models.candidate_entry import entry_at_cut
from desktop.ui.models.chain_standing import ChainStanding, read_chain
from desktop.ui.models.cluster_rows import change_of_keeper
from desktop.ui.models.entry import Entry
from desktop.ui.models.measured import Measured
from desktop.ui.session import Session
from desktop.ui.widgets import buttons
from desktop.ui.widgets.chain_list import ChainList
from desktop.ui.widgets.cluster_panel import ClusterPanel
from desktop.ui.widgets.cut_side import CutSide
from desktop.ui.widgets.empty import EmptyState
from desktop.ui.widgets.filter_card import FilterCard
from desktop.ui.widgets.filter_picker import FilterPicker
from desktop.ui.widgets.fixes_panel import FixesPanel
from desktop.ui.widgets.judging_strip import JudgingStrip
from desktop.ui.widgets.naming_strip import NamingStrip
from desktop.ui.widgets.page import Page
from desktop.ui.widgets.preset_button import PresetButton

if TYPE_CHECKING:
    from desktop.jobs.fixing import FixReport
    from desktop.store.candidates import CandidateView
    from desktop.store.edit import Edit
    from desktop.store.undo import Changes

_CHAIN_WIDTH = 268
_SOON = 150  # milliseconds in which several changes become one look-up


class FilterPage(Page):
    """The chain on the left; the chosen filter, with what it keeps and what it drops, on the right."""

    ID = "filter"
    TITLE = N_("Filter")
    ICON = "filter"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._project = session.project  # that everything below is about
        self._standing: ChainStanding | None = None
        self._filter = ""
        self._judged_as = JudgedAs()
        self._reading = False
        self._soon = QTimer(self, singleShot=True, interval=_SOON)
        self.judging = JudgeAll(session, self)
        self.counting = CutCount(session, self)
        self.costs = FilterCosts(session, self)
        self.asking = AskingTime(session, self)
        self.fixing = Fixing(session, self)
        self.changes = ChainChanges(session, self)
        self.preset_button = PresetButton()
        self.review_button = buttons.primary(_("Review what passes"))
        self.chain = ChainList()
        self.strip = JudgingStrip()
        self.naming = NamingStrip(_("Name of the preset"))
        self.picker = FilterPicker()
        self.clusters = ClusterPanel(session)
        self.fixes = FixesPanel()
        self.card = FilterCard()
        self.kept = CutSide(session, "pass", _("Drop after all"), self._is_overruled, self._describe)
        self.dropped = CutSide(session, "dropped", _("Keep anyway"), None, self._describe)
        self._right = QStackedWidget()
        self._set_up()
        self._listen()

    # ── for the window ───────────────────────────────────────────────────────────────────────────

    def refresh(self) -> None:
        if self.session.project is not self._project:
            self._forget()
        if self.session.project is None:
            self.set_line("")
            self._show_no_project()
            return
        self._ask()

    def on_changed(self, changes: "Changes") -> None:
        if changes.stages & {"candidates", "reviews", "chain", "runs"}:
            self._soon.start()

    @Slot(object, object)
    def _on_any_change(self, changes: "Changes", _origin: object) -> None:
        """Undo may change a filter while another page is shown; its rows are judged again all the same."""
        if "chain" in changes.stages and not self.isVisible() and self._standing is not None:
            self._soon.start()

    def _forget(self) -> None:
        """Another project is open, or none."""
        self._project = self.session.project
        self._standing = None
        self.changes.stand(None)
        self._filter = ""
        self._judged_as.clear()
        self._reading = False
        self._back()
        self.kept.show_rows(None)
        self.dropped.show_rows(None)

    # ── look-ups ─────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def _ask(self) -> None:
        """Read how the chain stands; one question at a time, so that a busy project is not asked for ever."""
        if self._reading:
            self._soon.start()
            return
        self._reading = True
        self.session.read(read_chain, self._on_standing, failed=self._on_failed)

    @Slot(object)
    def _on_standing(self, standing: ChainStanding) -> None:
        self._reading = False
        self._standing = standing
        self.changes.stand(standing)
        self.show_body()
        if self._link(self._filter) is None:
            self._filter = _first(standing)
        self._show_chain()
        self._note_options(standing)
        self.costs.measure(standing)
        if standing.unasked:
            self.asking.look()
        self._show_line(standing)
        self._show_judging()
        if self._right.currentIndex() <= 1:
            self._back()
        self._show_presets()
        self.review_button.setEnabled(standing.counts.passing > 0)
        self._show_filter()

    @Slot()
    def _show_chain(self) -> None:
        if (standing := self._standing) is not None:
            self.chain.show_chain(
                standing, self.costs.seconds, _asking(standing, self.asking.seconds), writable=self._writable
            )

    @Slot()
    def _show_presets(self) -> None:
        if (standing := self._standing) is not None:
            title = self.changes.presets.title_of(standing.links, standing.filters)
            self.preset_button.show_presets(title, self.changes.presets.own)
            self.preset_button.setEnabled(self._writable)

    @Slot(object)
    def _on_failed(self, error: UserError) -> None:
        self._reading = False
        self.show_failure(error)

    def _show_filter(self) -> None:
        """Show the chosen filter as it stands now."""
        standing, link = self._standing, self._link(self._filter)
        if standing is None or link is None:
            return
        about = standing.filters[link.filter]
        before = (self.card.cut, self.kept.rows.property("filter"))
        self.chain.choose(link.filter)
        self.card.show_filter(link, about, writable=self._writable)
        for side in (self.kept, self.dropped):
            side.set_writable(self._writable)
        self._name_sides(link, about.cut)
        self.counting.read(link.filter, about, self.card.cut)
        if self._right.currentWidget() is self.clusters:
            self.clusters.refresh()
        if before == (self.card.cut, link.filter):
            self.kept.rows.refresh()
            self.dropped.rows.refresh()
            return
        self.kept.rows.setProperty("filter", link.filter)
        self.kept.show_rows(cut_rows.lookup("passing", link.filter, self.card.cut))
        self.dropped.show_rows(cut_rows.lookup("dropped", link.filter, self.card.cut))

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

    def _show_line(self, standing: ChainStanding) -> None:
        counts = standing.counts
        if not counts.candidates:
            self.set_line(_("These filters judge every row as it is written."))
            return
        words = ngettext("{n} candidate in, {passing} pass.", "{n} candidates in, {passing} pass.", counts.candidates)
        words = words.format(n=figures.number(counts.candidates), passing=figures.number(counts.passing))
        self.set_line(_("{figures} Nothing is deleted: move a cut and rows come back.").format(figures=words))

    # ── judging ──────────────────────────────────────────────────────────────────────────────────

    def _note_options(self, standing: ChainStanding) -> None:
        """Judge again where filters have other options than their stored verdicts come from: by a change, or undo."""
        todo = self._judged_as.todo(standing, busy=self.judging.waiting or self.judging.job is not None)
        if todo == "nothing" or not self._writable:
            return
        if todo == "all":
            self.judging.start()
        else:
            self.judging.start_cut(todo[0])

    @Slot()
    def _on_judged(self) -> None:
        asking = self._standing.unasked if self._standing is not None and self.judging.by_rules_alone else ()
        self._judged_as.judged(but=asking)

    @Slot()
    def _on_judge_wanted(self) -> None:
        """Judge everything again; by the model too where it is its options that changed."""
        standing = self._standing
        if standing is not None and standing.unasked and self._judged_as.is_stale(standing.filters):
            self.judging.ask()
        else:
            self.judging.start()

    @Slot()
    def _show_judging(self) -> None:
        """Say in the strip what there is to say of judging."""
        standing, job = self._standing, self.judging.job
        if job is not None and standing is not None:
            self.strip.show_progress(job.progress)
        elif self.judging.waiting and standing is not None:
            self.strip.offer(_("The rows are judged again once the run that writes is paused or done."), possible=False)
        elif standing is None or not standing.counts.candidates or not self._writable:
            self.strip.offer("")
        else:
            stale = self._judged_as.is_stale(standing.filters)
            self.strip.show_standing(standing.missing, standing.unasked, self.asking.seconds, stale=stale)

    @Slot()
    def _on_judging_changed(self) -> None:
        job = self.judging.job
        if job is not None and not job.property("watched"):
            job.setProperty("watched", True)
            job.progressed.connect(self.strip.show_progress)
        self._show_judging()

    # ── changes ──────────────────────────────────────────────────────────────────────────────────

    @Slot(str)
    def _on_chosen(self, filter_id: str) -> None:
        self._filter = filter_id
        self._back()
        self._show_filter()

    @Slot()
    def _on_made(self) -> None:
        """Show the chain as it will be; it is read again once it is stored."""
        self._standing = self.changes.standing
        self._show_chain()

    @Slot(str)
    def _on_picked(self, filter_id: str) -> None:
        self._filter = filter_id
        self._back()
        self.changes.add(filter_id)

    @Slot()
    def _on_naming(self) -> None:
        self._back()
        self.naming.ask()

    @Slot(list, str)
    def _on_keep(self, ids: list[int], reason: str) -> None:
        title = ngettext("Keep {n} row anyway", "Keep {n} rows anyway", len(ids)).format(n=figures.number(len(ids)))
        said = ngettext("{n} row is kept anyway.", "{n} rows are kept anyway.", len(ids))
        change = partial(_overrule, ids=ids, filter_id=self._filter, reason=reason)
        self.session.perform(title, change, self, say=said.format(n=figures.number(len(ids))))

    @Slot(list, str)
    def _on_drop(self, ids: list[int], _reason: str) -> None:
        title = ngettext("Drop {n} row after all", "Drop {n} rows after all", len(ids))
        said = ngettext("{n} row is dropped after all.", "{n} rows are dropped after all.", len(ids))
        count = figures.number(len(ids))
        change = partial(_restore, ids=ids, filter_id=self._filter)
        self.session.perform(title.format(n=count), change, self, say=said.format(n=count))

    @Slot(int, int, str)
    def _on_keeper_wanted(self, instead: int, keeper: int, reason: str) -> None:
        filter_id = self._filter
        self.session.read(
            lambda project: change_of_keeper(project, filter_id, instead, keeper, reason), self._on_keeper
        )

    @Slot(object)
    def _on_keeper(self, change: "Callable[[Edit], None]") -> None:
        said = _("Another row of the cluster is kept now.")
        self.session.perform(_("Keep another row of a cluster"), change, self, say=said)

    # ── panels ───────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def _back(self) -> None:
        """Show the chosen filter again, or that there is nothing to judge."""
        self.fixing.stop()
        standing = self._standing
        self._right.setCurrentIndex(0 if standing is not None and standing.counts.candidates else 1)

    @Slot()
    def _on_adding(self) -> None:
        if (standing := self._standing) is not None:
            chosen = {link.filter for link in standing.links}
            self._right.setCurrentWidget(self.picker)
            self.picker.offer((id, each) for id, each in standing.filters.items() if id not in chosen)

    @Slot()
    def _on_clusters(self) -> None:
        if self.card.cut is not None:
            self._right.setCurrentWidget(self.clusters)
            self.clusters.open(self._filter, self.card.cut, writable=self._writable)

    @Slot()
    def _on_fixes(self) -> None:
        if self._standing is None:
            return
        self._right.setCurrentWidget(self.fixes)
        self.fixes.look(self._filter, _(self._standing.filters[self._filter].title))
        self.fixing.look(self._filter)

    @Slot(object)
    def _on_fixes_found(self, report: "FixReport") -> None:
        self.fixes.show_report(report, writable=self._writable)

    @Slot()
    def _on_review(self) -> None:
        self.went.emit("review")

    # ── behind it ────────────────────────────────────────────────────────────────────────────────

    @property
    def _writable(self) -> bool:
        project = self.session.project
        return project is not None and project.writable

    def _link(self, filter_id: str) -> ChainLink | None:
        links = self._standing.links if self._standing is not None else ()
        return next((link for link in links if link.filter == filter_id), None)

    def _describe(self, view: "CandidateView") -> Entry:
        return entry_at_cut(view, self._filter)

    def _is_overruled(self, view: "CandidateView") -> bool:
        return self._filter in view.overruled

    def _set_up(self) -> None:
        self.action_row.addWidget(self.preset_button)
        self.action_row.addWidget(self.review_button)
        self.chain.setFixedWidth(_CHAIN_WIDTH)
        sides = QHBoxLayout()
        sides.setSpacing(14)
        sides.addWidget(self.kept, 1)
        sides.addWidget(self.dropped, 1)
        main = QWidget()
        column = QVBoxLayout(main)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(self.card)
        column.addLayout(sides, 1)
        go = buttons.primary(_("Go to Generate"))
        go.clicked.connect(self._on_generate)
        words = _(
            "Every row is judged as it is written. Once there are some, you see here what each filter keeps and what"
            " it drops, and move the cut between them. The filters can be set beforehand."
        )
        self._right.addWidget(main)
        self._right.addWidget(EmptyState("filter", _("No rows to judge yet"), words, go))
        for panel in (self.picker, self.clusters, self.fixes):
            self._right.addWidget(panel)
            panel.closed.connect(self._back)
        across = QHBoxLayout()
        across.setSpacing(14)
        across.addWidget(self.chain)
        right = QVBoxLayout()
        right.setSpacing(14)
        for each in (self.naming, self.strip):
            right.addWidget(each)
        right.addWidget(self._right, 1)
        across.addLayout(right, 1)
        self.body.addLayout(across, 1)

    def _listen(self) -> None:
        self._soon.timeout.connect(self._ask)
        self.preset_button.chosen.connect(self.changes.take_preset)
        self.preset_button.own_chosen.connect(self.changes.take_own_preset)
        self.preset_button.own_removed.connect(self.changes.remove_preset)
        self.preset_button.naming.connect(self._on_naming)
        self.naming.named.connect(self.changes.save_preset)
        self.review_button.clicked.connect(self._on_review)
        self.chain.chosen.connect(self._on_chosen)
        self.chain.switched.connect(self.changes.switch)
        self.chain.adding.connect(self._on_adding)
        self.chain.moved.connect(self.changes.move)
        self.chain.removed.connect(self.changes.remove)
        self.picker.picked.connect(self._on_picked)
        self.clusters.wanted.connect(self._on_keeper_wanted)
        self.fixes.applied.connect(self.fixing.apply)
        self.fixing.progressed.connect(self.fixes.show_progress)
        self.fixing.found.connect(self._on_fixes_found)
        self.fixing.applied.connect(self._back)
        self.costs.changed.connect(self._show_chain)
        self.asking.changed.connect(self._show_chain)
        self.asking.changed.connect(self._show_judging)
        self.counting.measured.connect(self._on_measured)
        self.counting.tried.connect(self.card.show_sides)
        self.card.moving.connect(self.counting.try_cut)
        self.card.clusters_wanted.connect(self._on_clusters)
        self.card.fixes_wanted.connect(self._on_fixes)
        self.card.changed.connect(self.changes.set_options)
        self.changes.made.connect(self._on_made)
        self.changes.presets_changed.connect(self._show_presets)
        self.kept.wanted.connect(self._on_drop)
        self.dropped.wanted.connect(self._on_keep)
        self.strip.wanted.connect(self._on_judge_wanted)
        self.strip.asking.connect(self.judging.ask)
        self.strip.stopped.connect(self.judging.stop)
        self.judging.changed.connect(self._on_judging_changed)
        self.judging.finished.connect(self._on_judged)
        self.session.changed.connect(self._on_any_change)

    @Slot()
    def _on_generate(self) -> None:
        self.went.emit("generate")

    def _show_no_project(self) -> None:
        home = buttons.primary(_("Go to Home"))
        home.clicked.connect(self._on_home)
        for each in (self.preset_button, self.review_button):
            each.setEnabled(False)
        self.show_empty(
            EmptyState("filter", _("No project is open"), _("Open one, or make a new one, on the Home page."), home)
        )

    @Slot()
    def _on_home(self) -> None:
        self.went.emit("home")


def _first(standing: ChainStanding) -> str:
    """The filter to begin with: of those with a cut the one that drops most, for it has most to show."""
    on = [link.filter for link in standing.links if link.enabled] or [link.filter for link in standing.links]
    with_cut = [each for each in on if standing.filters[each].cut] or on
    return max(with_cut, key=lambda each: standing.counts.dropped.get(each, 0), default="")


def _asking(standing: ChainStanding, seconds: float | None) -> Mapping[str, str]:
    """What there is to say of the filters that ask the model, by id; `seconds` that it takes for a row."""
    said = {id: _("asks the model") for id, about in standing.filters.items() if about.asks_model}
    for id, rows in standing.unasked.items():
        if not rows:
            said[id] = _("all asked")
        elif seconds is None:
            said[id] = _("{n} to ask about").format(n=figures.number(rows))
        else:
            said[id] = _("about {time}").format(time=figures.duration(rows * seconds))
    return said


def _overrule(edit: "Edit", ids: Sequence[int], filter_id: str, reason: str) -> None:
    edit.overrule(ids, filter_id, reason)


def _restore(edit: "Edit", ids: Sequence[int], filter_id: str) -> None:
    edit.restore_verdict(ids, filter_id)
