"""What the batcher keeps of each question, of each slot, and of each slot's part in a step."""

from collections import deque
from dataclasses import dataclass, field
from typing import TypeAlias

from desktop.core.steps import Ask, Choose, Score
from desktop.engine.native import State
from desktop.engine.preparing import Prepared
from desktop.engine.runs import Scoring, Writing

Run: TypeAlias = Writing | Scoring


@dataclass(slots=True, eq=False)
class Request:
    """A question that is waiting or being answered."""

    ticket: int
    question: Ask | Score | Choose
    prepared: Prepared
    runs: list[Run]
    waiting: deque[int]  # runs that have not begun
    state: State | None = None  # what a sequence holds behind the prompt, where more than one run needs it
    open: int = 0  # runs that have not ended
    passed_over: int = 0


@dataclass(slots=True)
class Slot:
    """A sequence with a memory of its own, and what runs in it."""

    sequence: int
    held: list[int] = field(default_factory=list)  # tokens in its memory
    shared: int = 0  # the first so many of them are known to begin several prompts
    request: Request | None = None
    number: int = 0  # of the run, among those of its request
    pending: list[int] = field(default_factory=list)  # to be decoded next: of the prompt, then of the run
    reading: bool = False  # its pending tokens are the prompt's
    due: int = 0  # when its prompt would be read if all were read at once, in prompt tokens of everybody
    used: int = 0  # the step in which it was last in use

    @property
    def reads(self) -> bool:
        """What is pending is given, and may be long: a prompt, or a text whose probabilities are taken."""
        return self.reading or self.every

    @property
    def every(self) -> bool:
        """The logits after each pending token are wanted, not those after the last alone."""
        return self.request is not None and not self.reading and self.run.every

    @property
    def run(self) -> Run:
        """The run that lives in it."""
        if self.request is None:
            raise RuntimeError("nothing runs in this slot")
        return self.request.runs[self.number]


@dataclass(frozen=True, slots=True)
class Part:
    """What a slot has in a step's batch."""

    slot: Slot
    tokens: int
    row: int  # of the first logits that are wanted, among all of the step
    wanted: int
