"""Kills the engine and feeds it damaged files, as often as one likes, and counts what comes of it.

    python -m tests.faults kills --count 100    a run on a real project; random signals at random moments
    python -m tests.faults files --count 500    damaged models, through the engine and `seedbed models check`
    python -m tests.faults cancel [--model FILE]    how soon a cancel frees the worker in a long prompt

`--seed N` draws differently; `--seconds N` ends sooner and counts what there was. The exit status is 1 where something
was lost, doubled, hung or left without words.
"""

import argparse
import contextlib
import io
import logging
import os
import random
import resource
import shutil
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from desktop import cli
from desktop.core import paths
from desktop.core.engine import Answered, EngineLost, Model, Refused, Report, Streamed
from desktop.core.errors import UserError
from desktop.core.progress import Landed
from desktop.core.records import Message, Row
from desktop.core.steps import Ask, Asked, Sampling
from desktop.engine.client import LocalEngine
from desktop.engine.sizing import EngineSettings
from desktop.jobs import demo
from desktop.jobs.generating import GenerateRequest, generate
from desktop.store.project import Project
from tests import damage
from tests.engine.gguf_files import write

SIGNALS = tuple(getattr(signal, name) for name in ("SIGKILL", "SIGSEGV", "SIGABRT", "SIGSTOP") if hasattr(signal, name))
LIGHT = {"demonstrations": 3, "instances": 1}
SHORT = {"max_tokens": 60}
LONGEST = 5.0  # seconds for a damaged file
HUNG = 60  # seconds
NO_END = 1e9


# ── kills ────────────────────────────────────────────────────────────────────────────────────────


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
        print(f"first word after a kill in the run, prompts read anew: {_spread(watched.back)}")
    for name, times in quiet.items():
        print(f"answer to a small question after {name} at rest: {_spread(times)}")
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
        _answer(engine, small)
        began = time.monotonic()
        os.kill(engine.process, how)
        _answer(engine, small)
        times[how.name].append(time.monotonic() - began)
    return times


def _answer(engine: LocalEngine, ask: Ask) -> Answered | Refused:
    """What it says, asked again where the worker was lost; raises UserError where it cannot come back."""
    while True:
        ticket = engine.submit(ask, 1)
        ended: Report | None = None
        while ended is None:
            found = [each for each in engine.poll(0.05) if each.ticket == ticket and not isinstance(each, Streamed)]
            ended = found[0] if found else None
        if isinstance(ended, Answered | Refused):
            return ended


# ── damaged files ────────────────────────────────────────────────────────────────────────────────


class HungError(Exception):
    """It took longer than anything may."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a damaged file."""

    kind: str
    words: str  # of the damage
    told: str
    seconds: float
    checked: str
    check_seconds: float


