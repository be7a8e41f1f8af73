"""Prompts whose tokens stay in the model's memory, so that the next prompt that begins alike need not be decoded."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(slots=True)
class Prefix:
    """A sequence that holds the beginning of a prompt."""

    sequence: int
    tokens: tuple[int, ...]
    ready: int = 0  # how many of them are decoded
    pins: int = 0  # asks that still need it
    used: int = 0  # when it was last needed, in asks

    @property
    def whole(self) -> bool:
        """Whether all of it is decoded."""
        return self.ready == len(self.tokens)


@dataclass(frozen=True, slots=True)
class Match:
    """What a prompt has in common with a prefix."""

    prefix: Prefix
    alike: int  # tokens that are the same
    ready: int  # tokens of those that can be shared now


class Prefixes:
    """The kept sequences, at most as many as there are ids for."""

    def __init__(self, sequences: Iterable[int], drop: Callable[[int], None], *, rewinds: bool) -> None:
        """`drop` forgets a sequence. `rewinds`: a part of a prefix can be shared, not only all of it."""
        self._free = list(sequences)
        self._drop = drop
        self._rewinds = rewinds
        self._kept: list[Prefix] = []
        self._clock = 0

    def best(self, tokens: tuple[int, ...]) -> Match | None:
        """The prefix that shares most with these tokens, decoded or being decoded."""
        matches = (self._match(prefix, tokens) for prefix in self._kept)
        return max((each for each in matches if each.alike), key=lambda each: (each.ready, each.alike), default=None)

    def coming(self, tokens: tuple[int, ...]) -> int:
        """The most tokens that a prefix has in common with these, once it is decoded."""
        return max((self._match(prefix, tokens).alike for prefix in self._kept), default=0)

    def open(self, tokens: tuple[int, ...]) -> Prefix | None:
        """A prefix without decoded tokens, pinned; None while every sequence is needed."""
        if not self._free and not self.evict():
            return None
        prefix = Prefix(self._free.pop(), tokens)
        self._kept.append(prefix)
        self.pin(prefix)
        return prefix

    def extend(self, prefix: Prefix, tokens: tuple[int, ...]) -> None:
        """Let an unpinned prefix, all of which these tokens begin with, become them; and pin it."""
        prefix.tokens = tokens
        self.pin(prefix)

    def pin(self, prefix: Prefix) -> None:
        """Keep it until `unpin`."""
        self._clock += 1
        prefix.used = self._clock
        prefix.pins += 1

    def unpin(self, prefix: Prefix) -> None:
        """An ask is done with it. What was decoded of it stays."""
        prefix.pins -= 1
        if not prefix.pins:
            prefix.tokens = prefix.tokens[: prefix.ready]
            if not prefix.tokens:
                self._remove(prefix)

    def evict(self) -> bool:
        """Forget the prefix that would be missed least; False where all are pinned.

        Missed least: the fewest tokens to decode again, and unused for the longest.
        """
        loose = [prefix for prefix in self._kept if not prefix.pins]
        if not loose:
            return False
        self._remove(min(loose, key=lambda each: self._own(each) / (1 + self._clock - each.used)))
        return True

    def cells(self) -> int:
        """Tokens that all of them hold, those they share counted once."""
        total = 0
        before: tuple[int, ...] = ()
        for prefix in sorted(self._kept, key=lambda each: each.tokens):
            total += len(prefix.tokens) - alike(prefix.tokens, before)
            before = prefix.tokens
        return total

    def _match(self, prefix: Prefix, tokens: tuple[int, ...]) -> Match:
        common = alike(prefix.tokens, tokens)
        if not self._rewinds and common < len(prefix.tokens):
            common = 0
        ready = min(common, prefix.ready)
        return Match(prefix, common, ready if self._rewinds or prefix.whole else 0)

    def _own(self, prefix: Prefix) -> int:
        """Tokens that no other prefix has."""
        others = (alike(prefix.tokens, each.tokens) for each in self._kept if each is not prefix)
        return len(prefix.tokens) - max(others, default=0)

    def _remove(self, prefix: Prefix) -> None:
        self._kept.remove(prefix)
        self._drop(prefix.sequence)
        self._free.append(prefix.sequence)


def alike(one: Sequence[int], other: Sequence[int]) -> int:
    """How many tokens both begin with."""
    low, high = 0, min(len(one), len(other))
    if one[:high] == other[:high]:
        return high
    while low < high:  # one[:low] equals other[:low]
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
