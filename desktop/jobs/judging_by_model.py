"""The part of a chain that asks a model: it judges the rows that every rule let pass."""

import hashlib
import json
from collections import deque
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from time import monotonic
from typing import TypeAlias

from desktop.core import options
from desktop.core.catalogue import filters, find
from desktop.core.content import fields_of, is_answered
from desktop.core.engine import Engine, Model
from desktop.core.errors import UserError
from desktop.core.i18n import N_, _
from desktop.core.options import Options
from desktop.core.progress import Event, Progress, Tick
from desktop.core.records import AskedModel, Candidate, ChainLink, Passage, Reason, Seed, Verdict
from desktop.core.shapes import COSTS, EmbeddingJudge, Filter, FilterContext
from desktop.core.steps import Asking as Part
from desktop.core.steps import Discard, Embed, Judged, JudgeSteps, Offer, Steps, put
from desktop.jobs._pace import Pace
from desktop.jobs.asking import Asking, GaveUp, Task
from desktop.jobs.deciding import change_sides
from desktop.jobs.filtering import AskedReport, FilterReport, run_filters
from desktop.jobs.judging import context_of, passes, settle_links
from desktop.jobs.redeciding import redecide
from desktop.store.candidates import Judgement
from desktop.store.project import Project

_WAIT = 0.04  # seconds: a job gives a sign of life at least every 50 ms
_TELL = 0.25  # seconds between two Progress events
_KEEP = 1.0  # seconds between two times that verdicts are stored
_AT_ONCE = 64  # rows that are begun between two signs of life
_TOGETHER = 16  # embeddings that are compared with those before them together

Ready: TypeAlias = "Callable[[], Generator[Event, None, Engine]]"
"""Makes a model ready; only called where a filter needs one."""


# ── which filters ask, and what ──────────────────────────────────────────────────────────────────


def asking_links(links: Sequence[ChainLink]) -> list[ChainLink]:
    """The filters that are switched on and ask a model, from cheap to dear."""
    asking = [link for link in links if link.enabled and find(filters(), link.filter).asks_model]
    return sorted(asking, key=lambda link: COSTS.index(find(filters(), link.filter).cost))


@dataclass(frozen=True, slots=True)
class ModelJudge:
    """A filter of the chain with all it needs to ask."""

    id: str
    filter: Filter
    options: Options
    context: FilterContext
    by: AskedModel

    def steps(self, candidate: Candidate) -> JudgeSteps:
        """Ask about a row; returns the verdict."""
        if self.filter.steps is None:
            raise TypeError(self.id)
        return replace((yield from self.filter.steps(candidate, self.options, self.context)), by=self.by)


def judges_of(project: Project, links: Sequence[ChainLink], model: Model) -> list[ModelJudge]:
    """The filters of these links that ask a model, from cheap to dear, as this model is to be asked."""
    context = context_of(project, project.seeds.all())
    judges = []
    for link in asking_links(links):
        leaf = find(filters(), link.filter)
        templates = {
            prompt.step: project.prompts.get(link.filter, prompt.step, project.language)
            or prompt.text(project.language)
            for prompt in leaf.prompts
        }
        own = replace(context, templates=templates, passage=lambda id: _passage(project, id))
        chosen = options.from_json(leaf.options, link.options)
        by = AskedModel(model.name, model.fingerprint, _asked(leaf, chosen, own))
        judges.append(ModelJudge(link.filter, leaf, chosen, own, by))
    return judges


def _asked(leaf: Filter, chosen: Options, context: FilterContext) -> str:
    """Says what a verdict hangs on; not the cut, where stored values are decided again without asking."""
    decided_again = leaf.decide is not None or leaf.compare is not None
    hang_on = {name: value for name, value in options.to_json(chosen).items() if name != leaf.cut or not decided_again}
    language = context.language if leaf.prompts else ""
    return hashlib.sha256(json.dumps([hang_on, context.templates, language], sort_keys=True).encode()).hexdigest()


def _passage(project: Project, id: int) -> Passage | None:
    return next(iter(project.passages.get([id])), None)


# ── while a run generates ────────────────────────────────────────────────────────────────────────


def ask_of(judges: Sequence[ModelJudge], judgements: Sequence[Judgement]) -> "Part[list[Judgement]]":
    """Have the model judge what the rules let pass, from within the steps of an item; each judge sees what is left.

    What compares rows by their meaning is left to the next judging of all rows, for it goes in id order.
    """
    done = list(judgements)
    for judge in judges:
        for place, each in enumerate(done):
            if judge.filter.steps is not None and passes(each.verdicts) and is_answered(each.candidate.row):
                verdict = yield from judge.steps(each.candidate)
                done[place] = replace(each, verdicts={**each.verdicts, judge.id: verdict})
    return done


