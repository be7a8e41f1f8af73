"""How many rows an hour a model writes on this machine: measured by a test or by runs, else guessed."""

import time
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from desktop.core.progress import Event, Progress
from desktop.core.speed import Speed, Yield, speed_from_json, speed_to_json, yields_from_json, yields_to_json
from desktop.engine import hardware
from desktop.engine.gguf import Header
from desktop.engine.remembered import recall, remember

T = TypeVar("T")

_ROW_TOKENS = 104  # written for a row of the speed test at most
_TOGETHER = 1.5
"""Times as many tokens as one text alone, with all slots at work and prompts read in between.

Measured on two cores: 1.6 with 135 million parameters, 2.2 with 1.5 billion.
"""
_BESIDES = 0.004  # seconds for each token that have nothing to do with how large the model is
_BUSY = 4
"""Times as slow where other programs want the processor: on a quiet machine the guess was about right, beside others
2 to 4 times too high."""
_ROWS, _SECONDS = 5, 60.0  # passing rows, or seconds with one at least, that a run's yield is kept from
_ARRAY = 48 * 2**20  # bytes; far more than a processor keeps near
_LOOK = 0.15  # seconds


def recall_speed(fingerprint: str) -> Speed | None:
    """What the speed test measured of this model on this machine; None where it has not been tested, or is run in
    another shape since then."""
    found = recall(fingerprint, "speed")
    return speed_from_json(found) if found and found.get("shape") == recall(fingerprint, "shape") else None


def remember_speed(fingerprint: str, speed: Speed) -> None:
    """Keep what the speed test measured, and of which shape (see tuning.py)."""
    remember(fingerprint, "speed", {**speed_to_json(speed), "shape": recall(fingerprint, "shape")})


def recall_yields(fingerprint: str) -> Mapping[str, Yield]:
    """What the last runs with this model brought on this machine, by method."""
    return yields_from_json(recall(fingerprint, "yields"))


def remembering(
    events: Generator[Event, None, T], fingerprint: str, method: str, clock: Callable[[], float] = time.time
) -> Generator[Event, None, T]:
    """The events of a run; what it brought is kept for `recall_yields` when it ends or is closed.

    It is not where that says little: a few rows in less than a minute. `fingerprint` is whatever names the model.
    """
    first: Progress | None = None
    last: Progress | None = None
    try:
        while True:
            event = next(events)
            if isinstance(event, Progress) and event.seconds is not None:
                first, last = first or event, event
            yield event
    except StopIteration as end:
        result: T = end.value
        return result
    finally:
        events.close()
        if first is not None and last is not None:
            _keep(fingerprint, method, last.done - first.done, (last.seconds or 0) - (first.seconds or 0), clock())


def _keep(fingerprint: str, method: str, rows: int, seconds: float, now: float) -> None:
    if rows >= _ROWS or (rows and seconds >= _SECONDS):
        yields = {**recall_yields(fingerprint), method: Yield(rows, seconds, now)}
        remember(fingerprint, "yields", yields_to_json(yields))


def guess_rows(header: Header, memory_rate: float) -> tuple[float, float]:
    """Rows an hour, the least and the most that are likely: a token takes as long as its weights take to come from
    memory, `memory_rate` bytes a second. A graphics processor is not counted."""
    seconds = header.read_for_token / memory_rate / _TOGETHER + _BESIDES
    most = 3600 / (seconds * _ROW_TOKENS)
    return most / _BUSY, most


def memory_rate() -> float:
    """Bytes that all cores together read from memory in a second; measured once in a blink, then remembered."""
    known = recall("memory", "rate") or {}
    rate = known.get("bytes_per_second")
    if isinstance(rate, int | float) and rate > 0:
        return float(rate)
    measured = _measure()
    remember("memory", "rate", {"bytes_per_second": measured})
    return measured


def _measure() -> float:
    import numpy as np

    cores = hardware.physical_cores()
    arrays = [np.ones(_ARRAY // 4, np.float32) for _core in range(min(cores, 16))]
    with ThreadPoolExecutor(len(arrays)) as pool:
        best, began = 0.0, time.perf_counter()
        while time.perf_counter() - began < _LOOK or not best:
            start = time.perf_counter()
            list(pool.map(np.max, arrays))
            best = max(best, _ARRAY * len(arrays) / (time.perf_counter() - start))
    return best
