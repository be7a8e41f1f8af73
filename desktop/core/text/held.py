"""Keys that many rows may hold, eight bytes for each of a row's: which earlier rows hold one of these."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_FRESH = 1 << 16  # keys that are held in a dictionary before they are packed
_LEVELS = 16  # a packed run is joined to the one before it unless that is so many times as long
_LONGEST = 1 << 22  # or both are longer than this together: a join needs twice the room
_PLACE = 32  # bits
_NEAR = 5  # bits: keys that differ in no others share one bit of what says which keys may be packed
_LOW = (1 << _PLACE) - 1
_AT_ONCE = 1 << 20  # finds that are put in order together


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
        asked = np.array(some, np.uint64) << np.uint64(_PLACE) | np.uint64(_LOW)
        for run in self._runs:
            found.update(_held_before(run, asked).places().tolist())
        return found

    def extend(self, first: int, keys: "NDArray[np.uint32]") -> "Iterator[NDArray[np.uint64]]":
        """Note the keys of rows at the places from `first` on, a line each.

        Says of each which earlier rows hold one of its keys, in order; those of this call are among them.
        """
        import numpy as np

        self._pack()
        places = np.arange(first, first + len(keys), dtype=np.uint64)
        own = np.sort((keys.astype(np.uint64) << np.uint64(_PLACE) | places[:, None]).ravel())
        known = own[self._may_be_packed(own)]
        held = [*(_held_before(run, known) for run in self._runs), _held_before(own, own)]
        self._keep(own)
        return _in_order(held, places)

    def _pack(self) -> None:
        import numpy as np

        if self._waiting:
            run = np.sort(np.array(self._waiting, np.uint64))
            self._fresh, self._waiting = {}, array("Q")
            self._keep(run)

    def _keep(self, run: "NDArray[np.uint64]") -> None:
        import numpy as np

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
            joined.sort(kind="stable")  # which sees that it is two runs in order
            self._runs[-2:] = [joined]

    def _may_be_packed(self, numbers: "NDArray[np.uint64]") -> "NDArray[np.bool_]":
        """Of which numbers the key may be in the runs."""
        import numpy as np

        if not self._packed:
            return np.zeros(len(numbers), np.bool_)
        bits = numbers >> np.uint64(_PLACE + _NEAR)
        packed = np.frombuffer(self._packed, np.uint8)[(bits >> np.uint64(3)).astype(np.intp)]
        there: NDArray[np.bool_] = (packed >> (bits & np.uint64(7)).astype(np.uint8) & 1).astype(np.bool_)
        return there


@dataclass(frozen=True, slots=True)
class _Stretches:
    """Stretches of a run, each of the rows that hold a key which a later row holds as well, by that row."""

    run: "NDArray[np.uint64]"
    rows: "NDArray[np.uint64]"  # the place of the later row, ascending
    starts: "NDArray[np.intp]"
    counts: "NDArray[np.intp]"

    def of(self, places: "NDArray[np.uint64]") -> "_Stretches":
        """Those of the rows at these places, which follow one another."""
        begin, end = self.rows.searchsorted(places[0]), self.rows.searchsorted(places[-1], side="right")
        return _Stretches(self.run, self.rows[begin:end], self.starts[begin:end], self.counts[begin:end])

    def places(self) -> "NDArray[np.uint64]":
        """The places in all of them, one stretch after another."""
        import numpy as np

        # All places of each stretch: from its start on, less what the stretches before it have.
        at = np.repeat(self.starts - self.counts.cumsum() + self.counts, self.counts)
        return self.run[at + np.arange(len(at))] & np.uint64(_LOW)


def _held_before(run: "NDArray[np.uint64]", asked: "NDArray[np.uint64]") -> _Stretches:
    """Where a run has the keys of these numbers with a lower place than theirs."""
    import numpy as np

    rows = asked & np.uint64(_LOW)
    starts = run.searchsorted(asked - rows)
    counts = run.searchsorted(asked) - starts
    there = np.flatnonzero(counts)
    there = there[np.argsort(rows[there], kind="stable")]
    return _Stretches(run, rows[there], starts[there], counts[there])


def _in_order(held: Sequence[_Stretches], places: "NDArray[np.uint64]") -> "Iterator[NDArray[np.uint64]]":
    """What the stretches hold for each of these rows; not all at once, for each row may be like all others."""
    import numpy as np

    finds = np.zeros(len(places), np.intp)
    for each in held:
        np.add.at(finds, (each.rows - places[0]).astype(np.intp), each.counts)
    while len(places):
        some = max(1, int(finds.cumsum().searchsorted(_AT_ONCE, side="right")))
        parts = [each.of(places[:some]) for each in held]
        pairs = [np.repeat(each.rows, each.counts) << np.uint64(_PLACE) | each.places() for each in parts]
        found = np.unique(np.concatenate(pairs))
        yield from np.split(found & np.uint64(_LOW), found.searchsorted(places[1:some] << np.uint64(_PLACE)))
        places, finds = places[some:], finds[some:]