# ── all rows ─────────────────────────────────────────────────────────────────────────────────────


def filter_rows(project: Project, ready: Ready, every_row: bool = False) -> Generator[Event, None, FilterReport]:
    """Judge every row by the project's chain: by the rules first, then by a model, which is made ready only if needed.

    Each filter that asks is asked of every row that is left, one filter after another, so that what is asked alike
    stands together. Rows that it has judged as they stand, asked the same of the same model, keep their verdict; so a
    judging that was closed goes on where it was. `every_row`: also of rows that were dropped before.
    """
    links = settle_links(project)
    report = yield from run_filters(project, every_row=every_row)
    if not asking_links(links):
        return report
    engine = yield from ready()
    judges = judges_of(project, links, engine.model)
    before = [link.filter for link in links if link.enabled and not find(filters(), link.filter).asks_model]
    said: list[AskedReport] = []
    for judge in judges:
        yield from change_sides(project, judge.id, judge.options)  # a cut may have moved since
        work = (_Comparing if judge.filter.compare is not None else _Judging)(
            project, engine, judge, () if every_row else tuple(before)
        )
        said.append((yield from work.go()))
        before.append(judge.id)
    counts = project.counts()
    dropped = {link.filter: counts.dropped[link.filter] for link in links if counts.dropped.get(link.filter)}
    return FilterReport(report.judged, counts.passing, report.unanswered, dropped, tuple(said))


def judge_rows(
    project: Project, ready: Ready, filter_id: str, ids: Collection[int]
) -> Generator[Event, None, AskedReport]:
    """Have one filter that asks a model judge these rows, whatever other filters say of them."""
    link = next((each for each in settle_links(project) if each.filter == filter_id), ChainLink(filter_id, True, {}))
    engine = yield from ready()
    [judge] = judges_of(project, [replace(link, enabled=True)], engine.model)
    yield from change_sides(project, judge.id, judge.options)
    return (yield from _Judging(project, engine, judge, (), ids).go())


class _Judging:
    """One filter at work on the rows that it has not judged."""

    def __init__(
        self,
        project: Project,
        engine: Engine,
        judge: ModelJudge,
        after: Sequence[str],
        only: Collection[int] | None = None,
    ) -> None:
        self._project = project
        self._judge = judge
        self._asking = Asking(engine)
        self._moment = project.candidates.moment()
        self._ids: Sequence[int] = [id for id in self._to_ask(after) if only is None or id in only]
        self._waiting: dict[int, Verdict] = {}  # not stored yet
        self._pace = Pace()
        self._kept = self._began = monotonic()
        self._done = self._failed = self._unreadable = 0

    def _to_ask(self, after: Sequence[str]) -> Sequence[int]:
        return self._project.verdicts.to_ask(self._judge.id, self._judge.by, after)

    def go(self) -> Generator[Event, None, AskedReport]:
        """Judge them; what is judged is stored every second, and when the generator is closed."""
        tasks = self._tasks()
        yield self._progress()
        try:
            more, behind = True, False
            while more or behind or not self._asking.idle:
                more = more and self._feed(tasks)
                for happening in self._asking.turn(0.0 if behind else _WAIT):
                    if isinstance(happening, GaveUp):
                        self._on_gave_up(happening.key, happening.why)
                behind = self._judge_some()
                if monotonic() - self._kept > _KEEP:
                    self._store()
                yield self._progress() if self._pace.is_due(_TELL) else Tick()
        finally:
            self._asking.close()
            self._store()
        yield self._progress()
        seconds = monotonic() - self._began
        judge = self._judge
        return AskedReport(judge.id, judge.by.model, self._done, self._failed, self._unreadable, seconds)

    def _feed(self, tasks: Iterator[Task]) -> bool:
        """Fill the model's slots; whether there are more rows."""
        for _number in range(_AT_ONCE):
            if not self._asking.hungry:
                return True
            if (task := next(tasks, None)) is None:
                return False
            self._asking.start(task)
        return True

    def _tasks(self) -> Iterator[Task]:
        for candidate in self._project.candidates.standing(self._ids):
            yield Task(candidate.id, candidate.id, candidate.id, self._steps(candidate), _decides_nothing)

    def _steps(self, candidate: Candidate) -> Steps:
        verdict = yield from self._judge.steps(candidate)
        self._say(candidate.id, verdict)
        return ()

    def _judge_some(self) -> bool:
        """Judge what waits for nothing but its turn; whether some of it is left. What a task says needs no more."""
        return False

    def _on_gave_up(self, key: int, why: str) -> None:
        reason = Reason(N_("The model could not judge this row: {why}"), {"why": why})
        # Under the name of no question, so that it is asked about again the next time.
        self._say(key, Verdict(False, reason=reason, by=replace(self._judge.by, asked="")))

    def _say(self, id: int, verdict: Verdict) -> None:
        self._waiting[id] = verdict
        self._done += 1
        self._failed += not verdict.passed
        self._unreadable += not verdict.passed and verdict.value is None

    def _store(self) -> None:
        said, self._waiting = self._waiting, {}
        judged: list[tuple[int, Mapping[str, Verdict]]] = [(id, {self._judge.id: each}) for id, each in said.items()]
        self._project.verdicts.put(judged, as_of=self._moment)
        self._kept = monotonic()

    def _progress(self) -> Progress:
        total, rate = len(self._ids), self._pace.rows_per_minute(self._done)
        return Progress(
            _("Asking the model: {filter}").format(filter=_(self._judge.filter.title)),
            self._done,
            total,
            rows_per_minute=rate,
            tokens_per_second=self._pace.tokens_per_second(self._asking.tokens) if self._asking.tokens else None,
            seconds_left=60 * (total - self._done) / rate if rate else None,
            counts={"passing": self._done - self._failed, self._judge.id: self._failed},
        )


