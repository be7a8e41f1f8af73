"""Kills the engine's worker at random moments of a run, and looks whether anything was lost or doubled."""

import contextlib
import os
import random
import signal
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from desktop.core.engine import Answered, EngineLost, Model, Report, Streamed
from desktop.core.errors import UserError
from desktop.core.progress import Landed
from desktop.core.records import Row
from desktop.core.steps import Ask, Asked, Sampling
from desktop.engine.client import LocalEngine
from desktop.engine.sizing import EngineSettings
from desktop.jobs import demo
from desktop.jobs.generating import GenerateRequest, generate
from desktop.store.project import Project
from tests.faults.asking import NO_END, answer, spread

SIGNALS = tuple(getattr(signal, name) for name in ("SIGKILL", "SIGSEGV", "SIGABRT", "SIGSTOP") if hasattr(signal, name))
LIGHT = {"demonstrations": 3, "instances": 1}
SHORT = {"max_tokens": 60}


class Watched:
    """An engine that notes when its worker first says a word after it was killed."""

    def __init__(self, engine: LocalEngine) -> None:
        self.engine = engine
        self.killed: float | None = None  # when
        self.dead = 0  # the process that was killed last
        self.back: list[float] = []  # seconds
        self.causes: Counter[str] = Counter()

    @property
    def model(self) -> Model:
        """The model that answers."""
        return self.engine.model

    @property
    def slots(self) -> int:
        """Samples that are written side by side."""
        return self.engine.slots

    def submit(self, ask: Asked, random_seed: int) -> int:
        """Queue a question."""
        return self.engine.submit(ask, random_seed)

    def poll(self, timeout: float) -> Sequence[Report]:
        """What happened."""
        reports = self.engine.poll(timeout)
        self.causes.update(each.why for each in reports if isinstance(each, EngineLost))
        heard = bool(reports) and all(isinstance(each, Streamed | Answered) for each in reports)
        if self.killed and heard and self.engine.process != self.dead:
            self.back.append(time.monotonic() - self.killed)
            self.killed = None
        return reports

    def cancel(self, ticket: int) -> None:
        """Drop an ask."""
        self.engine.cancel(ticket)

    def kill(self, how: signal.Signals) -> None:
        """Send the worker a signal."""
        self.dead = self.engine.process
        self.killed = time.monotonic()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.dead, how)


@dataclass
class Killer:
    """A thread that kills the worker at random moments until it did so often enough.

    Every other time it waits for a first word, so that a slow machine comes further than to the prompts.
    """

    watched: Watched
    count: int
    draw: random.Random
    every: float
    until: float
    by_signal: Counter[str] = field(default_factory=Counter)
    done: threading.Event = field(default_factory=threading.Event)
    stopped: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Kill, wait, and so on."""
        while self.by_signal.total() < self.count and time.monotonic() < self.until:
            if self.stopped.wait(0.05 + self.draw.expovariate(1 / self.every)):
                return
            process, dead = self.watched.engine.process, self.watched.dead
            patient = self.by_signal.total() % 2 and self.watched.killed is not None
            if process == dead or patient:
                continue  # it is not noticed yet, or has not spoken since
            how = self.draw.choice(SIGNALS)
            self.watched.kill(how)
            self.by_signal[how.name] += 1
        self.done.set()


def kills(count: int, seed: int, model: Path, seconds: float = NO_END, every: float = 4.0) -> bool:
    """Generate on a real project while the worker is killed; True where nothing was lost or doubled."""
    with tempfile.TemporaryDirectory() as folder:
        path = _finish(demo.prepare(Path(folder), "Faults"))
        watched = Watched(LocalEngine(model, EngineSettings(slots=4)))
        killer = Killer(watched, count, random.Random(seed), every, time.monotonic() + seconds)
        thread = threading.Thread(target=killer.run, daemon=True)
        landed: dict[int, Row] = {}
        try:
            with Project.open(path) as project:
                thread.start()
                while not killer.done.is_set():
                    _generate(project, watched, landed, 10_000, killer.done, seed)
                thread.join()
                watched.killed = None
                _generate(project, watched, landed, project.counts().passing + 2, None, seed)
                wrong = list(_wrongs(project, landed))
                items = Counter(item.state for run in project.runs.all() for item in project.runs.items(run.id))
                quiet = _quiet_kills(watched.engine, 4)
        finally:
            killer.stopped.set()
            watched.engine.close()
    print(f"kills: {dict(killer.by_signal)}")
    print(f"items: {dict(items)}; rows acknowledged: {len(landed)}; wrong: {len(wrong)}")
    for cause, count in watched.causes.most_common():
        print(f"  {count} asks were lost: {cause}")
    if watched.back:
        print(f"first word after a kill in the run, prompts read anew: {spread(watched.back)}")
    for name, times in quiet.items():
        print(f"answer to a small question after {name} at rest: {spread(times)}")
    for each in wrong:
        print(f"WRONG: {each}")
    return not wrong


def _generate(
    project: Project, engine: Watched, landed: dict[int, Row], target: int, until: threading.Event | None, seed: int
) -> None:
    sampling = dict.fromkeys(("instructions", "classify", "input_first", "output_first"), SHORT)
    request = GenerateRequest("self_instruct", LIGHT, target, random_seed=seed, resume=True, sampling=sampling)
    with contextlib.closing(generate(project, engine, request)) as events:
        for event in events:
            if isinstance(event, Landed):
                landed[event.candidate.id] = event.candidate.row
            if until is not None and until.is_set():
                return


def _wrongs(project: Project, landed: dict[int, Row]) -> Iterator[str]:
    """Rows that were lost or doubled, items that were done twice or not at all."""
    views = project.candidates.get(project.candidates.ids())
    stored = {view.candidate.id: view.row for view in views}
    for id, row in landed.items():
        if stored.get(id) != row:
            yield f"row {id} was acknowledged as {row} and is {stored.get(id, 'not there')}"
    doubled = Counter((view.candidate.item, str(view.row)) for view in views)
    yield from (f"item {each[0]} has a row {times} times" for each, times in doubled.items() if times > 1)
    for run in project.runs.all():
        for item in project.runs.items(run.id):
            if item.state not in ("done", "failed"):
                yield f"item {item.id} is {item.state}"
            if item.state == "failed" and not item.note:
                yield f"item {item.id} was set aside without a reason"
            replies = Counter(
                (each.asked, each.sample) for each in project.runs.attempts_of(item.id) if each.finish != "lost"
            )
            yield from (f"item {item.id} has a reply {times} times" for times in replies.values() if times > 1)
    try:
        project.check()
    except UserError as error:
        yield str(error)


def _quiet_kills(engine: LocalEngine, count: int) -> dict[str, list[float]]:
    """Seconds from a kill to the answer of a small question, by the signal's name."""
    small = Ask("s", "Hi", Sampling(max_tokens=1))
    times: dict[str, list[float]] = defaultdict(list)
    for how in SIGNALS * count:
        answer(engine, small)
        began = time.monotonic()
        os.kill(engine.process, how)
        answer(engine, small)
        times[how.name].append(time.monotonic() - began)
    return times


def _finish(job: Iterator[object]) -> Path:
    while True:
        try:
            next(job)
        except StopIteration as end:
            made: Path = end.value
            return made
