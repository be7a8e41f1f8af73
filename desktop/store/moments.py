"""When, in this process, the user last changed a candidate's text: how a judgement knows that it comes too late."""

import threading
from collections.abc import Iterable


class Moments:
    """A count that moves on with every change of texts, and for each changed candidate the count it moved to."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._now = 0
        self._changed: dict[int, int] = {}

    def now(self) -> int:
        """The present moment."""
        with self._guard:
            return self._now

    def mark(self, candidates: Iterable[int]) -> None:
        """Note that the texts of these have just changed."""
        with self._guard:
            self._now += 1
            self._changed.update(dict.fromkeys(candidates, self._now))

    def is_stale(self, candidate: int, moment: int) -> bool:
        """Whether the text of a candidate has changed since that moment."""
        return self._changed.get(candidate, 0) > moment
