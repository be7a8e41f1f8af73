"""What methods have run in the confined process: one thing after another, a little at a time."""

from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from desktop.core.confined import Confined, ConfinedLost
from desktop.core.errors import UserError
from desktop.core.i18n import N_, _
from desktop.core.records import JsonObject
from desktop.core.steps import Ran, Run

P = TypeVar("P")

_LOST = {
    "time": N_("It took too long."),
    "memory": N_("It needed too much memory."),
    "died": N_("Its process ended unexpectedly."),
}


@dataclass
class Errands(Generic[P]):
    """Takes what is to be run, and says by and by what came of it."""

    confined: Confined | None = None
    _queue: deque[tuple[P, Run]] = field(default_factory=deque)
    _going: Iterator[JsonObject | None] | None = None
    _said: list[JsonObject] = field(default_factory=list)

    @property
    def waiting(self) -> int:
        """How many have not come to their end."""
        return len(self._queue)

    def take(self, place: P, run: Run) -> None:
        """Run this after those that wait. A job whose methods run things has a confined process."""
        assert self.confined is not None
        self._queue.append((place, run))

    def go(self) -> Iterator[tuple[P, Ran]]:
        """Go on until the first silence, which is one of 40 ms; what has ended comes with its place."""
        while self._queue and self.confined is not None:
            place, run = self._queue[0]
            if self._going is None:
                self._going, self._said = self.confined.run(run.task, run.given), []
            fault = ""
            try:
                for said in self._going:
                    if said is None:
                        return
                    self._said.append(said)
            except UserError as refusal:
                fault = refusal.what
            except ConfinedLost as lost:
                fault = _(_LOST[lost.why])
            except ValueError as failure:
                fault = (str(failure).strip().splitlines() or [_("It failed.")])[-1]
            self._going = None
            self._queue.popleft()
            yield place, Ran(tuple(self._said), fault)

    def close(self) -> None:
        """Drop what is under way and what waits."""
        if isinstance(self._going, Generator):
            self._going.close()
        self._going = None
        self._queue.clear()
