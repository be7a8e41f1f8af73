"""The job that judges stored rows by a chain of filters: all of them, or a few whose text was changed."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any, cast

from desktop.core import options
from desktop.core.catalogue import filters, find
from desktop.core.content import is_answered, to_json
from desktop.core.i18n import _
from desktop.core.progress import Event, Progress, Tick
from desktop.core.records import Candidate, ChainLink, JsonObject, Verdict
from desktop.core.shapes import FilterContext
from desktop.jobs._apart import WORTH_IT
from desktop.jobs.judging import Chain, Ruled, context_of, links_of, passes, settle_links
from desktop.jobs.rules_apart import Family, RuledFamily, read_apart, ruled_apart, ruled_here
from desktop.store.project import Project

_BATCH = 2_000  # rows whose verdicts are stored together
_TOGETHER = 2_000  # families that the filters foresee
_BREATH = 0.04  # seconds of judging between two signs of life
_TELL = 0.25  # seconds between two Progress events


@dataclass(frozen=True, slots=True)
class AskedReport:
    """What one filter had a model say, of the rows it had not judged before."""

    filter: str
    model: str
    judged: int
    failed: int
    unreadable: int  # of the failed: replies without a value, and rows that the model could not take
    seconds: float


@dataclass(frozen=True, slots=True)
class FilterReport:
    """What a chain said of the rows it judged."""

    judged: int
    passing: int
    unanswered: int
    dropped: Mapping[str, int]  # by the first filter of the chain that failed the row
    asked: tuple[AskedReport, ...] = ()  # what the filters said that ask a model, in the order they worked


def run_filters(
    project: Project,
    links: Sequence[ChainLink] | None = None,
    ids: Collection[int] | None = None,
    every_row: bool = False,
) -> Generator[Event, None, FilterReport]:
    """Judge every row in id order, or only those of `ids` and their siblings against all the others.

    Without `links`, by the project's own chain. `every_row`: dearer filters judge what cheaper ones dropped as well.
    Closing the generator keeps what was judged, and the next judging of all rows goes on from there as long as the
    chain and the seeds are the same: no mixture of two chains is left behind.
    """
    if ids is not None:
        return (yield from _judge_some(project, settle_links(project) if links is None else links, ids, every_row))
    moment = project.candidates.moment()
    seeds = project.seeds.all()
    links = settle_links(project) if links is None else links
    context = context_of(project, seeds)
    chain = Chain(links, context, every_row)
    state = _State.to_go_on_from(project.verdicts.mark(), _fingerprint(links, context, every_row))
    if state.after:
        apart = state.done > WORTH_IT and chain.reads_dearly
        read = partial(read_apart, links=links, context=context) if apart else None
        for done in chain.warm(project, until=state.after, read=read):
            yield Progress(_("Reading the rows that are there"), done)
    total = project.candidates.count()
    members = yield from _later_members(project)
    pace = _Pace(state.done)
    families = _all_in_order(project, members, state.after)
    apart = total - state.done > WORTH_IT and chain.is_worth_sending
    ruled = ruled_apart(families, links, context, every_row) if apart else ruled_here(families)
    batch: list[tuple[int, Mapping[str, Verdict]]] = []
    try:
        while block := (yield from _block(ruled, lambda: pace.events(state.done, total, state.tally))):
            rows = [candidate for family, _said in block for candidate in family]
            for _alive in chain.foresee(rows, [each for _family, said in block for each in said or ()]):
                yield from pace.events(state.done, total, state.tally)
            for family, said in block:
                batch += state.take(chain, family, chain.judge(family, ruled=said))
                if len(batch) >= _BATCH:
                    project.verdicts.put(batch, as_of=moment, chain=chain.filters, batch=len(batch), mark=state.mark())
                    batch = []
                yield from pace.events(state.done, total, state.tally)
    finally:
        if isinstance(ruled, Generator):
            ruled.close()
    project.verdicts.put(batch, as_of=moment, chain=chain.filters)
    project.verdicts.unmark()
    yield pace.progress(state.done, total, state.tally)
    return state.report(chain)


def _block(
    ruled: Iterator[RuledFamily | None], events: Callable[[], Iterator[Event]]
) -> Generator[Event, None, list[RuledFamily]]:
    """The next families with what the rules said of them; none at the end."""
    block: list[RuledFamily] = []
    for each in ruled:
        if each is not None:
            block.append(each)
        yield from events()
        if len(block) == _TOGETHER:
            break
    return block


def _judge_some(
    project: Project, links: Sequence[ChainLink], ids: Collection[int], every_row: bool
) -> Generator[Event, None, FilterReport]:
    moment = project.candidates.moment()
    context = context_of(project, project.seeds.all())
    chain = Chain(links, context, every_row)
    families = list(project.candidates.families_of(list(ids)))
    pace, state = _Pace(), _State()
    apart = len(families) > WORTH_IT and chain.is_worth_sending
    ruled = ruled_apart(iter(families), links, context, every_row) if apart else ruled_here(families)
    by_rules: list[tuple[Family, Sequence[Ruled]]] = []
    for each in ruled:
        if each is not None:
            by_rules.append((each[0], each[1] or chain.rule([each[0]])[0]))
        yield from pace.events(0, None, state.tally)
    # To remember every row is dear, and only asked for where there is one left to compare with them.
    if any(chain.compares(said) for _family, said in by_rules):
        for done in chain.warm(project, without=frozenset(family[0].family for family in families)):
            yield Progress(_("Reading the rows that are there"), done)
    batch: list[tuple[int, Mapping[str, Verdict]]] = []
    for family, said in by_rules:
        batch += state.take(chain, family, chain.judge(family, ruled=said))
        if len(batch) >= _BATCH:
            project.verdicts.put(batch, as_of=moment, chain=chain.filters, batch=len(batch))
            batch = []
        yield from pace.events(state.done, None, state.tally)
    project.verdicts.put(batch, as_of=moment, chain=chain.filters)
    yield pace.progress(state.done, None, state.tally)
    return state.report(chain)


@dataclass(frozen=True, slots=True)
class BrokenOff:
    """A judging of all rows that ended early, and that the next one of the same kind goes on with."""

    done: int
    every_row: bool


def broken_off(project: Project) -> BrokenOff | None:
    """Where a judging by the chain as it stands was broken off; None where none was, or nothing of it holds."""
    if not (mark := project.verdicts.mark()):
        return None
    links, context = links_of(project), context_of(project, project.seeds.all())
    for every_row in (False, True):
        state = _State.to_go_on_from(mark, _fingerprint(links, context, every_row))
        if state.done:
            return BrokenOff(state.done, every_row)
    return None


def _fingerprint(links: Sequence[ChainLink], context: FilterContext, every_row: bool) -> str:
    """Says by what rows are judged; another chain, seed or list gives another one."""
    chain = [(link.filter, options.to_json(_options_of(link))) for link in links if link.enabled]
    seeds = [(seed.id, to_json(seed.row)) for seed in context.seeds]
    lists = {name: list(entries) for name, entries in context.lists.items()}
    judged_by = [chain, seeds, lists, context.language, every_row]
    return hashlib.sha256(json.dumps(judged_by, sort_keys=True).encode("utf-8")).hexdigest()


def _options_of(link: ChainLink) -> options.Options:
    return options.from_json(find(filters(), link.filter).options, link.options)


class _State:
    """How far a judging is, and what it said so far."""

    def __init__(self, fingerprint: str = "") -> None:
        self._fingerprint = fingerprint
        self.after = 0  # families up to here are judged
        self.done = 0
        self.tally: Counter[str] = Counter()

    @classmethod
    def to_go_on_from(cls, mark: JsonObject, fingerprint: str) -> "_State":
        """Where a judging by the same chain was broken off, or the start."""
        state = cls(fingerprint)
        if mark.get("chain") == fingerprint:
            stored = cast("Mapping[str, Any]", mark)
            state.after, state.done = int(stored["after"]), int(stored["done"])
            state.tally.update({str(name): int(count) for name, count in stored["tally"].items()})
        return state

    def mark(self) -> JsonObject:
        """What is kept, to go on from."""
        return {"chain": self._fingerprint, "after": self.after, "done": self.done, "tally": dict(self.tally)}

    def take(
        self, chain: Chain, family: Sequence[Candidate], said: Sequence[Mapping[str, Verdict]]
    ) -> Iterator[tuple[int, Mapping[str, Verdict]]]:
        """Count what was said of a family, and pair it with the rows."""
        for candidate, verdicts in zip(family, said, strict=True):
            self.tally[_outcome(chain, candidate, verdicts)] += 1
            yield candidate.id, verdicts
        self.done += len(family)
        self.after = family[0].family

    def report(self, chain: Chain) -> FilterReport:
        """What was said of all rows."""
        tally = self.tally
        dropped = {id: tally[id] for id in chain.filters if tally[id]}
        return FilterReport(self.done, tally["passing"], tally["unanswered"], dropped)


def _later_members(project: Project) -> Generator[Event, None, Mapping[int, list[Candidate]]]:
    """The later ones of each family, which are judged with the first."""
    members: dict[int, list[Candidate]] = defaultdict(list)
    for number, candidate in enumerate(project.candidates.later_members()):
        members[candidate.family].append(candidate)
        if number % _BATCH == 0:
            yield Tick()
    return members


def _all_in_order(project: Project, members: Mapping[int, list[Candidate]], after: int) -> Iterator[list[Candidate]]:
    for candidate in project.candidates.walk(after):
        if candidate.id == candidate.family:
            yield [candidate, *members.get(candidate.family, ())]


def _outcome(chain: Chain, candidate: Candidate, verdicts: Mapping[str, Verdict]) -> str:
    if not passes(verdicts):
        return chain.dropped_by(verdicts) or ""
    return "passing" if is_answered(candidate.row) else "unanswered"


class _Pace:
    """When to say that the job lives, and how far it is."""

    def __init__(self, before: int = 0) -> None:
        self._before = before  # rows that an earlier job judged
        self._began = self._breathed = self._told = monotonic()

    def events(self, done: int, total: int | None, tally: Mapping[str, int]) -> Iterator[Event]:
        now = monotonic()
        if now - self._breathed < _BREATH:
            return
        self._breathed = now
        if now - self._told < _TELL:
            yield Tick()
            return
        self._told = now
        yield self.progress(done, total, tally)

    def progress(self, done: int, total: int | None, tally: Mapping[str, int]) -> Progress:
        gone = monotonic() - self._began
        rate = (done - self._before) / gone if gone > _TELL else None
        return Progress(
            _("Judging rows"),
            done,
            total,
            rows_per_minute=60 * rate if rate else None,
            seconds_left=(total - done) / rate if rate and total else None,
            counts=dict(tally),
        )
