"""The chain of filters at work: it judges what a method offers, what came of it, and whole projects."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, islice
from operator import attrgetter
from typing import TypeAlias

from desktop.core import options
from desktop.core.catalogue import filters, find
from desktop.core.content import lead_of
from desktop.core.presets import PRESETS
from desktop.core.records import Candidate, ChainLink, Instruction, Row, Seed, Verdict
from desktop.core.shapes import (
    COSTS,
    Filter,
    FilterContext,
    ForeseeingJudge,
    Judge,
    Method,
    Reading,
    ReadingJudge,
    RememberingJudge,
)
from desktop.core.steps import Judged
from desktop.jobs.adding_filters import default_links, offer
from desktop.jobs.judged_rows import judged_rows, rows_until
from desktop.store import sql_grammar
from desktop.store.edit import Edit
from desktop.store.project import Project

PUBLISHED = PRESETS["self_instruct"].links
"""Self-Instruct as published: rules on the instruction, novelty, and rules on the instances."""

_FEW = 3  # cheap rules that cost no more than handing a row to another process does
_PASSED = attrgetter("passed")  # asked of every verdict more than once
_AT_ONCE = 100  # rows between two signs of life

ReadRow: TypeAlias = tuple[Candidate, Mapping[str, Reading]]
ReadRows: TypeAlias = Callable[[Iterator[Candidate]], Iterator[ReadRow | None]]
"""Reads rows for the filters that remember, by filter id; None is a sign of life."""


def links_of(project: Project, method: Method | None = None) -> tuple[ChainLink, ...]:
    """The project's own chain; where it has none, the published one, as far as the method wants it."""
    own = project.chain.links()
    if own or method is None:
        return own or PUBLISHED
    return default_links(method)


def settle_links(project: Project, method: Method | None = None) -> tuple[ChainLink, ...]:
    """What `links_of` says, kept as the project's own from now on: verdicts count only by filters of its chain."""
    links = links_of(project, method)
    if not project.chain.links():
        project.user.set_up(lambda edit: _begin(edit, project, links)).result()
    return links


def _begin(edit: Edit, project: Project, links: Sequence[ChainLink]) -> None:
    edit.set_chain(links)
    offer(edit, project, (link.filter for link in links))


def context_of(project: Project, seeds: Sequence[Seed]) -> FilterContext:
    """What this project's chain hands its filters."""
    lists = {name: project.lists.get(name) for name in project.lists.names()}
    return FilterContext(project.language, seeds, lists, sql_grammar.fault_of)


@dataclass(frozen=True, slots=True)
class _Link:
    id: str
    filter: Filter
    judge: Judge
    memory: RememberingJudge | None  # the same, where it remembers; asked for once, for the question is a dear one
    reads: ReadingJudge | None  # and where a reading may be handed to it


@dataclass(frozen=True, slots=True)
class Ruled:
    """What the filters say of a row that hangs on no other row, by filter id."""

    verdicts: Mapping[str, Verdict]  # of those that judge a row by itself
    of_lead: Mapping[str, Verdict] | None = None  # and of its instruction alone, where that was once offered
    readings: Mapping[str, Reading] = field(default_factory=dict)  # of those that remember, where they were asked