class _Comparing(_Judging):
    """One filter at work that compares what rows mean: all of them anew, for each verdict hangs on those before.

    Where no row is new, another threshold decides by the stored likenesses.
    """

    def __init__(self, project: Project, engine: Engine, judge: ModelJudge, after: Sequence[str]) -> None:
        super().__init__(project, engine, judge, after)
        self._after = after
        if judge.filter.compare is None:
            raise TypeError(judge.id)
        self._memory: EmbeddingJudge = judge.filter.compare(judge.options, judge.context)
        self._seeds = {-seed.id: seed for seed in judge.context.seeds}
        self._rows: dict[int, Candidate] = {}  # that wait for those before
        self._vectors: dict[int, Sequence[float]] = {}
        self._order: deque[int] = deque()  # of seeds below zero, and of rows

    def go(self) -> Generator[Event, None, AskedReport]:
        if self._ids:
            self._project.verdicts.clear([self._judge.id])
            self._ids = self._to_ask(self._after)
        else:
            threshold = float(getattr(self._judge.options, self._judge.filter.cut))
            yield from redecide(self._project, self._judge.id, threshold)
        return (yield from super().go())

    def _tasks(self) -> Iterator[Task]:
        for key, seed in self._seeds.items() if self._ids else ():
            yield self._task(key, seed)
        for candidate in self._project.candidates.standing(self._ids):
            self._rows[candidate.id] = candidate
            yield self._task(candidate.id, candidate)

    def _task(self, key: int, of: Seed | Candidate) -> Task:
        self._order.append(key)
        text = "\n".join(filter(None, fields_of(of.row).values()))
        return Task(key, key, 0, self._embed(key, text), _decides_nothing)

    def _embed(self, key: int, text: str) -> Steps:
        self._vectors[key] = (yield from put(Embed(self._judge.id, text))).vector
        return ()

    def _judge_some(self) -> bool:
        rows: list[Candidate] = []
        vectors: list[Sequence[float]] = []
        while self._order and self._order[0] in self._vectors and len(rows) < _TOGETHER:
            vector = self._vectors.pop(key := self._order.popleft())
            if seed := self._seeds.get(key):
                self._memory.know(seed, vector)
            elif vector:
                rows.append(self._rows.pop(key))
                vectors.append(vector)
        for candidate, verdict in zip(rows, self._memory.judge(rows, vectors), strict=True):
            self._say(candidate.id, replace(verdict, by=self._judge.by))
        return bool(self._order) and self._order[0] in self._vectors

    def _on_gave_up(self, key: int, why: str) -> None:
        if key not in self._rows:
            raise UserError(why, _("Choose another model, or switch this filter off."))
        del self._rows[key]
        super()._on_gave_up(key, why)
        self._vectors[key] = ()


def _decides_nothing(request: Offer | Discard) -> Judged | None:
    raise TypeError(f"a judge offers and discards nothing: {request}")
