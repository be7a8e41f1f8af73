"""Questions whose prompts begin alike are answered in one memory, group after group; all others in memories apart.

A small model's step spends most of its time on what texts have read, not on its weights. Ten texts behind one passage
in one memory (holding.py) then take two thirds of the time that they take apart; texts that have little in common
would pay for each other. Whether it is so for a model on a machine is measured (tuning.py); where it is not, every
question goes to memories apart at once.
"""

import time
from collections.abc import Callable
from dataclasses import astuple, dataclass

from desktop.core.steps import Ask, Choose, Score
from desktop.engine.batching import Batcher
from desktop.engine.holding import Together
from desktop.engine.prefixes import alike
from desktop.engine.preparing import Prepared
from desktop.engine.protocol import Figures

GROUP_TEXTS = 10
"""Texts of a group that are written at once: with more, each reads too much that is not its own (6, 10 and 16 were
measured with 135M parameters and 1,050 shared tokens: 463, 464 and 504 ms for an answer of 40 tokens)."""

_LEAST_SHARED = 256
"""Tokens that a group has in common at least."""

_FEWEST = 8
"""Questions that make a group; fewer are no faster than they are among sixteen others apart."""

_ARRIVING = 0.05
"""Seconds that a question which begins like no other waits for company: those of one passage come one by one."""

_PATIENCE, _PATIENCE_ALONE = 10.0, 2.0
"""Seconds that a question waits for the end of a group that is not its own, with company and without."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What answers groups."""

    batcher: Batcher
    memory: Together
    room: int  # tokens


@dataclass(frozen=True, slots=True)
class _Waiting:
    ticket: int
    question: Ask
    random_seed: int
    prepared: Prepared
    since: float

    @property
    def tokens(self) -> tuple[int, ...]:
        return self.prepared.tokens


class Groups:
    """Takes the questions of all, and decodes them step by step."""

    def __init__(self, apart: Batcher, shared: Shared | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._apart = apart
        self._shared = shared
        self._clock = clock
        self._waiting: list[_Waiting] = []  # for their group's turn, in the order of their arrival
        self._begin: tuple[int, ...] = ()  # of the prompts of the group whose turn it is
        self._needs: dict[int, int] = {}  # tokens that each of its questions may come to beside that, by ticket
        self._handing = 0.0  # seconds

    @property
    def idle(self) -> bool:
        """Whether there is nothing to do."""
        return not self._waiting and all(batcher.idle for batcher in self._batchers)

    @property
    def figures(self) -> Figures:
        """What was counted so far."""
        sums = map(sum, zip(*(astuple(batcher.figures) for batcher in self._batchers), strict=True))
        tokens, decoded, drawn, steps, decode_seconds, busy_seconds = sums
        return Figures(tokens, decoded, drawn, steps, decode_seconds, busy_seconds + self._handing)

    def submit(self, ticket: int, question: Ask | Score | Choose, random_seed: int, prepared: Prepared) -> None:
        """Queue a question."""
        if isinstance(question, Ask) and self._may_share(question, prepared):
            self._waiting.append(_Waiting(ticket, question, random_seed, prepared, self._clock()))
        else:
            self._apart.submit(ticket, question, random_seed, prepared)

    def cancel(self, ticket: int) -> None:
        """Drop a question; nothing more is said of it."""
        self._waiting = [each for each in self._waiting if each.ticket != ticket]
        self.forget(ticket)
        for batcher in self._batchers:
            batcher.cancel(ticket)

    def forget(self, ticket: int) -> None:
        """A question is answered, and needs no more room."""
        self._needs.pop(ticket, None)

    def step(self) -> None:
        """Decode once for those apart and once for the group. Raises DecodeError where llama.cpp cannot go on."""
        began = self._clock()
        if self._waiting and self._shared is not None:
            self._hand_out(self._shared, began)
        self._handing += self._clock() - began
        busy = [batcher for batcher in self._batchers if not batcher.idle]
        for batcher in busy:
            batcher.step()
        if not busy:
            time.sleep(_ARRIVING / 20)

    @property
    def _batchers(self) -> tuple[Batcher, ...]:
        return (self._apart,) if self._shared is None else (self._apart, self._shared.batcher)

    def _may_share(self, question: Ask, prepared: Prepared) -> bool:
        if self._shared is None or question.n > 1 or len(prepared.tokens) < _LEAST_SHARED:
            return False
        return len(prepared.tokens) + prepared.limit <= self._shared.room

    def _hand_out(self, shared: Shared, now: float) -> None:
        """Let who belongs to the group join it; the next group begins when nobody is left of it."""
        self._join(shared, now)
        if not self._waiting or not shared.batcher.idle:
            return
        for first in list(self._waiting):
            common = [alike(first.tokens, each.tokens[:-1]) for each in self._waiting]
            group = [length for length in common if length >= _LEAST_SHARED]
            if len(group) >= _FEWEST:
                self._begin = first.tokens[: min(group)]
                shared.memory.start(self._begin)
                self._join(shared, now)
                return
            if now - first.since > _ARRIVING:
                self._leave(first)

    def _join(self, shared: Shared, now: float) -> None:
        for each in list(self._waiting):
            common = alike(each.tokens[:-1], self._begin)
            if common >= _LEAST_SHARED and 4 * common >= 3 * len(self._begin):
                need = len(each.tokens) - common + each.prepared.limit
                room = shared.room - len(self._begin) - sum(self._needs.values())
                if need <= room and len(self._needs) < GROUP_TEXTS:
                    self._waiting.remove(each)
                    self._needs[each.ticket] = need
                    shared.batcher.submit(each.ticket, each.question, each.random_seed, each.prepared)
            elif now - each.since > (_PATIENCE if self._has_company(each) else _PATIENCE_ALONE):
                self._leave(each)

    def _has_company(self, one: _Waiting) -> bool:
        return any(each is not one and alike(each.tokens, one.tokens) >= _LEAST_SHARED for each in self._waiting)

    def _leave(self, each: _Waiting) -> None:
        """Let a question be answered apart from all groups."""
        self._waiting.remove(each)
        self._apart.submit(each.ticket, each.question, each.random_seed, each.prepared)
