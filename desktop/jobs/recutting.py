"""The job that decides stored rows again when nothing but one filter's cut has moved."""

from collections.abc import Generator

from desktop.core import options
from desktop.core.catalogue import filters, find
from desktop.core.progress import Event, Settled
from desktop.core.records import ChainLink
from desktop.core.shapes import COSTS
from desktop.jobs.deciding import decide_again
from desktop.jobs.filtering import run_filters
from desktop.jobs.judging import links_of
from desktop.jobs.redeciding import read_replay, redecide
from desktop.store.project import Project


def decide_cut(project: Project, filter_id: str) -> Generator[Event, None, None]:
    """Have one filter decide by its present cut: from stored values or likenesses where they tell, else by judging.

    Rows that come back are judged by the filters that never saw them.
    """
    about = find(filters(), filter_id)
    if about.decide is not None:
        yield from decide_again(project, filter_id)
        return
    links = links_of(project)
    link = next((each for each in links if each.filter == filter_id), None)
    replay = read_replay(project, filter_id) if about.remembers and about.cut and link is not None else None
    if replay is None or link is None or not len(replay.alike):
        yield from run_filters(project)
        return
    threshold = float(getattr(options.from_json(about.options, link.options), about.cut))
    back = replay.ids[replay.kept(threshold) & ~replay.passed].tolist()
    yield from redecide(project, filter_id, threshold)
    yield Settled()
    later = _behind(links, filter_id)
    if back and later:
        yield from run_filters(project, later, ids=back)


def _behind(links: tuple[ChainLink, ...], filter_id: str) -> list[ChainLink]:
    """The filters that are only asked of what this one, which remembers, has let pass."""
    known = filters()
    remembering = [each for each in links if each.enabled and known[each.filter].remembers]
    remembering.sort(key=lambda each: COSTS.index(known[each.filter].cost))
    place = next((number for number, each in enumerate(remembering) if each.filter == filter_id), len(remembering))
    return [each for each in remembering[place + 1 :] if not known[each.filter].asks_model]
