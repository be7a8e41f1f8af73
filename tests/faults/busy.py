"""Measures what other programs cost the engine, by how its threads wait for each other."""

import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from desktop.core.engine import Answered, Streamed
from desktop.core.steps import Ask, Sampling
from desktop.engine import child, hardware
from desktop.engine.client import LocalEngine
from desktop.engine.sizing import EngineSettings
from tests.faults.asking import NO_END

SLOTS = 8
WARM, SECONDS = 1.0, 2.5  # before it is measured, and while it is
OTHERS = (0, 1, 2)


@dataclass(frozen=True)
class Wait:
    """A way for threads to wait for each other."""

    name: str
    environment: Mapping[str, str]  # of the worker
    spared: int = 0  # cores that are left to others


OURS = dict(child.ENVIRONMENT)
WAITS = (
    Wait("bounded, Seedbed's", OURS),
    Wait("OpenMP's own", {}),
    Wait("long spin", {"OMP_WAIT_POLICY": "active"}),
    Wait("no spin", {"OMP_WAIT_POLICY": "passive"}),
    Wait("one core left free", OURS, spared=1),
)
ANOTHER = (Wait("another build", OURS), Wait("one core left free", OURS, spared=1))
"""Where LLAMA_CPP_LIB_PATH names another build of llama.cpp, one without OpenMP, say."""


def busy(count: int, _seed: int, model: Path, seconds: float = NO_END) -> bool:
    """Tokens a second of eight texts, with nobody, one and two others that want a core; medians of `count` rounds."""
    until = time.monotonic() + seconds
    found: dict[tuple[str, int], list[float]] = defaultdict(list)
    waits = ANOTHER if os.environ.get("LLAMA_CPP_LIB_PATH") else WAITS
    for wait in waits * count:
        if time.monotonic() > until:
            break
        threads = max(1, hardware.physical_cores() - wait.spared)
        settings = EngineSettings(threads=threads, slots=SLOTS)
        with _waiting(wait.environment), contextlib.closing(LocalEngine(model, settings)) as engine:
            for others in OTHERS:
                with _spinning(others):
                    found[wait.name, others].append(_tokens_per_second(engine, SECONDS))
    print(f"{'how threads wait':22}" + "".join(f"{others} others".rjust(12) for others in OTHERS))
    for wait in waits:
        cells = [found[wait.name, others] for others in OTHERS]
        print(
            f"{wait.name:22}"
            + "".join(f"{statistics.median(each):12.0f}" if each else "           –" for each in cells)
        )
    return True


def _tokens_per_second(engine: LocalEngine, seconds: float) -> float:
    """Of all texts together, new ones taking the place of those that are done."""
    written: dict[int, int] = {}  # tokens by ticket
    working: set[int] = set()
    began, before, number = time.monotonic(), 0, 0
    started: float | None = None
    while started is None or time.monotonic() - started < seconds:
        while len(working) < SLOTS:
            number += 1
            ticket = engine.submit(Ask("s", f"Story {number}. Once upon a time", Sampling(max_tokens=400)), number)
            working.add(ticket)
            written[ticket] = 0
        for report in engine.poll(0.05):
            if isinstance(report, Streamed):
                written[report.ticket] = report.tokens
            elif isinstance(report, Answered):
                working.discard(report.ticket)
        if started is None and time.monotonic() - began > WARM:
            started, before = time.monotonic(), sum(written.values())
    rate = (sum(written.values()) - before) / (time.monotonic() - started)
    for ticket in working:
        engine.cancel(ticket)
    return rate


@contextlib.contextmanager
def _waiting(environment: Mapping[str, str]) -> Iterator[None]:
    """Workers are started with this, in place of what Seedbed sets."""
    kept = dict(child.ENVIRONMENT)
    child.ENVIRONMENT.clear()
    child.ENVIRONMENT.update({"GGML_NO_BACKTRACE": "1", "PYTHONUTF8": "1", **environment})
    try:
        yield
    finally:
        child.ENVIRONMENT.clear()
        child.ENVIRONMENT.update(kept)


@contextlib.contextmanager
def _spinning(count: int) -> Iterator[None]:
    """So many other programs that always want a core."""
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"], env=os.environ) for _other in range(count)]
    try:
        yield
    finally:
        for each in others:
            each.kill()
            each.wait()
