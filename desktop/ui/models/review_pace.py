"""How many rows a person decides in an hour, measured while they are at it."""

from collections import deque

_PAUSE = 180.0  # seconds without a decision that count as a break
_FEWEST = 5
_NEWEST = 60


class ReviewPace:
    """`note` each decision with the time it was made; breaks do not count."""

    def __init__(self) -> None:
        self._spent: deque[float] = deque(maxlen=_NEWEST)  # seconds for each of the newest decisions
        self._last: float | None = None

    def note(self, at: float) -> None:
        """A row was decided at this second of a clock that never goes back."""
        if self._last is not None and at - self._last < _PAUSE:
            self._spent.append(at - self._last)
        self._last = at

    def per_hour(self) -> float | None:
        """Rows in an hour; None until a few were decided."""
        seconds = sum(self._spent)
        return 3600 * len(self._spent) / seconds if len(self._spent) >= _FEWEST and seconds > 0 else None
