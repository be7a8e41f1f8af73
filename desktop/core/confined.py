"""What jobs know of the confined process: risky work goes in, JSON objects come out, or it is killed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from desktop.core.records import JsonObject


@dataclass(frozen=True, slots=True)
class Limits:
    """What a task may use between one thing it says and the next."""

    seconds: float = 3.0  # of the processor; where the system counts none, and on a busy one, see `patience`
    patience: float = 20.0  # seconds by the clock
    memory: int = 1 << 30  # bytes, of the whole process


USUAL = Limits()


class ConfinedLost(Exception):  # noqa: N818 - the process was lost; whose fault that is, nobody knows
    """The task broke a limit, or took its process with it."""

    def __init__(self, why: Literal["time", "memory", "died"]) -> None:
        super().__init__(why)
        self.why = why


class Confined(Protocol):
    """A process for risky work. One task at a time, from one thread."""

    def run(self, task: str, given: JsonObject, limits: Limits = USUAL) -> Iterator[JsonObject | None]:
        """What the task says, one object after another; None where nothing came for 40 ms.

        Raises what the task itself raised as a UserError, ConfinedLost where it was killed or died, and ValueError
        where the task failed in any other way (a damaged file). Close the iterator to stop the task.
        """