class Chain:
    """The filters that are switched on, each with the memory it needs.

    They run from cheap to dear, whatever their order on screen. Those that judge a row by itself go first, in stages
    of one cost: within a stage every filter judges, so that all reasons are shown, and a dearer stage sees only what
    still passes, or every row where `every_row` asks for it. A filter that remembers is only called with rows that
    passed all before it. Filters that ask a model are not among them: see judging_by_model.py.
    """

    def __init__(
        self, links: Sequence[ChainLink], context: FilterContext, every_row: bool = False, compares: bool = True
    ) -> None:
        """`compares`: rows are compared with others here; else they are ruled and read, and no seed is taken in."""
        enabled = [link for link in links if link.enabled]
        self._links = [each for link in enabled if (each := _started(link, context, compares)) is not None]
        # The ids of all that are switched on, those that ask a model too.
        self.order = [link.filter for link in enabled]
        by_cost = sorted(self._links, key=lambda link: COSTS.index(link.filter.cost))
        self._rules = [link for link in by_cost if not link.filter.remembers]
        self._stages = [list(links) for _cost, links in groupby(self._rules, key=lambda link: link.filter.cost)]
        self._remembering = [link for link in by_cost if link.filter.remembers]
        self._ids = [link.id for link in self._links]
        self._offers = any(link.filter.judges_lead for link in self._links)
        self._every_row = every_row

    @property
    def filters(self) -> tuple[str, ...]:
        """The ids of its filters that ask no model, in order."""
        return tuple(link.id for link in self._links)

    @property
    def is_worth_sending(self) -> bool:
        """Whether its rules cost more than handing a row to another process does."""
        return len(self._rules) > _FEW or any(link.filter.cost != "cheap" for link in self._rules)

    @property
    def reads_dearly(self) -> bool:
        """Whether what its filters that remember read of a row costs more than that."""
        return any(link.reads is not None and link.filter.cost != "cheap" for link in self._remembering)

    def offer(self, candidate: Candidate) -> Judged:
        """Judge an instruction before anyone pays for its answers.

        A filter that judges the lead is asked only if every rule let the row pass, wherever it stands in the chain:
        what a rule drops must not keep later instructions out.
        """
        return self._offered(candidate, self._ruled([candidate])[0])

    def rule(self, families: Sequence[Sequence[Candidate]], read: bool = False) -> list[list[Ruled]]:
        """The part of `judge` that hangs on no other row, and so may be done anywhere, for rows of some families.

        With `read`, what the filters that remember read of the rows that pass so far is part of it.
        """
        rows = [each for family in families for each in family]
        asks = [(each.family, lead_of(each.row)) if self._offers and each.run is not None else None for each in rows]
        alone: dict[tuple[int, str], Candidate] = {}
        for each, ask in zip(rows, asks, strict=True):
            if ask is not None and ask not in alone:
                alone[ask] = replace(each, row=_unanswered(each.row))
        of_leads = dict(zip(alone, self._ruled(list(alone.values())), strict=True))
        verdicts = self._ruled(rows)
        readings: list[Mapping[str, Reading]] = [{}] * len(rows)
        if read:
            standing = [number for number, said in enumerate(verdicts) if passes(said)]
            for number, reading in zip(standing, self.read([rows[number] for number in standing]), strict=True):
                readings[number] = reading
        said = zip(verdicts, [None if ask is None else of_leads[ask] for ask in asks], readings, strict=True)
        ruled = iter([Ruled(*each) for each in said])
        return [list(islice(ruled, len(family))) for family in families]

    def compares(self, family: Sequence[Ruled]) -> bool:
        """Whether rows of which the rules said this are left to be compared with others."""
        said = [of for each in family for of in (each.verdicts, each.of_lead) if of is not None]
        return bool(self._remembering) and any(map(passes, said))

    def judge(
        self,
        family: Sequence[Candidate],
        offered: Mapping[str, Verdict] | None = None,
        ruled: Sequence[Ruled] | None = None,
    ) -> list[dict[str, Verdict]]:
        """Judge rows that share a family, in order.

        `offered` is what was said of the instruction they answer, `ruled` what `rule` said of them elsewhere.
        """
        ruled = self.rule([family])[0] if ruled is None else ruled
        of_leads = self._of_leads(family, offered, ruled)
        verdicts = [dict(each.verdicts) for each in ruled]
        # What was said of an offer came before there was anything else to judge.
        links = self._remembering
        if any(said is not None for said in of_leads):
            links = sorted(links, key=lambda link: not link.filter.judges_lead)
        standing = [passes(so_far) for so_far in verdicts]
        for link in links:
            # A row that fell before is no sibling any more: an empty answer conflicts with nothing.
            before = tuple(standing)
            for place, candidate in enumerate(family):
                said = of_leads[place] if link.filter.judges_lead else None
                if said is not None:
                    verdict = said.get(link.id)
                elif before[place]:
                    siblings = [each for other, each in enumerate(family) if before[other] and other != place]
                    verdict = _judged(link, candidate, siblings, ruled[place])
                else:
                    verdict = None
                if verdict is not None:
                    verdicts[place][link.id] = verdict
                    standing[place] = standing[place] and verdict.passed
        return [self._in_order(each) for each in verdicts]

    def _ruled(self, candidates: Sequence[Candidate]) -> list[dict[str, Verdict]]:
        """Filter after filter, not row after row: what a filter works with stays in the processor's own memory."""
        verdicts: list[dict[str, Verdict]] = [{} for _each in candidates]
        standing = list(zip(candidates, verdicts, strict=True))
        for links in self._stages:
            for link in links:
                for candidate, said in standing:
                    said[link.id] = link.judge(candidate, ())
            if not self._every_row:
                standing = [each for each in standing if passes(each[1])]
        return verdicts

    def _offered(self, candidate: Candidate, ruled: Mapping[str, Verdict]) -> Judged:
        verdicts = dict(ruled)
        if passes(verdicts):
            for link in self._remembering:
                if link.filter.judges_lead:
                    verdicts[link.id] = verdict = link.judge(candidate, ())
                    if not verdict.passed:
                        break
        return Judged(passes(verdicts), self._in_order(verdicts))

    def foresee(self, candidates: Sequence[Candidate], ruled: Sequence[Ruled] = ()) -> Iterator[None]:
        """Let the filters that can compare these rows, which are to be judged next, all together; signs of life."""
        for link in self._links:
            if isinstance(link.judge, ForeseeingJudge):
                yield from link.judge.foresee(candidates, [each.readings.get(link.id) for each in ruled])

    def pooled(self, verdicts: Mapping[str, Verdict]) -> bool:
        """Whether a row with these verdicts joins the pool that later ones must differ from."""
        of_lead = [link.id for link in self._links if link.filter.judges_lead]
        if not of_lead:
            return passes(verdicts)
        return all(id in verdicts and verdicts[id].passed for id in of_lead)

    def dropped_by(self, verdicts: Mapping[str, Verdict]) -> str | None:
        """The first filter of the chain that failed the row."""
        return next((id for id in self.order if id in verdicts and not verdicts[id].passed), None)

    def warm(
        self,
        project: Project,
        without: frozenset[int] = frozenset(),
        until: int | None = None,
        read: ReadRows | None = None,
    ) -> Iterator[int]:
        """Remember the project's rows as they were judged, but not the families `without` or after `until`.

        Yields the rows so far. `read` has the rows read elsewhere; without it they are read here.
        """
        if not self._remembering:
            return
        judged = yield from judged_rows(project, [link.id for link in self._remembering])
        rows = (
            each
            for each in rows_until(project, until)
            if each.family not in without and any(of.passed(each.id) is not None for of in judged)
        )
        done = 0
        for each in ((row, {}) for row in rows) if read is None else read(rows):
            if each is not None:
                done += 1
                for link, of in zip(self._remembering, judged, strict=True):
                    if (passed := of.passed(each[0].id)) is not None:
                        _remember(link, each[0], passed, each[1])
            if each is None or done % _AT_ONCE == 0:
                yield done

    def read(self, candidates: Sequence[Candidate]) -> list[Mapping[str, Reading]]:
        """What the filters that remember read of each row, by filter id; it hangs on no other row."""
        readings: list[dict[str, Reading]] = [{} for _each in candidates]
        for link in self._remembering:
            if link.reads is not None:
                for candidate, of in zip(candidates, readings, strict=True):
                    of[link.id] = link.reads.read(candidate.row)
        return list(readings)

    def _of_leads(
        self, family: Sequence[Candidate], offered: Mapping[str, Verdict] | None, ruled: Sequence[Ruled]
    ) -> list[Mapping[str, Verdict] | None]:
        """What was, or would have been, said of each row's instruction alone; None for an imported row."""
        if offered is not None:
            return [offered] * len(family)
        said: dict[str, Mapping[str, Verdict]] = {}
        found: list[Mapping[str, Verdict] | None] = []
        for candidate, each in zip(family, ruled, strict=True):
            if each.of_lead is None:
                found.append(None)
                continue
            lead = lead_of(candidate.row)
            if lead not in said:
                alone = replace(candidate, row=_unanswered(candidate.row))
                said[lead] = self._offered(alone, each.of_lead).verdicts
            found.append(said[lead])
        return found

    def _in_order(self, verdicts: Mapping[str, Verdict]) -> dict[str, Verdict]:
        return {id: verdicts[id] for id in self._ids if id in verdicts}


