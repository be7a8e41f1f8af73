"""Beginnings of prompts that are kept in memory, so that the next prompt that begins alike need not be decoded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desktop.engine.native import State


@dataclass(frozen=True, slots=True)
class Match:
    """What is held already of a prompt: its first `ready` tokens, in a sequence or in a saved state."""

    ready: int
    sequence: int = -1  # -1: saved
    state: State | None = None


class Saved:
    """States of sequences, saved outside of the model's memory; the longest unused go first."""

    def __init__(self, room: int, *, whole: bool = False) -> None:
        """`room`: bytes that they may take together. `whole`: a state is of use only where all of it is wanted."""
        self._room = room
        self._whole = whole
        self._size = 0
        self._states: dict[tuple[int, ...], State] = {}  # the one that was used last stands last

    def put(self, tokens: tuple[int, ...], state: Callable[[], State]) -> None:
        """Keep the state behind these tokens; what they begin with goes, for it is in there."""
        if self.find(tokens) == len(tokens):
            return
        made = state()
        if len(made) > self._room:
            return
        if not self._whole:
            for known in [known for known in self._states if tokens[: len(known)] == known]:
                self._drop(known)
        while self._size + len(made) > self._room:
            self._drop(next(iter(self._states)))
        self._states[tokens] = made
        self._size += len(made)

    def find(self, tokens: Sequence[int]) -> int:
        """How many of these tokens some state holds."""
        return max((self._usable(known, tokens) for known in self._states), default=0)

    def best(self, tokens: Sequence[int]) -> Match | None:
        """The state that shares most with these tokens."""
        found = max(self._states, key=lambda known: self._usable(known, tokens), default=None)
        if found is None or not (ready := self._usable(found, tokens)):
            return None
        self._states[found] = self._states.pop(found)
        return Match(ready, state=self._states[found])

    def _drop(self, tokens: tuple[int, ...]) -> None:
        self._size -= len(self._states.pop(tokens))

    def _usable(self, known: Sequence[int], tokens: Sequence[int]) -> int:
        common = alike(known, tokens)
        return 0 if self._whole and common < len(known) else common


def alike(one: Sequence[int], other: Sequence[int]) -> int:
    """How many tokens both begin with."""
    reach = 16
    most = min(len(one), len(other))
    while reach < most and list(one[:reach]) == list(other[:reach]):
        reach *= 4
    low, high = 0, min(reach, most)  # most pairs part early
    while low < high:  # one[:low] equals other[:low]
        middle = (low + high + 1) // 2
        if list(one[low:middle]) == list(other[low:middle]):
            low = middle
        else:
            high = middle - 1
    return low
