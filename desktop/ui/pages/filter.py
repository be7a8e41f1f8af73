"""The Filter page: what each filter costs, and the rows on either side of its cut."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from desktop.core.errors import UserError
from desktop.core.i18n import N_, _, ngettext
from desktop.core.records import ChainLink
from desktop.ui import figures
from desktop.ui.asking_time import AskingTime
from desktop.ui.calibrating import TITLES
from desktop.ui.chain_changes import ChainChanges
from desktop.ui.filter_costs import FilterCosts
from desktop.ui.models.chain_standing import ChainStanding, read_chain
from desktop.ui.rejudging import Rejudging
from desktop.ui.session import Session
from desktop.ui.trust import Trust
from desktop.ui.widgets import buttons
from desktop.ui.widgets.chain_list import ChainList
from desktop.ui.widgets.filter_panels import FilterPanels
from desktop.ui.widgets.judging_strip import JudgingStrip
from desktop.ui.widgets.naming_strip import NamingStrip
from desktop.ui.widgets.page import Page
from desktop.ui.widgets.preset_button import PresetButton

if TYPE_CHECKING:
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
        self._reading = False
        self._soon = QTimer(self, singleShot=True, interval=_SOON)
        self.costs = FilterCosts(session, self)
        self.asking = AskingTime(session, self)
        self.trust = Trust(session, self)
        self.changes = ChainChanges(session, self)
        self.preset_button = PresetButton()
        self.review_button = buttons.primary(_("Review what passes"))
        self.chain = ChainList()
        self.strip = JudgingStrip()
        self.naming = NamingStrip(_("Name of the preset"))
        self.panels = FilterPanels(session)
        self.rejudging = Rejudging(session, self.strip, self.asking, self.trust, self)
        self._set_up()
        self._listen()
        self._allow_nothing()

    # ── for the window ───────────────────────────────────────────────────────────────────────────

    def refresh(self) -> None:
        if self.session.project is not self._project:
            self._forget()
        if self.session.project is None:
            self.show_no_project()
            return
        self._ask()

    def on_changed(self, changes: "Changes") -> None:
        if changes.title in map(_, TITLES):  # of rows nothing has changed
            self.panels.calibrating.refresh()
            self.trust.refresh()
        elif changes.stages & {"candidates", "reviews", "chain", "runs"}:
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
        self._reading = False
        self.changes.stand(None)
        self.rejudging.forget()
        self.panels.forget()
        self._allow_nothing()

    def _allow_nothing(self) -> None:
        """Until it is known how the chain stands."""
        for each in (self.preset_button, self.review_button, self.chain.add_button, self.chain.judge_button):
            each.setEnabled(False)

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
        self.rejudging.stand(standing)
        self.costs.measure(standing)
        if standing.unasked:
            self.asking.look()
        self.trust.look(standing)
        self._show_line(standing)
        self._show_presets()
        self.review_button.setEnabled(standing.counts.passing > 0)
        self._show_filter()

    @Slot()
    def _show_chain(self) -> None:
        if (standing := self._standing) is None:
            return
        asking, seconds = self.asking.seconds, dict(self.costs.seconds)
        if asking is not None:
            seconds.update(dict.fromkeys(standing.unasked, 1000 * asking))
        self.chain.show_chain(standing, seconds, self._words_of_judges(standing), writable=self.session.writable)
        rows = (sum(standing.unasked.values()), len(standing.unasked) * standing.counts.candidates)
        left, whole = (None if asking is None else asking * each for each in rows)
        self.chain.judge_button.show_ways(bool(standing.unasked), left, whole)

    def _words_of_judges(self, standing: ChainStanding) -> Mapping[str, str]:
        """What there is to say of the filters that ask the model, by id: how far to trust them, and how long."""
        said = {}
        for id, words in _asking(standing, self.asking.seconds).items():
            trust = self.trust.of(id).words
            said[id] = f"{trust} · {words}" if trust else words
        return said

    @Slot()
    def _on_trust(self) -> None:
        self._show_chain()
        self.panels.view.card.show_trust(self.trust.of(self._filter))

    @Slot()
    def _show_presets(self) -> None:
        if (standing := self._standing) is not None:
            title = self.changes.presets.title_of(standing.links, standing.filters)
            self.preset_button.show_presets(title, self.changes.presets.own)
            self.preset_button.setEnabled(self.session.writable)

    @Slot(object)
    def _on_failed(self, error: UserError) -> None:
        self._reading = False
        self.show_failure(error)

    def _show_filter(self) -> None:
        """Show the chosen filter as it stands now."""
        if (standing := self._standing) is not None:
            self.chain.choose(self._filter)
            self.panels.stand(standing, self._link(self._filter), self.trust.of(self._filter))

    def _show_line(self, standing: ChainStanding) -> None:
        counts = standing.counts
        if not counts.candidates:
            self.set_line(_("These filters judge every row as it is written."))
            return
        words = ngettext("{n} candidate in, {passing} pass.", "{n} candidates in, {passing} pass.", counts.candidates)
        words = words.format(n=figures.number(counts.candidates), passing=figures.number(counts.passing))
        self.set_line(_("{figures} Nothing is deleted: move a cut and rows come back.").format(figures=words))

    # ── changes ──────────────────────────────────────────────────────────────────────────────────

    @Slot(str)
    def _on_chosen(self, filter_id: str) -> None:
        self._filter = filter_id
        self.panels.back()
        self._show_filter()

    @Slot()
    def _on_made(self) -> None:
        """Show the chain as it will be; it is read again once it is stored."""
        self._standing = self.changes.standing
        self._show_chain()

    @Slot(str)
    def _on_picked(self, filter_id: str) -> None:
        self._filter = filter_id
        self.panels.back()
        self.changes.add(filter_id)

    @Slot()
    def _on_naming(self) -> None:
        self.panels.back()
        self.naming.ask()

    @Slot(str)
    def _on_calibrating(self, filter_id: str) -> None:
        self._on_chosen(filter_id)
        self.panels.calibrate()

    @Slot()
    def _on_review(self) -> None:
        self.went.emit("review")

    # ── behind it ────────────────────────────────────────────────────────────────────────────────

    def _link(self, filter_id: str) -> ChainLink | None:
        links = self._standing.links if self._standing is not None else ()
        return next((link for link in links if link.filter == filter_id), None)

    def _set_up(self) -> None:
        self.action_row.addWidget(self.preset_button)
        self.action_row.addWidget(self.review_button)
        self.chain.setFixedWidth(_CHAIN_WIDTH)
        across = QHBoxLayout()
        across.setSpacing(14)
        across.addWidget(self.chain)
        right = QVBoxLayout()
        right.setSpacing(14)
        for each in (self.naming, self.strip):
            right.addWidget(each)
        right.addWidget(self.panels, 1)
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
        self.chain.adding.connect(self.panels.offer_filters)
        self.chain.moved.connect(self.changes.move)
        self.chain.removed.connect(self.changes.remove)
        self.chain.judge_button.wanted.connect(self.rejudging.judge)
        self.panels.picked.connect(self._on_picked)
        self.panels.cut_wanted.connect(self.changes.set_cut)
        self.panels.generating.connect(self._on_generate)
        self.panels.view.card.changed.connect(self.changes.set_options)
        self.costs.changed.connect(self._show_chain)
        self.asking.changed.connect(self._show_chain)
        self.trust.changed.connect(self._on_trust)
        self.rejudging.calibrating.connect(self._on_calibrating)
        self.changes.made.connect(self._on_made)
        self.changes.presets_changed.connect(self._show_presets)
        self.session.changed.connect(self._on_any_change)

    @Slot()
    def _on_generate(self) -> None:
        self.went.emit("generate")


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