def files(count: int, seed: int, model: Path, seconds: float = NO_END) -> bool:
    """Damage files and load them; True where each was refused in words, or answered, in time."""
    draw, until = random.Random(seed), time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder:
        small, large = write(Path(folder) / "sound-small.gguf", padding=64), model
        outcomes = []
        for sound, share in ((large, count - count // 4), (small, count // 4)):
            body, path = damage.anatomy(sound), Path(folder) / f"m-{sound.stem}.gguf"
            shutil.copyfile(sound, path)
            for number in range(share):
                if time.monotonic() > until:
                    break
                kind = list(damage.KINDS)[number % len(damage.KINDS)]
                done = damage.KINDS[kind](body, draw)
                damage.apply(path, done)
                outcomes.append(_try(path, kind, f"{sound.stem}: {done.words}"))
                damage.mend(path, sound, done)
    return _report(outcomes)


def _try(path: Path, kind: str, words: str) -> Outcome:
    began = time.monotonic()
    told = _loaded(path)
    seconds = time.monotonic() - began
    began = time.monotonic()
    checked = _checked(path)
    return Outcome(kind, words, told.replace(path.name, "…"), seconds, checked, time.monotonic() - began)


def _loaded(path: Path) -> str:
    """Load it and have it write a little."""
    with _limited():
        try:
            engine = LocalEngine(path, EngineSettings(slots=2, context=512))
        except UserError as error:
            return f"refused: {error.what}"
        try:
            few = Sampling(max_tokens=6)
            both = [_answer(engine, Ask("s", prompt, few)) for prompt in ("Red, green,", (Message("user", "Hello"),))]
        except UserError as error:
            return f"loaded, then given up: {error.what}"
        finally:
            engine.close()
    return "answered" if all(isinstance(each, Answered) for each in both) else "loaded, ask refused in words"


def _checked(path: Path) -> str:
    """`seedbed models check`."""
    said = io.StringIO()
    with _limited(), contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        status = cli.main(["models", "check", str(path)])
    if not said.getvalue().strip() or "Traceback" in said.getvalue():
        return "WITHOUT WORDS"
    return ("passed", "refused in words")[status] if status in (0, 1) else f"status {status}"


@contextlib.contextmanager
def _limited() -> Iterator[None]:
    def stop(_number: int, _frame: object) -> None:
        raise HungError

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(HUNG)
    try:
        yield
    finally:
        signal.alarm(0)


def _report(outcomes: Sequence[Outcome]) -> bool:
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for each in outcomes:
        table[each.kind][each.told.partition(":")[0]] += 1
    for kind, told in table.items():
        print(f"{kind:20} {dict(told)}")
    print(f"all: {dict(Counter(each.told.partition(':')[0] for each in outcomes))}")
    print(f"models check: {dict(Counter(each.checked for each in outcomes))}")
    for words, times in Counter(each.told for each in outcomes).most_common():
        print(f"  {times:4} {words}")
    past = [each for each in outcomes if each.checked == "passed" and each.told.startswith(("refused", "loaded, then"))]
    print(f"past the check of the header, then refused by llama.cpp or fatal to the worker: {len(past)}")
    for each in past:
        print(f"  {each.words} → {each.told}")
    print(f"seconds to load or refuse: {_spread([each.seconds for each in outcomes])}")
    print(f"seconds to check: {_spread([each.check_seconds for each in outcomes])}")
    for who, name in ((resource.RUSAGE_SELF, "client"), (resource.RUSAGE_CHILDREN, "worker")):
        print(f"most memory of the {name}: {resource.getrusage(who).ru_maxrss / 1024:.0f} MB")
    refused = [each for each in outcomes if not each.told.startswith(("answered", "loaded, ask"))]
    wrong = [each for each in refused if each.seconds > LONGEST] + [
        each for each in outcomes if "WORDS" in each.checked
    ]
    for each in wrong:
        print(f"WRONG: {each}")
    return not wrong


# ── cancel ───────────────────────────────────────────────────────────────────────────────────────


def cancel(count: int, seed: int, model: Path, seconds: float = NO_END) -> bool:
    """Cancel in the middle of a prompt of 4,000 tokens; True where the worker rests within 0.1 s each time."""
    draw, until = random.Random(seed), time.monotonic() + seconds
    engine = LocalEngine(model, EngineSettings(slots=2, context=8_192))
    try:
        _answer(engine, Ask("s", "Hi", Sampling(max_tokens=1)))
        times = []
        for number in range(count):
            if time.monotonic() > until:
                break
            ticket = engine.submit(Ask("s", f"{number} " + "the old town " * 1_350, Sampling(max_tokens=50)), 1)
            engine.poll(0.5 + draw.random() * 1.5)
            began = time.monotonic()
            engine.cancel(ticket)
            times.append(_until_rest(engine.process, began))
    finally:
        engine.close()
    print(f"from a cancel to a worker at rest, seconds: {_spread(times)}")
    return max(times) <= 0.1


def _until_rest(process: int, began: float) -> float:
    """Seconds until a process uses no more processor; what it used in its last hundredth is counted."""
    worker = psutil.Process(process)
    last, used = began, sum(worker.cpu_times()[:2])
    while time.monotonic() - last < 0.3:
        time.sleep(0.005)
        now = sum(worker.cpu_times()[:2])
        if now > used:
            last, used = time.monotonic(), now
    return last - began


# ── the command ──────────────────────────────────────────────────────────────────────────────────


def _spread(times: Sequence[float]) -> str:
    return f"median {statistics.median(times):.2f}, most {max(times):.2f} of {len(times)}"


def _finish(job: "Iterator[object]") -> Path:
    while True:
        try:
            next(job)
        except StopIteration as end:
            made: Path = end.value
            return made


def main() -> int:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("what", choices=["kills", "files", "cancel"])
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=NO_END)
    parser.add_argument("--model", type=Path, default=paths.starter_model())
    asked = parser.parse_args()
    logging.disable(logging.WARNING)
    doing = {"kills": kills, "files": files, "cancel": cancel}[asked.what]
    with tempfile.TemporaryDirectory() as own:
        os.environ["SEEDBED_DATA"] = os.environ["SEEDBED_CACHE"] = own
        return 0 if doing(asked.count, asked.seed, asked.model, asked.seconds) else 1


if __name__ == "__main__":
    sys.exit(main())
