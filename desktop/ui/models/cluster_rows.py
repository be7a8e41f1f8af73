"""Clusters of rows that are alike, and the members of one, as lists show them."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.core.content import lead_of
from desktop.core.i18n import _, ngettext
from desktop.core.records import Ref, Row
from desktop.ui import figures
from desktop.ui.models.candidate_entry import answer_of
from desktop.ui.models.entry import Entry, entry
from desktop.ui.models.lazy_rows import Lookup
from desktop.ui.models.leads import leads_of
from desktop.ui.widgets.badge import Tone

if TYPE_CHECKING:
    from collections.abc import Callable

    from desktop.jobs.clusters import Cluster
    from desktop.store.edit import Edit
    from desktop.store.project import Project


@dataclass(frozen=True, slots=True)
class Heading:
    """A cluster in a list of them; its id is that of its first member, a seed's below zero."""

    id: int
    lead: str
    rows: int
    kept: int


@dataclass(frozen=True, slots=True)
class Member:
    """A row of a cluster, or the seed that it is like."""

    id: int  # a seed's below zero
    row: Row
    kept: bool


class Clusters:
    """The clusters of a filter at a threshold, read when the list of them asks; `members` says who is in one."""

    def __init__(self, filter_id: str, threshold: float) -> None:
        self._filter = filter_id
        self._threshold = threshold
        self._found: Mapping[int, Cluster] = {}

    def lookup(self) -> Lookup[Heading]:
        """The list of clusters, the largest first."""
        return Lookup(ids=self._ids, get=self._headings, id_of=lambda heading: heading.id)

    def members(self, id: int) -> Lookup[Member]:
        """The list of a cluster's members, the oldest first."""

        def ids(_project: "Project") -> "array[int]":
            cluster = self._found.get(id)
            return array("q", map(_number, cluster.members) if cluster is not None else ())

        def get(project: "Project", wanted: Sequence[int]) -> Sequence[Member]:
            cluster = self._found.get(id)
            keepers = {_number(each) for each in cluster.keepers} if cluster is not None else set()
            rows: dict[int, Row] = {
                -seed.id: seed.row for seed in project.seeds.get([-each for each in wanted if each < 0])
            }
            some = project.candidates.get([each for each in wanted if each > 0])
            rows.update((view.candidate.id, view.row) for view in some)
            return [Member(each, rows[each], each in keepers) for each in wanted if each in rows]

        return Lookup(ids=ids, get=get, id_of=lambda member: member.id)

    def keeper(self, id: int) -> int | None:
        """The row of a cluster that is kept and could give way; None where only a seed is."""
        cluster = self._found.get(id)
        keepers = cluster.keepers if cluster is not None else ()
        return next((each.id for each in keepers if each.stage == "candidate"), None)

    def _ids(self, project: "Project") -> "array[int]":
        from desktop.jobs.clusters import clusters

        self._found = {_number(each.members[0]): each for each in clusters(project, self._filter, self._threshold)}
        return array("q", self._found)

    def _headings(self, project: "Project", ids: Sequence[int]) -> Sequence[Heading]:
        some = [(id, self._found[id]) for id in ids if id in self._found]
        leads = leads_of(project, {each.members[0] for _id, each in some})
        return [Heading(id, leads.get(each.members[0], ""), len(each.members), len(each.keepers)) for id, each in some]


def change_of_keeper(
    project: "Project", filter_id: str, instead: int, keeper: int, reason: str
) -> "Callable[[Edit], None]":
    """The change that keeps a dropped row in place of the kept one that it fell for, else of `keeper`."""
    from desktop.jobs.clusters import keeping

    verdicts = project.verdicts.of([instead]).get(instead, {})
    twins = verdicts[filter_id].evidence.twins if filter_id in verdicts else ()
    twin = next((each.ref.id for each in twins if each.ref.stage == "candidate"), keeper)
    stands = project.likenesses.kept(filter_id, [twin]).get(twin, False)
    return keeping(project, filter_id, instead, twin if stands else keeper, reason)


def heading_entry(heading: Heading) -> Entry:
    """A cluster as its list shows it."""
    words = ngettext("{n} row", "{n} rows", heading.rows).format(n=figures.number(heading.rows))
    kept = _("{n} kept").format(n=figures.number(heading.kept))
    return entry(heading.lead, badges=[(words, "plain"), (kept, "pass")])


def member_entry(member: Member) -> Entry:
    """A member as its list shows it."""
    if member.id < 0:
        return entry(lead_of(member.row), answer_of(member.row), [(_("a seed, always kept"), "info")])
    badge: tuple[str, Tone] = (_("kept"), "pass") if member.kept else (_("dropped"), "dropped")
    return entry(lead_of(member.row), answer_of(member.row), [badge])


def _number(ref: Ref) -> int:
    return ref.id if ref.stage == "candidate" else -ref.id
