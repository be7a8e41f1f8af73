"""The job that decides stored rows again when a threshold moved, by their values and without reading their text."""

from collections.abc import Generator

from desktop.core import options
from desktop.core.catalogue import filters, find
from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.core.options import Options
from desktop.core.progress import Event, Progress, Settled, Tick
from desktop.core.records import Verdict
from desktop.jobs.filtering import run_filters
from desktop.jobs.judging import links_of
from desktop.store.project import Project

_BATCH = 5_000
_AT_ONCE = 20_000  # values between two signs of life


def decide_again(project: Project, filter_id: str) -> Generator[Event, None, None]:
    """Pass or fail every stored verdict of a filter by the chain's present options; then fill in what follows from it.

    The decisions stand at once, and `Settled` says so. After them this filter alone looks at the rows that fail now,
    for their evidence, and every filter at those that pass now, which some have never seen. UserError where the
    filter's verdict hangs on more than its value.
    """
    leaf = find(filters(), filter_id)
    if leaf.decide is None:
        raise UserError(
            _("“{filter}” decides by more than one value.").format(filter=_(leaf.title)), _("Judge the rows again.")
        )
    link = next((each for each in links_of(project) if each.filter == filter_id), None)
    chosen = options.from_json(leaf.options, link.options if link is not None else {})
    fallen, let_in = yield from change_sides(project, filter_id, chosen)
    yield Settled()
    if leaf.asks_model:  # it said all there is to say when it was asked
        return
    if fallen and link is not None:
        yield from run_filters(project, [link], ids=fallen)
    if let_in:
        yield from run_filters(project, ids=let_in)


def change_sides(
    project: Project, filter_id: str, chosen: Options
) -> Generator[Event, None, tuple[list[int], list[int]]]:
    """Store what a filter decides by these options of the values that it measured, where that is something else.

    Returns the rows that fail now, and those that pass now; none of a filter that decides by more than its value.
    """
    if (decide := find(filters(), filter_id).decide) is None:
        return [], []
    changes: list[tuple[int, Verdict]] = []
    for count, (candidate, value, passed) in enumerate(project.verdicts.decided(filter_id), start=1):
        reason = decide(value, chosen)
        if (reason is None) != passed:
            changes.append((candidate, Verdict(reason is None, value, reason)))
        if count % _AT_ONCE == 0:
            yield Progress(_("Deciding again"), count)
    for start in range(0, len(changes), _BATCH):
        project.verdicts.decide(filter_id, changes[start : start + _BATCH])
        yield Tick()
    fallen = [candidate for candidate, verdict in changes if not verdict.passed]
    return fallen, [candidate for candidate, verdict in changes if verdict.passed]
