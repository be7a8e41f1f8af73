"""One question to an engine, asked again until it is answered; and times in a few words."""

import statistics
from collections.abc import Sequence

from desktop.core.engine import Answered, Refused, Report, Streamed
from desktop.core.steps import Asked
from desktop.engine.client import LocalEngine

NO_END = 1e9


def answer(engine: LocalEngine, ask: Asked) -> Answered | Refused:
    """What it says, asked again where the worker was lost; raises UserError where it cannot come back."""
    while True:
        ticket = engine.submit(ask, 1)
        ended: Report | None = None
        while ended is None:
            found = [each for each in engine.poll(0.05) if each.ticket == ticket and not isinstance(each, Streamed)]
            ended = found[0] if found else None
        if isinstance(ended, Answered | Refused):
            return ended


def spread(times: Sequence[float]) -> str:
    """Seconds, the middle and the worst."""
    return f"median {statistics.median(times):.2f}, most {max(times):.2f} of {len(times)}"
