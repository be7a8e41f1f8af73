"""How a project's filters stand: the chain, what each filter drops, and how many rows it has yet to judge."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.core.records import ChainLink
from desktop.core.shapes import Filter

if TYPE_CHECKING:
    from desktop.jobs.filtering import BrokenOff
    from desktop.store.counts import Counts
    from desktop.store.project import Project


@dataclass(frozen=True, slots=True)
class ChainStanding:
    """The chain at one moment."""

    links: tuple[ChainLink, ...]
    filters: Mapping[str, Filter]  # every filter there is, by id
    counts: "Counts"
    missing: int  # rows that some filter that is switched on has not judged; about, for the dearer ones
    unasked: Mapping[str, int]  # by filter that asks a model: rows that pass and that it has not judged; about
    broken_off: "BrokenOff | None" = None  # a judging that ended early

    @property
    def dropped(self) -> int:
        """Rows that do not pass."""
        return sum(self.counts.dropped.values())


@dataclass(frozen=True, slots=True)
class Trusted:
    """How far a judge can be trusted, in a few words; none: nobody knows, or it is no judge."""

    words: str = ""
    first: bool = False  # it is to be calibrated before it is asked


def read_chain(project: "Project") -> ChainStanding:
    """How the chain stands; where the project has none, the published one, which has judged nothing."""
    from desktop.core import catalogue
    from desktop.jobs.filtering import broken_off
    from desktop.jobs.judging import PUBLISHED

    filters = catalogue.filters()
    own = project.chain.links()
    links = tuple(link for link in own or PUBLISHED if link.filter in filters)
    counts = project.counts()
    judged = project.verdicts.counts() if own else {}
    passing = counts.passing + counts.unanswered
    missing = 0
    unasked: dict[str, int] = {}
    for link in links:
        if not link.enabled:
            continue
        seen = judged.get(link.filter, 0)
        about = filters[link.filter]
        if about.asks_model:  # on request
            unasked[link.filter] = max(0, passing - seen)
            continue
        if not about.remembers:  # a dearer one only ever judges what passed before it
            missing = max(missing, (counts.candidates if about.cost == "cheap" else passing) - seen)
        elif not seen:
            missing = max(missing, passing)
    return ChainStanding(links, filters, counts, missing, unasked, broken_off(project) if missing else None)
