"""Damages model files at random, and looks whether each is refused in words, or answers, in time."""

import contextlib
import io
import random
import resource
import shutil
import signal
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop import cli
from desktop.core.engine import Answered
from desktop.core.errors import UserError
from desktop.core.records import Message
from desktop.core.steps import Ask, Asked, Embed, Sampling
from desktop.engine.client import LocalEngine
from desktop.engine.sizing import EngineSettings
from tests.engine.tiny_models import bert, qwen3
from tests.faults import damage
from tests.faults.asking import NO_END, answer, spread

LONGEST = 5.0  # seconds for a damaged file
HUNG = 60  # seconds


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
        writing, comparing = (
            qwen3(None).write(Path(folder) / "writes.gguf"),
            bert(1).write(Path(folder) / "embeds.gguf"),
        )
        outcomes = []
        for sound, share in ((model, count - 2 * (count // 4)), (writing, count // 4), (comparing, count // 4)):
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
    asked: Sequence[Asked]
    with _limited():
        try:
            engine = LocalEngine(path, EngineSettings(slots=2, context=512))
        except UserError as error:
            return f"refused: {error.what}"
        try:
            few = Sampling(max_tokens=6)
            written = (Ask("s", "Red, green,", few), Ask("s", (Message("user", "Hello"),), few))
            asked = written if engine.model.writes else (Embed("s", "Red trees."),)
            told = [answer(engine, each) for each in asked]
        except UserError as error:
            return f"loaded, then given up: {error.what}"
        finally:
            engine.close()
    return "answered" if all(isinstance(each, Answered) for each in told) else "loaded, ask refused in words"


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
    print(f"seconds to load or refuse: {spread([each.seconds for each in outcomes])}")
    print(f"seconds to check: {spread([each.check_seconds for each in outcomes])}")
    for who, name in ((resource.RUSAGE_SELF, "client"), (resource.RUSAGE_CHILDREN, "worker")):
        print(f"most memory of the {name}: {resource.getrusage(who).ru_maxrss / 1024:.0f} MB")
    refused = [each for each in outcomes if not each.told.startswith(("answered", "loaded, ask"))]
    wrong = [each for each in refused if each.seconds > LONGEST] + [
        each for each in outcomes if "WORDS" in each.checked
    ]
    for each in wrong:
        print(f"WRONG: {each}")
    return not wrong
