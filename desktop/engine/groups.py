"""Questions whose prompts begin alike are answered in one memory, group after group; all others in memories apart.

A small model's step spends most of its time on what texts have read, not on its weights. Ten texts behind one passage
in one memory (holding.py) then take two thirds of the time that they take apart; texts that have little in common
would pay for each other. Whether it is so for a model on a machine is measured (tuning.py); where it is not, every
question goes to memories apart at once.
"""

import time
from array import array
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from functools import cached_property
from typing import TypeAlias

from desktop.core.steps import Ask, Choose, Score
from desktop.engine.batching import Batcher
from desktop.engine.holding import Together
from desktop.engine.prefixes import alike
from desktop.engine.preparing import Prepared
from desktop.engine.protocol import Figures

GROUP_TEXTS = 10
"""Texts of a group that are written at once: with more, each reads too much that is not its own (6, 10 and 16 were
measured with 135M parameters and 1,050 shared tokens: 463, 464 and 504 ms for an answer of 40 tokens)."""

GROUP_LEAST = 8
"""Questions that make a group; fewer are no faster than they are among sixteen others apart."""

_LEAST_SHARED = 256
"""Tokens that a group has in common at least. What a question has beside them is half as much at most."""

_ARRIVING = 0.05
"""Seconds that questions wait for company though nothing is done: those of one passage come one by one."""

_GROWING = 4.0
"""Seconds in which another one of their kind must come, or few questions wait no longer for the end of a group."""

_PATIENCE = 10.0
"""Seconds after which few questions leave, and a group may take nobody any more, for another one waits."""


@dataclass(frozen=True)
class Waiting:
    """A question that may belong to a group."""

    ticket: int
    question: Ask
    random_seed: int
    prepared: Prepared
    since: float

    @property
    def tokens(self) -> tuple[int, ...]:
        """Of its prompt."""
        return self.prepared.tokens

    @cached_property
    def kind(self) -> bytes:
        """The same for all that have enough in common to be a group."""
        return array("l", self.tokens[:_LEAST_SHARED]).tobytes()


Kind: TypeAlias = Sequence[Waiting]
"""Questions of one kind, in the order of their arrival."""


class Shared:
    """The memory of a group, and who belongs to it."""

    def __init__(self, batcher: Batcher, memory: Together, room: int) -> None:
        """`room`: tokens that the memory holds."""
        self.batcher = batcher
        self.room = room
        self._memory = memory
        self._needs: dict[int, int] = {}  # tokens that each open question may come to beside the beginning, by ticket

    def begin(self, kind: Kind) -> tuple[int, ...]:
        """What the prompts of so many of a kind begin with that they make a group; empty where they make none."""
        first = kind[0].tokens
        common = sorted((alike(first, each.tokens[:-1]) for each in kind), reverse=True)
        begin = first[: common[GROUP_LEAST - 1]] if len(common) >= GROUP_LEAST else ()
        needs = [_need(each, begin) for each in kind if _belongs(each, begin)]
        fits = len(needs) >= GROUP_LEAST and len(begin) + sum(needs[:GROUP_LEAST]) <= self.room
        return begin if fits else ()

    def start(self, begin: tuple[int, ...]) -> None:
        """It is the turn of prompts that begin so. Nobody may be left of the group before."""
        self._memory.start(begin)

    def belongs(self, each: Waiting) -> bool:
        """Whether it is this question's turn."""
        return _belongs(each, self._memory.begin)

    def without_group(self, kind: Kind) -> Kind:
        """Those of a kind that are of no group that there could be now."""
        rest, alone = list(kind), list[Waiting]()
        while rest:
            if begin := self.begin(rest):
                rest = [each for each in rest if not _belongs(each, begin)]
            else:
                alone.append(rest.pop(0))
        return alone

    def takes(self, each: Waiting) -> bool:
        """Begin to answer a question that belongs to the group, if there is a slot and room for it now."""
        open_ = self.batcher.tickets
        self._needs = {ticket: need for ticket, need in self._needs.items() if ticket in open_}
        need = _need(each, self._memory.begin)
        room = self.room - len(self._memory.begin) - sum(self._needs.values())
        if need > room or len(self._needs) == GROUP_TEXTS:
            return False
        self._needs[each.ticket] = need
        self.batcher.submit(each.ticket, each.question, each.random_seed, each.prepared)
        return True


def _need(each: Waiting, begin: tuple[int, ...]) -> int:
    return len(each.tokens) - alike(each.tokens, begin) + each.prepared.limit


def _belongs(each: Waiting, begin: tuple[int, ...]) -> bool:
    common = alike(each.tokens[:-1], begin)
    return common >= _LEAST_SHARED and 4 * common >= 3 * len(begin) and 3 * common >= 2 * len(each.tokens)


class Groups:
    """Takes the questions of all, and decodes them step by step."""

    def __init__(self, apart: Batcher, shared: Shared | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._apart = apart
        self._shared = shared
        self._clock = clock
        self._waiting: list[Waiting] = []  # in the order of their arrival
        self._started = 0.0  # when it became the group's turn
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
            self._waiting.append(Waiting(ticket, question, random_seed, prepared, self._clock()))
        else:
            self._apart.submit(ticket, question, random_seed, prepared)

    def cancel(self, ticket: int) -> None:
        """Drop a question; nothing more is said of it."""
        self._waiting = [each for each in self._waiting if each.ticket != ticket]
        for batcher in self._batchers:
            batcher.cancel(ticket)

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
        """Let who belongs to the group join it, and who waits in vain leave."""
        if shared.batcher.idle and (begin := next(filter(None, map(shared.begin, _kinds(self._waiting))), ())):
            shared.start(begin)
            self._started = now
        if shared.batcher.idle or not self._turn_is_over(shared, now):
            self._join(shared)
        idle = shared.batcher.idle
        for kind in _kinds(self._waiting):
            growing = now - kind[-1].since <= (_ARRIVING if idle else _GROWING)
            if not growing or now - kind[0].since > _PATIENCE:
                self._leave(shared.without_group([each for each in kind if idle or not shared.belongs(each)]))

    def _turn_is_over(self, shared: Shared, now: float) -> bool:
        """Whether nobody may join this group any more, since another one has waited long enough."""
        if now - self._started <= _PATIENCE:
            return False
        others = _kinds([each for each in self._waiting if not shared.belongs(each)])
        return any(now - kind[0].since > _PATIENCE and shared.begin(kind) for kind in others)

    def _join(self, shared: Shared) -> None:
        """Nobody overtakes one who belongs to the group and has no room yet."""
        for each in list(self._waiting):
            if shared.belongs(each):
                if not shared.takes(each):
                    return
                self._waiting.remove(each)

    def _leave(self, kind: Kind) -> None:
        """Let questions be answered apart from all groups."""
        for each in kind:
            self._waiting.remove(each)
            self._apart.submit(each.ticket, each.question, each.random_seed, each.prepared)


def _kinds(questions: Sequence[Waiting]) -> list[Kind]:
    """Questions by kind; that of the first comes first."""
    found: dict[bytes, list[Waiting]] = {}
    for each in questions:
        found.setdefault(each.kind, []).append(each)
    return list(found.values())
