"""How a project's filters stand: the chain, what each filter drops, and how many rows it has yet to judge."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.core.records import ChainLink
from desktop.core.shapes import Filter

if TYPE_CHECKING:
    from desktop.store.counts import Counts
    from desktop.store.project import Project


@dataclass(frozen=True, slots=True)
class ChainStanding:
    """The chain at one moment."""

    links: tuple[ChainLink, ...]
    filters: Mapping[str, Filter]  # every filter there is, by id
    counts: "Counts"
    missing: int  # rows that some filter that is switched on has not judged; about, for filters that remember

    @property
    def dropped(self) -> int:
        """Rows that do not pass."""
        return sum(self.counts.dropped.values())


def read_chain(project: "Project") -> ChainStanding:
    """How the chain stands; where the project has none, the published one, which has judged nothing."""
    from desktop.core import catalogue
    from desktop.jobs.judging import PUBLISHED

    filters = catalogue.filters()
    own = project.chain.links()
    links = tuple(link for link in own or PUBLISHED if link.filter in filters)
    counts = project.counts()
    judged = project.verdicts.counts() if own else {}
    passing = counts.passing + counts.unanswered
    missing = 0
    for link in links:
        if not link.enabled:
            continue
        seen = judged.get(link.filter, 0)
        if not filters[link.filter].remembers:
            missing = max(missing, counts.candidates - seen)
        elif not seen:  # it only ever judges what passed before it
            missing = max(missing, passing)
    return ChainStanding(links, filters, counts, missing)
