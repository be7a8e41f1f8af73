"""The job that generates: it takes items from a method until enough rows pass, or nothing new comes any more."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import SystemRandom

from desktop.core import options
from desktop.core.catalogue import find, methods
from desktop.core.confined import Confined
from desktop.core.content import lead_of
from desktop.core.engine import Engine
from desktop.core.i18n import _
from desktop.core.options import Options
from desktop.core.progress import Event, Landed, Partial, Progress, Tick
from desktop.core.records import Attempt, Candidate, Instruction, Item, ItemState, JsonObject, Row, Run
from desktop.core.shapes import Method
from desktop.core.steps import Discard, Judged, Offer, Steps
from desktop.jobs import starting
from desktop.jobs._errands import Errands
from desktop.jobs._overrides import Overrides
from desktop.jobs._pace import Pace
from desktop.jobs._run_context import RunContext
from desktop.jobs._tally import tally_of
from desktop.jobs.adding_filters import add_missing
from desktop.jobs.asking import Asking, Ended, GaveUp, Replied, Task, Writing
from desktop.jobs.beginning import refuse_lack, refuse_options, start_of
from desktop.jobs.judging import Chain, context_of, settle_links
from desktop.jobs.judging_by_model import ModelJudge, ask_of, judges_of
from desktop.jobs.working_time import Worked, seconds_worked
from desktop.store.candidates import Judgement
from desktop.store.counts import RunCost
from desktop.store.project import Project

_WAIT = 0.04  # seconds: a job gives a sign of life at least every 50 ms
_TELL = 0.25  # seconds between two Progress events


@dataclass(frozen=True, slots=True)
class GenerateRequest:
    """What a person asks for. `target` is how many rows of the run should pass."""

    method: str
    options: JsonObject
    target: int
    random_seed: int | None = None
    resume: bool = False  # go on with the newest unfinished run of this kind, where there is one
    sampling: JsonObject = field(default_factory=dict)  # beside the method's own; see _overrides.py
    starts_from: str = ""  # rows, as starting.py reads them; empty: what the method usually starts from


@dataclass(frozen=True, slots=True)
class GenerateReport:
    """How the run stands. `discards` counts unusable replies by the marked message of their reason."""

    run: Run
    passing: int
    asked: int  # replies, unusable ones too
    discards: Mapping[str, int]
    dropped: Mapping[str, int]  # by the first filter of the chain that failed the row
    cost: RunCost
    seconds: float  # that the run has been worked on by the clock, its pauses left out


def generate(
    project: Project, engine: Engine, request: GenerateRequest, confined: Confined | None = None
) -> Generator[Event, None, GenerateReport]:
    """Generate rows, and return how the run stands. Close the generator to pause: what is committed stays.

    `confined` is where methods have templates and queries run; the others need none. Where `needs_model` says that
    nothing is asked, `engine` may be a NoEngine.

    Raises UserError where the method or its options are unknown or cannot work, it lacks what it consumes, or the
    engine is gone; before there is a run, as far as that can be told.
    """
    method = find(methods(), request.method)
    chosen = options.from_json(method.options, request.options)
    asking = Asking(engine, Overrides(request.sampling), Errands(confined))
    start = start_of(method, request.starts_from)
    if start:
        yield from starting.bring_in(project, start)
    context = RunContext(project, method, request.method, start)
    refuse_lack(method, context)
    yield from refuse_options(method, chosen, context, confined)
    if said := add_missing(project, method):
        yield said
    chain = Chain(settle_links(project, method), context_of(project, context.seeds))
    rows = project.candidates.count()
    for done in chain.warm(project):
        yield Progress(_("Reading the rows that are there"), done, rows)
    run = _run(project, engine, replace(request, starts_from=start), options.to_json(chosen), context.prompts_hash)
    context.run = run.id
    judges = judges_of(project, settle_links(project, method), engine.model)
    work = _Work(project, asking, run, method, chosen, context, chain, judges)
    try:
        yield from work.go()
    finally:
        work.close()
    return work.report()


def _run(project: Project, engine: Engine, request: GenerateRequest, chosen: JsonObject, prompts_hash: str) -> Run:
    """The run to go on with, or a new one. A run is of one model and one set of prompts, so that its record is true."""
    run = project.runs.newest_unfinished(request.method, chosen, request.starts_from) if request.resume else None
    made_by = (_identity(engine.model.name, engine.model.fingerprint), prompts_hash, dict(request.sampling))
    if run is not None and (_identity(run.model, run.fingerprint), run.prompts_hash, dict(run.sampling)) != made_by:
        note = _("The model, the prompts or the sampling have changed since, so a new run was begun.")
        project.runs.set_state(run.id, "stopped", note)
        run = None
    if run is None:
        random_seed = SystemRandom().getrandbits(31) if request.random_seed is None else request.random_seed
        return project.runs.start(
            request.method,
            chosen,
            target=request.target,
            random_seed=random_seed,
            language=project.language,
            model=engine.model,
            prompts_hash=prompts_hash,
            sampling=request.sampling,
            starts_from=request.starts_from,
        )
    project.runs.set_state(run.id, "running")
    if run.target != request.target:
        project.runs.retarget(run.id, request.target)
    return project.runs.get(run.id)


def _identity(model: str, fingerprint: str) -> str:
    """What tells a model from others: its file, else the name that a server gives it."""
    return fingerprint or f"name:{model}"


# ── an item while it is worked on ────────────────────────────────────────────────────────────────


@dataclass
class _Bench:
    """What has come of an item so far; nothing of it is stored before the item ends."""

    project: Project
    chain: Chain
    run: int
    item: Item
    family: int = 0  # of the row that the item starts from; 0: what comes of it makes families of its own
    offered: list[tuple[Candidate, Judged]] = field(default_factory=list)
    discards: list[Discard] = field(default_factory=list)
    seconds: float = 0.0  # that its replies took to write
    judged: list[Judgement] | None = None  # where a model judges: what is left behind, as far as it is known

    def decide(self, request: Offer | Discard) -> Judged | None:
        """Judge what is offered; put what could not be used aside."""
        if isinstance(request, Discard):
            self.discards.append(request)
            return None
        candidate = self._candidate(request.row, self.project.candidates.next_id(), self.family)
        judged = self.chain.offer(candidate)
        self.offered.append((candidate, judged))
        return judged

    def judged_by(self, judges: Sequence[ModelJudge], steps: Steps) -> Steps:
        """The steps of the item, and then those of the judges; a row that they cannot take stays, unjudged by them."""
        rows = yield from steps
        self.judged = self.judgements(rows)
        self.judged = yield from ask_of(judges, self.judged)
        return rows

    def judgements(self, rows: Sequence[Row]) -> list[Judgement]:
        """Everything that the item leaves behind: offers that fell, rows, and offers that nothing came of."""
        by_lead: dict[str, list[Row]] = {}
        for row in rows:
            by_lead.setdefault(lead_of(row), []).append(row)
        left: list[Judgement] = []
        for candidate, judged in self.offered:
            own = by_lead.pop(lead_of(candidate.row), []) if judged else []
            if judged and (own or isinstance(candidate.row, Instruction)):  # which may be answered later
                left += self._family(own or [candidate.row], candidate.id, judged)
            elif not judged:
                left.append(Judgement(candidate, judged.verdicts, pooled=False))
        for own in by_lead.values():
            left += self._family(own, self.project.candidates.next_id(), None)
        return left

    def _family(self, rows: Sequence[Row], family: int, judged: Judged | None) -> list[Judgement]:
        ids = [family, *(self.project.candidates.next_id() for _row in rows[1:])]
        members = [self._candidate(row, id, self.family or family) for id, row in zip(ids, rows, strict=True)]
        said = self.chain.judge(members, judged.verdicts if judged else None)
        return [
            Judgement(member, verdicts, pooled=self.chain.pooled(verdicts))
            for member, verdicts in zip(members, said, strict=True)
        ]

    def _candidate(self, row: Row, id: int, family: int = 0) -> Candidate:
        return Candidate(id, family or id, row, run=self.run, item=self.item.id, parents=self.item.inputs)


# ── the run ──────────────────────────────────────────────────────────────────────────────────────


class _Work:
    """Turns items into stored rows until the run ends."""

    def __init__(
        self,
        project: Project,
        asking: Asking,
        run: Run,
        method: Method,
        chosen: Options,
        context: RunContext,
        chain: Chain,
        judges: Sequence[ModelJudge],
    ) -> None:
        self._project = project
        self._asking = asking
        self._run = run
        self._method = method
        self._options = chosen
        self._context = context
        self._chain = chain
        self._judges = judges
        self._benches: dict[int, _Bench] = {}  # by item id
        self._items = self._new_items()
        self._exhausted = False  # the method has no more items
        self._ended = False
        self._tally = tally_of(project, run.id, chain, unanswered=method.unanswered)
        self._passed_before = self._tally.passing
        self._pace = Pace()
        self._worked = Worked(project, run.id)

    def go(self) -> Iterator[Event]:
        """Work until the target is met, the method has no more to give, or nothing passes any more."""
        for item in self._project.runs.unfinished_items(self._run.id):
            self._start(item, self._project.runs.attempts_of(item.id))
        yield self._progress()
        while (note := self._note_of_end()) is None:
            self._feed()
            yield from self._turn()
        self._let_go()
        self._project.runs.set_state(self._run.id, "finished", note)
        self._ended = True
        yield self._progress()

    def close(self) -> None:
        """Let go of the engine; a run that has not ended is paused."""
        self._asking.close()
        self._worked.keep()
        if not self._ended:
            self._project.runs.set_state(self._run.id, "paused")

    def report(self) -> GenerateReport:
        """How the run stands now."""
        tally = self._tally
        run = self._project.runs.get(self._run.id)
        cost, seconds = self._project.runs.cost(run.id), seconds_worked(self._project, run.id)
        return GenerateReport(run, tally.passing, tally.asked, dict(tally.discards), dict(tally.dropped), cost, seconds)

    def _note_of_end(self) -> str | None:
        if self._tally.passing >= self._run.target:
            return _("The target is met.")
        if self._tally.has_dried_up:
            return self._tally.why_dry()
        if self._exhausted and self._asking.idle:
            return _("Everything the method starts from is used up.")
        return None

    def _let_go(self) -> None:
        """End the items that are still being written: a finished run has none that wait."""
        self._asking.close()
        for bench in self._benches.values():
            item = replace(bench.item, state="done", note=_("The run ended before this was done."))
            self._project.runs.finish_item(self._run.id, item, (), bench.discards)
            self._tally.discards.update(each.reason.message for each in bench.discards)
        self._benches.clear()

    # ── items ────────────────────────────────────────────────────────────────────────────────────

    def _new_items(self) -> Iterator[Item]:
        # The method draws again what it drew for the items that are stored, so that it goes on from there.
        self._context.random.seed(self._run.random_seed)
        known = self._project.runs.next_ordinal(self._run.id)
        return (item for item in self._method.items(self._options, self._context) if item.ordinal >= known)

    def _feed(self) -> None:
        while self._asking.hungry and not self._exhausted:
            if (item := next(self._items, None)) is None:
                self._exhausted = True
            else:
                self._start(self._project.runs.add_item(self._run.id, item))

    def _start(self, item: Item, stored: Sequence[Attempt] = ()) -> None:
        rows = self._method.consumes == "rows" and item.inputs
        family = starting.family_of(self._project, item.inputs[0]) if rows else 0
        bench = _Bench(self._project, self._chain, self._run.id, item, family)
        bench.seconds = sum(attempt.seconds for attempt in stored)
        self._benches[item.id] = bench
        steps = self._method.steps(item, self._options, self._context)
        if self._judges:
            steps = bench.judged_by(self._judges, steps)
        self._asking.start(Task(item.id, item.ordinal, item.random_seed, steps, bench.decide, stored))

    # ── what happens ─────────────────────────────────────────────────────────────────────────────

    def _turn(self) -> Iterator[Event]:
        quiet = True
        for happening in self._asking.turn(_WAIT):
            quiet = False
            match happening:
                case Writing(key, step, sample, text, tokens):
                    yield Partial(key, step, sample, text, tokens)
                case Replied(attempts):
                    self._keep(attempts)
                    yield Tick()
                case Ended(key, rows):
                    yield from self._finish(key, "done", rows)
                case GaveUp(key, why):
                    yield from self._finish(key, "failed", (), why)
        if self._pace.is_due(_TELL):
            self._worked.keep_now_and_then()
            yield self._progress()
        elif quiet:
            yield Tick()

    def _keep(self, attempts: Sequence[Attempt]) -> None:
        self._project.runs.add_attempts(attempts)
        self._tally.asked += len(attempts)
        for attempt in attempts:
            self._benches[attempt.item].seconds += attempt.seconds

    def _finish(self, key: int, state: ItemState, rows: Sequence[Row], why: str = "") -> Iterator[Event]:
        bench = self._benches.pop(key)
        judgements = bench.judgements(rows) if bench.judged is None else bench.judged
        self._project.runs.finish_item(
            self._run.id, replace(bench.item, state=state, note=why), judgements, bench.discards
        )
        self._tally.end(judgements, bench.discards, why)
        self._context.grow(judgements)
        for each in judgements:
            yield Landed(each.candidate, self._tally.counts(each), each.verdicts, bench.seconds)
        yield self._progress()

    def _progress(self) -> Progress:
        tally = self._tally
        rate = self._pace.rows_per_minute(tally.passing - self._passed_before)
        missing = max(0, self._run.target - tally.passing)
        return Progress(
            _("Generating with {method}").format(method=_(self._method.title)),
            done=tally.passing,
            total=self._run.target,
            rows_per_minute=rate,
            tokens_per_second=self._pace.tokens_per_second(self._asking.tokens),
            seconds_left=60 * missing / rate if rate else None,
            counts={"passing": tally.passing} | dict(tally.dropped) | dict(tally.discards),
            seconds=self._worked.seconds,
        )
