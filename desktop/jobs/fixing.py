"""The job that finds the fixes which a filter proposes, and applies them as edits that can be undone."""

from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass

from desktop.core import options
from desktop.core.catalogue import filters, find
from desktop.core.content import fields_of
from desktop.core.i18n import _
from desktop.core.progress import Event, Progress, Tick
from desktop.core.records import JsonObject, Row
from desktop.jobs.filtering import run_filters
from desktop.jobs.judging import context_of, links_of
from desktop.store.edit import Edit
from desktop.store.project import Project

_AT_ONCE = 500  # rows between two signs of life
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Change:
    """One row as it stands and as the filter would have it."""

    candidate: int
    before: Row
    after: Row

    @property
    def fields(self) -> Mapping[str, tuple[str, str]]:
        """The fields that change, each with its text before and after."""
        old, new = fields_of(self.before), fields_of(self.after)
        return {
            name: (old.get(name, ""), new.get(name, "")) for name in {**old, **new} if old.get(name) != new.get(name)
        }


@dataclass(frozen=True, slots=True)
class FixReport:
    """What a filter proposes, and how much of it was applied."""

    filter: str
    ids: Sequence[int]  # the rows with a fix
    first: Sequence[Change]
    applied: int


def fix_rows(
    project: Project,
    filter_id: str,
    apply: bool,
    at: float,
    ids: Collection[int] | None = None,
    chosen: JsonObject | None = None,
) -> Generator[Event, None, FixReport]:
    """Find what a filter would change, in all rows or only `ids`; with `apply`, make it the user's edits in one step.

    The original stays under each edit. The edits bear the filter's id, and the rows are judged again at once. A rule
    proposes by the `chosen` options, else by those of the chain, else by its defaults; a filter that asks a model has
    proposed what it does when it asked, of the rows that fail now. `at` is the present time.
    """
    found: dict[int, Row] = {}
    first: list[Change] = []
    for number, change in enumerate(_proposals(project, filter_id, chosen), start=1):
        if change is not None and (ids is None or change.candidate in ids):
            found[change.candidate] = change.after
            if len(first) < _SHOWN:
                first.append(change)
        if number % _AT_ONCE == 0:
            yield Progress(_("Looking for fixes"), number, counts={"fixes": len(found)})
    yield Tick()
    if apply and found:

        def write(edit: Edit) -> None:
            for candidate, row in found.items():
                edit.edit_row(candidate, row, by=filter_id, at=at)

        title = _("Apply fixes: {filter}").format(filter=_(find(filters(), filter_id).title))
        project.user.perform(title, write).result()
        if project.chain.links():
            yield from run_filters(project, ids=list(found))
    return FixReport(filter_id, tuple(found), tuple(first), len(found) if apply else 0)


def _proposals(project: Project, filter_id: str, chosen: JsonObject | None) -> Iterator[Change | None]:
    """What the filter would make of each row as it stands; None where it would change nothing."""
    leaf = find(filters(), filter_id)
    if chosen is None:
        chosen = next((link.options for link in links_of(project) if link.filter == filter_id), {})
    if leaf.start is None:  # it proposed what it does when it was asked
        proposed = dict(project.verdicts.proposed(filter_id))
        for candidate in project.candidates.standing(list(proposed)):
            yield Change(candidate.id, candidate.row, proposed[candidate.id])
        return
    judge = leaf.start(options.from_json(leaf.options, chosen), context_of(project, project.seeds.all()))
    for candidate in project.candidates.walk():
        fix = judge(candidate, ()).fix
        yield None if fix is None or fix == candidate.row else Change(candidate.id, candidate.row, fix)
