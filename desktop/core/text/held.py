"""Keys that many rows may hold, eight bytes for each of a row's: which earlier rows hold one of these."""

from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_FRESH = 1 << 16  # keys that are held in a dictionary before they are packed
_LEVELS = 16  # a packed run is joined to the one before it unless that is so many times as long
_LONGEST = 1 << 23  # or both are longer than this together: a join needs twice the room
_PLACE = 32  # bits
_NEAR = 5  # bits: keys that differ in no others share one bit of what says which keys may be packed
_LOW = (1 << _PLACE) - 1


class HeldKeys:
    """Which rows, by their place, hold a key; keys and places are whole numbers below 2 ** 32."""

    def __init__(self) -> None:
        self._fresh: dict[int, list[int]] = {}
        self._waiting = array("Q")  # the same, a key and a place in each number
        self._runs: list[NDArray[np.uint64]] = []  # such numbers, sorted
        self._packed = bytearray()  # a bit for a few keys each: whether one of them may be in the runs

    def add(self, place: int, keys: Sequence[int]) -> None:
        """Note that the row at this place holds these keys."""
        for key in keys:
            if (places := self._fresh.get(key)) is None:
                self._fresh[key] = [place]
            else:
                places.append(place)
        self._waiting.extend([key << _PLACE | place for key in keys])
        if len(self._waiting) >= _FRESH:
            self._pack()

    def places(self, keys: Sequence[int]) -> set[int]:
        """The rows that hold one of these keys, or more."""
        import numpy as np

        fresh, packed = self._fresh, self._packed
        found = {place for key in keys if key in fresh for place in fresh[key]}
        if not packed or not (some := [key for key in keys if packed[key >> _NEAR + 3] >> (key >> _NEAR & 7) & 1]):
            return found  # as of most rows, which are like no other
        least = np.array(some, np.uint64) << np.uint64(_PLACE)
        for run in self._runs:
            starts = np.searchsorted(run, least)
            counts = np.searchsorted(run, least | np.uint64(_LOW), side="right") - starts
            # All of each stretch: from its start on, one after another, less what the stretches before it have.
            places = np.repeat(starts - counts.cumsum() + counts, counts)
            found.update((run[places + np.arange(len(places))] & np.uint64(_LOW)).tolist())
        return found

    def _pack(self) -> None:
        import numpy as np

        run = np.sort(np.array(self._waiting, np.uint64))
        self._fresh, self._waiting = {}, array("Q")
        self._packed = self._packed or bytearray(1 << _PLACE - _NEAR - 3)
        bits = run >> np.uint64(_PLACE + _NEAR)
        flags = np.left_shift(1, (bits & np.uint64(7)).astype(np.uint8), dtype=np.uint8)
        np.bitwise_or.at(np.frombuffer(self._packed, np.uint8), (bits >> np.uint64(3)).astype(np.intp), flags)
        self._runs.append(run)
        while len(self._runs) > 1:
            before, last = self._runs[-2:]
            if _LEVELS * len(last) <= len(before) or len(before) + len(last) > _LONGEST:
                break
            joined = np.concatenate([before, last])
            joined.sort()
            self._runs[-2:] = [joined]
