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

    A filter with other limits beside its cut judges the rows anew whose side the cut may change.

    Rows that come back are judged by the filters that never saw them.
    """
    about = find(filters(), filter_id)
    if about.decide is not None:
        yield from decide_again(project, filter_id)
        return
    links = links_of(project)
    link = next((each for each in links if each.filter == filter_id), None)
    by_itself = about.start is not None and about.cut and not about.remembers
    if by_itself and link is not None and len(project.verdicts.judged(filter_id).ids):
        yield from _judge_what_may_change(project, link)
        return
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


def _judge_what_may_change(project: Project, link: ChainLink) -> Generator[Event, None, None]:
    """Have a filter with other limits beside its cut look again at the rows that this cut may put on its other side.

    A row beyond the cut that failed fails still, and one inside it that passed keeps the other limits as before.
    """
    import numpy as np

    about = find(filters(), link.filter)
    cut = float(getattr(options.from_json(about.options, link.options), about.cut))
    judged = project.verdicts.judged(link.filter)
    least = about.keeps == "at least"
    # Filters differ in what they do exactly at the cut: such rows are looked at.
    beyond = judged.values < cut if least else judged.values > cut
    inside = judged.values > cut if least else judged.values < cut
    stays = np.where(judged.passed, inside | np.isnan(judged.values), beyond)
    failed = judged.ids[~judged.passed]
    if stays.all():
        return
    yield from run_filters(project, [link], ids=judged.ids[~stays].tolist())
    yield Settled()
    now = project.verdicts.judged(link.filter)
    if back := np.intersect1d(now.ids[now.passed], failed).tolist():
        yield from run_filters(project, ids=back)


def _behind(links: tuple[ChainLink, ...], filter_id: str) -> list[ChainLink]:
    """The filters that are only asked of what this one, which remembers, has let pass."""
    known = filters()
    remembering = [each for each in links if each.enabled and known[each.filter].remembers]
    remembering.sort(key=lambda each: COSTS.index(known[each.filter].cost))
    place = next((number for number, each in enumerate(remembering) if each.filter == filter_id), len(remembering))
    return [each for each in remembering[place + 1 :] if not known[each.filter].asks_model]
