"""Measures what the filters of the chain cost on this computer, one after another while nothing else works."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from desktop.core.errors import UserError
from desktop.core.options import Options
from desktop.core.records import ChainLink
from desktop.ui.models.chain_edits import options_of
from desktop.ui.models.chain_standing import ChainStanding

if TYPE_CHECKING:
    from desktop.ui.session import Session


class FilterCosts(QObject):
    """`measure` may be called at any time; `changed` when `seconds` says more."""

    changed = Signal()

    def __init__(self, session: "Session", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._standing: ChainStanding | None = None
        self._known: dict[str, tuple[Options, float]] = {}  # by filter: under which options, how long
        self._asked = ""
        session.project_changed.connect(self._on_project_changed)
        session.job_changed.connect(self._next)

    @property
    def seconds(self) -> Mapping[str, float]:
        """How long each filter takes for 1,000 rows, as far as it was measured."""
        return {filter_id: seconds for filter_id, (_options, seconds) in self._known.items()}

    def measure(self, standing: ChainStanding) -> None:
        """Measure the filters of this chain that were not measured with these options."""
        self._standing = standing
        self._next()

    @Slot()
    def _next(self) -> None:
        standing = self._standing
        if standing is None or self._asked or self._session.jobs or not standing.counts.candidates:
            return
        link = next((each for each in standing.links if self._is_wanted(each, standing)), None)
        if link is None:
            return
        from desktop.jobs.costing import seconds_per_thousand

        self._asked = link.filter
        chosen = options_of(link, standing.filters)
        self._session.read(
            lambda project: (link.filter, chosen, seconds_per_thousand(project, link)),
            self._on_measured,
            failed=self._on_failed,
        )

    def _is_wanted(self, link: ChainLink, standing: ChainStanding) -> bool:
        known = self._known.get(link.filter)
        if not link.enabled or standing.filters[link.filter].asks_model:
            return False
        return known is None or known[0] != options_of(link, standing.filters)

    @Slot(object)
    def _on_measured(self, answer: tuple[str, Options, float | None]) -> None:
        filter_id, chosen, seconds = answer
        self._asked = ""
        self._known[filter_id] = (chosen, seconds or 0.0)
        self.changed.emit()
        self._next()

    @Slot(object)
    def _on_failed(self, _error: UserError) -> None:
        """A filter that cannot start, for want of a file that it needs, says so where it is asked to judge."""
        standing = self._standing
        link = next((each for each in standing.links if each.filter == self._asked), None) if standing else None
        if standing is not None and link is not None:
            self._known[link.filter] = (options_of(link, standing.filters), 0.0)
        self._asked = ""
        self._next()

    @Slot()
    def _on_project_changed(self) -> None:
        self._standing, self._asked = None, ""
        self._known.clear()
