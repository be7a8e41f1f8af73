"""How fast a run goes: tokens a second now, rows a minute since it was taken up, and the time left at that rate."""

import time
from collections import deque
from collections.abc import Callable

_WINDOW = 5.0  # seconds that tokens a second are measured over
_LEAST = 0.5  # seconds below which a rate says nothing


class Pace:
    """Rates from counts that only grow; None until there is something to measure."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = self._told = clock()
        self._marks = deque([(self._began, 0)])

    def is_due(self, interval: float) -> bool:
        """Whether `interval` seconds have passed since this last said so."""
        now = self._clock()
        if now - self._told < interval:
            return False
        self._told = now
        return True

    def tokens_per_second(self, tokens: int) -> float | None:
        """The rate over the last seconds, given all tokens so far."""
        now = self._clock()
        self._marks.append((now, tokens))
        while now - self._marks[0][0] > _WINDOW:
            self._marks.popleft()
        then, before = self._marks[0]
        return (tokens - before) / (now - then) if now - then >= _LEAST else None

    def rows_per_minute(self, rows: int) -> float | None:
        """The rate since the beginning, given the rows that came since."""
        gone = self._clock() - self._began
        return 60 * rows / gone if rows and gone >= _LEAST else None