def passes(verdicts: Mapping[str, Verdict]) -> bool:
    """Whether no filter failed the row; no verdict counts as passing."""
    return all(map(_PASSED, verdicts.values()))


def _started(link: ChainLink, context: FilterContext, compares: bool) -> _Link | None:
    filter_ = find(filters(), link.filter)
    if filter_.start is None:
        return None
    if filter_.remembers and not compares:
        context = replace(context, seeds=())
    judge = filter_.start(options.from_json(filter_.options, link.options), context)
    memory = judge if isinstance(judge, RememberingJudge) else None
    return _Link(link.filter, filter_, judge, memory, judge if isinstance(judge, ReadingJudge) else None)


def _remember(link: _Link, candidate: Candidate, passed: bool, readings: Mapping[str, Reading]) -> None:
    if link.reads is not None:
        link.reads.remember(candidate, passed, readings.get(link.id))
    elif link.memory is not None:
        link.memory.remember(candidate, passed)


def _judged(link: _Link, candidate: Candidate, siblings: Sequence[Candidate], ruled: Ruled) -> Verdict:
    if link.reads is None:
        return link.judge(candidate, siblings)
    return link.reads(candidate, siblings, ruled.readings.get(link.id))


def _unanswered(row: Row) -> Row:
    return replace(row, input="", output=None) if isinstance(row, Instruction) else row
