"""Keys that many rows may hold, eight bytes for each of a row's: which earlier rows hold one of these."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_FRESH = 1 << 16  # keys that are held in a dictionary before they are packed
_LEVELS = 16  # a packed run is joined to the one before it unless that is so many times as long
_LONGEST = 1 << 23  # or both are longer than this together: a join needs twice the room
_PLACE = 32  # bits
_LOW = (1 << _PLACE) - 1


class HeldKeys:
    """Which rows, by their place, hold a key; keys and places are whole numbers below 2 ** 32."""

    def __init__(self) -> None:
        self._fresh: dict[int, list[int]] = {}
        self._count = 0  # keys that are not packed
        self._runs: list[NDArray[np.uint64]] = []  # a key and a place in each number, sorted

    def add(self, place: int, keys: Sequence[int]) -> None:
        """Note that the row at this place holds these keys."""
        for key in keys:
            self._fresh.setdefault(key, []).append(place)
        self._count += len(keys)
        if self._count >= _FRESH:
            self._pack()

    def places(self, keys: Sequence[int]) -> set[int]:
        """The rows that hold one of these keys, or more."""
        import numpy as np

        found = {place for key in keys for place in self._fresh.get(key, ())}
        least = np.array(keys, np.uint64) << np.uint64(_PLACE)
        for run in self._runs:
            starts = np.searchsorted(run, least)
            near = run[np.minimum(starts, len(run) - 1)] - least < 1 << _PLACE
            for start, first in zip(starts[near].tolist(), least[near], strict=True):
                end = int(np.searchsorted(run, first + np.uint64(_LOW), side="right"))
                found.update((run[start:end] & np.uint64(_LOW)).tolist())
        return found

    def _pack(self) -> None:
        import numpy as np

        packed = [key << _PLACE | place for key, places in self._fresh.items() for place in places]
        self._runs.append(np.sort(np.array(packed, np.uint64)))
        self._fresh, self._count = {}, 0
        while len(self._runs) > 1:
            before, last = self._runs[-2:]
            if _LEVELS * len(last) <= len(before) or len(before) + len(last) > _LONGEST:
                break
            joined = np.concatenate([before, last])
            joined.sort()
            self._runs[-2:] = [joined]
