"""What stored verdicts are known to come from, so that the page knows what to judge again, and how little of it."""

from collections.abc import Collection, Mapping
from typing import Literal, TypeAlias

from desktop.core import options
from desktop.core.options import Options
from desktop.ui.models.chain_edits import Known, options_of
from desktop.ui.models.chain_standing import ChainStanding

Todo: TypeAlias = "Literal['nothing', 'all'] | tuple[str]"
"""Judge nothing again, every row, or let one filter decide by its other cut."""


class JudgedAs:
    """Holds the options of every filter that verdicts were made by. `todo` says what follows from other ones."""

    def __init__(self) -> None:
        self._known: dict[str, Options] = {}  # that stored verdicts come from
        self._tried: dict[str, Options] = {}  # that the newest judging was started with

    def clear(self) -> None:
        """Another project is open."""
        self._known.clear()
        self._tried.clear()

    def todo(self, standing: ChainStanding, *, busy: bool) -> Todo:
        """What must be judged again because of how the chain stands; told once for each change of it."""
        known = standing.filters
        wanted = {link.filter: options_of(link, known) for link in standing.links if link.enabled}
        for filter_id, each in wanted.items():
            self._known.setdefault(filter_id, each)
        tried, self._tried = self._tried, wanted
        if not standing.counts.candidates:
            self._known.update(wanted)
            return "nothing"
        stale = self._stale(wanted, known)
        if not stale or wanted == tried:
            return "nothing"
        if len(stale) == 1 and not busy and self._only_cut(stale[0], wanted[stale[0]], known):
            return (stale[0],)
        return "all"

    def judged(self, but: Collection[str] = ()) -> None:
        """The judging that was started last came to its end; the filters `but` had no part in it."""
        self._known.update({id: each for id, each in self._tried.items() if id not in but})

    def is_stale(self, known: Known) -> bool:
        """Whether stored verdicts come from other options than those that the newest judging was started with."""
        return bool(self._stale(self._tried, known))

    def _stale(self, wanted: Mapping[str, Options], known: Known) -> list[str]:
        return [id for id, each in wanted.items() if self._known.get(id, each) != each and id in known]

    def _only_cut(self, filter_id: str, wanted: Options, known: Known) -> bool:
        cut = known[filter_id].cut
        before, after = (dict(options.to_json(each)) for each in (self._known[filter_id], wanted))
        return bool(cut) and before.pop(cut) != after.pop(cut) and before == after
