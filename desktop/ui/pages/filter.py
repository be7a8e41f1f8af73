"""The Filter page: what each filter costs, and the rows on either side of its cut."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.core import options
from desktop.core.errors import UserError
from desktop.core.i18n import N_, _, ngettext
from desktop.core.options import Options
from desktop.core.records import ChainLink, JsonObject
from desktop.ui import figures
from desktop.ui.judge_all import JudgeAll
from desktop.ui.models import cut_rows
from desktop.ui.models.candidate_entry import entry_at_cut
from desktop.ui.models.chain_standing import ChainStanding, read_chain
from desktop.ui.models.entry import Entry
from desktop.ui.models.histogram_bins import Bins, read_bins
from desktop.ui.session import Session
from desktop.ui.widgets import buttons
from desktop.ui.widgets.chain_list import ChainList
from desktop.ui.widgets.cut_side import CutSide
from desktop.ui.widgets.empty import EmptyState
from desktop.ui.widgets.filter_card import FilterCard
from desktop.ui.widgets.judging_strip import JudgingStrip
from desktop.ui.widgets.page import Page

if TYPE_CHECKING:
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
        self._judged_as: dict[str, Options] = {}  # the options that stored verdicts are known to come from
        self._tried: dict[str, Options] = {}  # those that the newest judging was started with
        self._reading = False
        self._soon = QTimer(self, singleShot=True, interval=_SOON)
        self.judging = JudgeAll(session, self)
        self.preset_button = buttons.plain(_("Preset: Self-Instruct as published"))
        self.review_button = buttons.primary(_("Review what passes"))
        self.chain = ChainList()
        self.strip = JudgingStrip()
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
        self._filter = ""
        self._judged_as.clear()
        self._tried.clear()
        self._reading = False
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
        self.show_body()
        if self._link(self._filter) is None:
            self._filter = _first(standing)
        self.chain.show_chain(standing, writable=self._writable)
        self._note_options(standing)
        self._show_line(standing)
        self._show_judging()
        self._right.setCurrentIndex(0 if standing.counts.candidates else 1)
        published = _settled(standing, _published())
        self.preset_button.setEnabled(self._writable and _settled(standing, standing.links) != published)
        self.review_button.setEnabled(standing.counts.passing > 0)
        self._show_filter()

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
        self._ask_bins()
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

    def _ask_bins(self) -> None:
        filter_id = self._filter
        self.session.read(lambda project: (filter_id, read_bins(project, filter_id)), self._on_bins)

    @Slot(object)
    def _on_bins(self, answer: tuple[str, Bins | None]) -> None:
        filter_id, bins = answer
        if filter_id == self._filter and self._standing is not None:
            self.card.show_bins(self._standing.filters[filter_id], bins)

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
        wanted = {
            link.filter: options.from_json(standing.filters[link.filter].options, link.options)
            for link in standing.links
            if link.enabled
        }
        for filter_id, each in wanted.items():
            self._judged_as.setdefault(filter_id, each)
        if not self._is_stale(wanted) or not standing.counts.candidates:
            self._tried = wanted
            if self.judging.waiting or self.judging.job is not None:
                return
            if not standing.counts.candidates:
                self._judged_as.update(wanted)
        elif wanted != self._tried and self._writable:
            self._tried = wanted
            self.judging.start()

    def _is_stale(self, wanted: dict[str, Options]) -> bool:
        return any(self._judged_as[filter_id] != each for filter_id, each in wanted.items())

    @Slot()
    def _on_judged(self) -> None:
        self._judged_as.update(self._tried)

    @Slot()
    def _show_judging(self) -> None:
        """Say in the strip what there is to say of judging."""
        standing, job = self._standing, self.judging.job
        if standing is None:
            self.strip.offer("")
        elif job is not None:
            self.strip.show_progress(job.progress)
        elif self.judging.waiting:
            self.strip.offer(_("The rows are judged again once the run that writes is paused or done."), possible=False)
        elif not standing.counts.candidates or not self._writable:
            self.strip.offer("")
        elif standing.missing:
            words = ngettext(
                "{n} row has not been judged by every filter that is on.",
                "{n} rows have not been judged by every filter that is on.",
                standing.missing,
            )
            self.strip.offer(words.format(n=figures.number(standing.missing)))
        elif self._is_stale(self._tried):
            self.strip.offer(_("Some rows still carry the verdicts of earlier settings."))
        else:
            self.strip.offer("")

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
        self._show_filter()

    @Slot(str, bool)
    def _on_switched(self, filter_id: str, on: bool) -> None:
        title = _("Switch “{filter}” on") if on else _("Switch “{filter}” off")
        self._change(filter_id, title, enabled=on)

    @Slot(str, object)
    def _on_options(self, filter_id: str, stored: JsonObject) -> None:
        self._change(filter_id, _("Change “{filter}”"), stored=stored)

    @Slot(str)
    def _on_added(self, filter_id: str) -> None:
        if self._standing is None:
            return
        self._filter = filter_id
        title = _("Add “{filter}”").format(filter=_(self._standing.filters[filter_id].title))
        self._set_chain(title, (*self._standing.links, ChainLink(filter_id, True, {})))

    @Slot()
    def _on_preset(self) -> None:
        self._set_chain(_("Self-Instruct as published"), _published(), _("The filters are those of Self-Instruct now."))

    def _change(
        self, filter_id: str, title: str, *, enabled: bool | None = None, stored: JsonObject | None = None
    ) -> None:
        standing = self._standing
        if standing is None:
            return
        links = tuple(
            link
            if link.filter != filter_id
            else replace(
                link,
                enabled=link.enabled if enabled is None else enabled,
                options=link.options if stored is None else stored,
            )
            for link in standing.links
        )
        self._set_chain(title.format(filter=_(standing.filters[filter_id].title)), links)

    def _set_chain(self, title: str, links: Sequence[ChainLink], say: str = "") -> None:
        if self._standing is not None:
            self._standing = replace(self._standing, links=tuple(links))  # a second change builds on this one
        self.session.perform(title, partial(_set_chain, links=tuple(links)), self, say=say)

    @Slot(list)
    def _on_keep(self, ids: list[int]) -> None:
        title = ngettext("Keep {n} row anyway", "Keep {n} rows anyway", len(ids)).format(n=figures.number(len(ids)))
        said = ngettext("{n} row is kept anyway.", "{n} rows are kept anyway.", len(ids))
        change = partial(_overrule, ids=ids, filter_id=self._filter)
        self.session.perform(title, change, self, say=said.format(n=figures.number(len(ids))))

    @Slot(list)
    def _on_drop(self, ids: list[int]) -> None:
        title = ngettext("Drop {n} row after all", "Drop {n} rows after all", len(ids))
        said = ngettext("{n} row is dropped after all.", "{n} rows are dropped after all.", len(ids))
        count = figures.number(len(ids))
        change = partial(_restore, ids=ids, filter_id=self._filter)
        self.session.perform(title.format(n=count), change, self, say=said.format(n=count))

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
        for each in (self.strip, self.card):
            column.addWidget(each)
        column.addLayout(sides, 1)
        go = buttons.primary(_("Go to Generate"))
        go.clicked.connect(self._on_generate)
        words = _(
            "Every row is judged as it is written. Once there are some, you see here what each filter keeps and what"
            " it drops, and move the cut between them. The filters can be set beforehand."
        )
        self._right.addWidget(main)
        self._right.addWidget(EmptyState("filter", _("No rows to judge yet"), words, go))
        across = QHBoxLayout()
        across.setSpacing(14)
        across.addWidget(self.chain)
        across.addWidget(self._right, 1)
        self.body.addLayout(across, 1)

    def _listen(self) -> None:
        self._soon.timeout.connect(self._ask)
        self.preset_button.clicked.connect(self._on_preset)
        self.review_button.clicked.connect(self._on_review)
        self.chain.chosen.connect(self._on_chosen)
        self.chain.switched.connect(self._on_switched)
        self.chain.added.connect(self._on_added)
        self.card.changed.connect(self._on_options)
        self.kept.wanted.connect(self._on_drop)
        self.dropped.wanted.connect(self._on_keep)
        self.strip.wanted.connect(self.judging.start)
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
    """The filter to begin with: one with a cut, for it has most to show."""
    with_cut = (link.filter for link in standing.links if standing.filters[link.filter].cut)
    return next(with_cut, standing.links[0].filter if standing.links else "")


def _published() -> tuple[ChainLink, ...]:
    from desktop.jobs.judging import PUBLISHED

    return PUBLISHED


def _settled(standing: ChainStanding, links: Sequence[ChainLink]) -> list[tuple[str, bool, Options]]:
    """The links with every option said, so that they can be compared."""
    return [
        (link.filter, link.enabled, options.from_json(standing.filters[link.filter].options, link.options))
        for link in links
    ]


def _set_chain(edit: "Edit", links: Sequence[ChainLink]) -> None:
    edit.set_chain(links)


def _overrule(edit: "Edit", ids: Sequence[int], filter_id: str) -> None:
    edit.overrule(ids, filter_id)


def _restore(edit: "Edit", ids: Sequence[int], filter_id: str) -> None:
    edit.restore_verdict(ids, filter_id)
