"""Cancels in the middle of long prompts, and measures how soon the worker rests."""

import random
import time
from pathlib import Path

import psutil

from desktop.core.steps import Ask, Sampling
from desktop.engine.client import LocalEngine
from desktop.engine.sizing import EngineSettings
from tests.faults.asking import NO_END, answer, spread


def cancel(count: int, seed: int, model: Path, seconds: float = NO_END) -> bool:
    """Cancel in the middle of a prompt of 4,000 tokens; True where the worker rests within 0.1 s each time."""
    draw, until = random.Random(seed), time.monotonic() + seconds
    engine = LocalEngine(model, EngineSettings(slots=2, context=8_192))
    try:
        answer(engine, Ask("s", "Hi", Sampling(max_tokens=1)))
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
    print(f"from a cancel to a worker at rest, seconds: {spread(times)}")
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
