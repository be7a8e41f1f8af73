"""Shelves: texts of like length together, where those that may be like another one are found by its rarest tokens.

A text of m tokens that shares at least k of them with another one shares at least one of any m - k + 1; so it is enough
to look up that many, the rarest (the prefix filter of Chaudhuri, Ganti and Kaushik, ICDE 2006). What is found is told
apart by signatures.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from desktop.core.text.signatures import all_that_may_be_like, folded, may_be_like, signatures

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers: TypeAlias = NDArray[np.integer]
    Positions: TypeAlias = NDArray[np.intp]
    Floats: TypeAlias = NDArray[np.float64]
    Words: TypeAlias = NDArray[np.uint64]

_SHORT = 32  # tokens; up to here four lengths share a shelf, above it shelves grow with the length
_WIDTH = 4  # words of a short text's signature: eight bits for each token keep most from falling on one another
_WIDEST = 256
_AGAIN = 21  # bits of a token's number; above them stands how often it came before in its text
_LEVELS = 16  # a run of texts is joined to the one before it unless that is so many times as long
_AT_ONCE = 1 << 16  # places that are looked at together, so that what comes in between fits in a core's own cache
_TOO_MANY = 0.2  # places in proportion to all pairs, from which on it is quicker to compare each with each
_SLACK = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    """Texts of one shelf that were taken in one after another: their signatures, and which of them hold a key."""

    places: "Numbers"  # of each text
    lengths: "Numbers"
    signs: "Words"  # a column for each text
    keys: "Numbers"  # sorted, each once
    starts: "Numbers"  # where the holders of each key begin; one more at the end
    holders: "Numbers"  # the texts that hold a key, by their number in the run

    def held(self, keys: "Numbers") -> "tuple[Numbers, Numbers]":
        """Where the holders of each of these keys begin, and how many they are."""
        import numpy as np

        at = np.searchsorted(self.keys, keys)
        at[at == len(self.keys)] = 0
        starts = self.starts[at]
        return starts, np.where(self.keys[at] == keys, self.starts[at + 1] - starts, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Texts of one shelf that were taken in together."""

    shelf: int
    places: "Numbers"
    lengths: "Numbers"
    signs: "Words"
    keys: "Numbers"  # of the first text, then of the second, …
    owners: "Numbers"  # the text that each key is of, by its number in the batch


class Shelves:
    """Texts by their place, as numbers of their tokens."""

    def __init__(self) -> None:
        self._runs: defaultdict[int, list[_Run]] = defaultdict(list)

    def take_in(self, first: int, lengths: "Numbers", codes: "Numbers") -> list[Batch]:
        """Take in texts from the place `first` on: their lengths, and the numbers of all their tokens."""
        import numpy as np

        shelves = np.array([_shelf_of(length) for length in lengths.tolist()])
        owners = np.repeat(np.arange(len(lengths)), lengths)
        keys = _keys(codes, owners)
        batches = []
        for shelf in np.unique(shelves).tolist():
            mine = np.flatnonzero(shelves == shelf)
            some = shelves[owners] == shelf
            own = np.repeat(np.arange(len(mine)), lengths[mine])
            signs = signatures(keys[some], own, len(mine), _width(shelf))
            places = (first + mine).astype(np.int32)
            batches.append(Batch(shelf, places, lengths[mine].astype(np.int32), signs, keys[some], own))
        for batch in batches:
            self._put(batch)
        return batches

    def bounds(self, codes: "Numbers") -> "tuple[Positions, Floats]":
        """Every place, in no order, with the most that ROUGE-L of its text and this one can be."""
        import numpy as np

        keys = np.unique(_keys(codes, np.zeros(len(codes), np.intp)))
        places, bounds = [np.empty(0, np.intp)], [np.empty(0)]
        for runs in self._runs.values():
            for run in runs:
                held = zip(*(each.tolist() for each in run.held(keys)), strict=True)
                holders = [run.holders[start : start + count] for start, count in held if count]
                shared = np.bincount(np.concatenate([*holders, run.holders[:0]]), minlength=len(run.places))
                places.append(run.places)
                bounds.append(2 * shared / (run.lengths + len(codes)))
        return np.concatenate(places), np.concatenate(bounds)

    def suspects(self, batch: Batch, floor: float) -> "Iterator[tuple[int, Positions] | None]":
        """Every text of the batch with the earlier ones that may be `floor` alike or more, if any are.

        A None in between is a sign of life.
        """
        import numpy as np

        prefix = _Prefix(batch, [run for shelf in list(self._runs) for run in self._near(batch, shelf, floor)])
        found: list[tuple[Positions, Numbers]] = []
        for number, run in enumerate(prefix.runs):
            for rows, others in prefix.pairs(number, floor):
                earlier = run.places[others] < batch.places[rows]
                found.append((rows[earlier], run.places[others[earlier]]))
                yield None
        if not found:
            return
        rows, places = (np.concatenate(each).astype(np.intp) for each in zip(*found, strict=True))
        pairs = np.unique(rows << 32 | places)
        rows, places = pairs >> 32, pairs & 0xFFFFFFFF
        cuts = np.flatnonzero(np.diff(rows)) + 1
        for row, some in zip(rows[np.r_[0, cuts]].tolist() if len(rows) else (), np.split(places, cuts), strict=False):
            yield int(batch.places[row]), some

    def _near(self, batch: Batch, shelf: int, floor: float) -> list[_Run]:
        """The runs of a shelf, if any two of these lengths can be so alike."""
        (least, most), (low, high) = _lengths_of(batch.shelf), _lengths_of(shelf)
        short, long = (most, low) if most < low else (high, least)
        return self._runs[shelf] if short >= long or 2 * short >= floor * (short + long) else []

    def _put(self, batch: Batch) -> None:
        runs = self._runs[batch.shelf]
        runs.append(_run(batch.places, batch.lengths, batch.signs, batch.keys, batch.owners))
        while len(runs) > 1 and _LEVELS * len(runs[-1].places) > len(runs[-2].places):
            runs[-2:] = [_joined(*runs[-2:])]


class _Prefix:
    """The tokens of a batch, the rarest of each text first, and where these runs hold them."""

    def __init__(self, batch: Batch, runs: list[_Run]) -> None:
        import numpy as np

        self.runs = runs
        self._batch = batch
        keys, number = np.unique(batch.keys, return_inverse=True)
        self._held = [run.held(keys) for run in runs]
        frequency = np.zeros(len(keys), np.int64)
        for _starts, counts in self._held:
            frequency += counts
        order = np.lexsort((frequency[number], batch.owners))
        self._numbers = number[order]
        ends = np.cumsum(batch.lengths)
        self._ranks = np.arange(len(number)) - (ends - batch.lengths)[batch.owners]

    def pairs(self, number: int, floor: float) -> "Iterator[tuple[Positions, Positions]]":
        """Texts of the batch and of one of the runs that may be `floor` alike, perhaps a pair more than once."""
        import numpy as np

        batch, run = self._batch, self.runs[number]
        lengths = batch.lengths.astype(np.int64)
        # No text that is shorter than this can be so alike.
        least = np.maximum(int(run.lengths.min()), np.ceil(floor * lengths / (2 - floor) - _SLACK))
        common = np.ceil(floor / 2 * (lengths + least) - _SLACK)
        taken = self._ranks < (lengths - common + 1)[batch.owners]
        starts, counts = (each[self._numbers[taken]] for each in self._held[number])
        owners = batch.owners[taken]
        starts, counts, owners = starts[counts > 0], counts[counts > 0], owners[counts > 0]
        width = min(len(batch.signs), len(run.signs))
        these, those = folded(batch.signs, width), folded(run.signs, width)
        total = int(counts.sum())
        if total > _TOO_MANY * len(batch.places) * len(run.places):
            yield from all_that_may_be_like(these, batch.lengths, those, run.lengths, floor)
            return
        ends = np.cumsum(counts)
        cuts = np.searchsorted(ends, np.arange(_AT_ONCE, total, _AT_ONCE))
        for start, stop in zip([0, *cuts], [*cuts, len(counts)], strict=True):
            some = counts[start:stop]
            rows = np.repeat(owners[start:stop], some)
            offsets = np.repeat(starts[start:stop] - (np.cumsum(some) - some), some)
            others = run.holders[offsets + np.arange(len(rows))]
            near = may_be_like(these[:, rows], batch.lengths[rows], those[:, others], run.lengths[others], floor)
            yield rows[near], others[near]


def _run(places: "Numbers", lengths: "Numbers", signs: "Words", keys: "Numbers", owners: "Numbers") -> _Run:
    import numpy as np

    together = keys.astype(np.uint64) << np.uint64(32) | owners.astype(np.uint64)
    together.sort()
    own, starts = np.unique((together >> np.uint64(32)).astype(np.uint32), return_index=True)
    ends = np.append(starts, len(together)).astype(np.int32)
    return _Run(places, lengths, signs, own, ends, (together & np.uint64(0xFFFFFFFF)).astype(np.int32))


def _joined(one: _Run, other: _Run) -> _Run:
    import numpy as np

    return _run(
        np.concatenate([one.places, other.places]),
        np.concatenate([one.lengths, other.lengths]),
        np.concatenate([one.signs, other.signs], axis=1),
        np.concatenate([np.repeat(run.keys, np.diff(run.starts)) for run in (one, other)]),
        np.concatenate([one.holders, other.holders + len(one.places)]),
    )


def _keys(codes: "Numbers", owners: "Numbers") -> "Numbers":
    """A number for each token of each text, another one where it came before in the text.

    Two tokens may have one number where there are a million others: then a bound is only less close.
    """
    import numpy as np

    order = np.lexsort((codes, owners))
    same = (np.diff(codes[order], prepend=-1) == 0) & (np.diff(owners[order], prepend=-1) == 0)
    at = np.arange(len(codes))
    again = at - np.maximum.accumulate(np.where(same, 0, at))
    keys = codes.astype(np.uint32)
    keys[order] += (again << _AGAIN).astype(np.uint32)
    return keys


def _shelf_of(length: int) -> int:
    if length <= _SHORT:
        return (length - 1) // 4
    octave = (length - 1).bit_length() - 1
    return 8 + 4 * (octave - 5) + ((length - 1) >> (octave - 2) & 3)


def _lengths_of(shelf: int) -> tuple[int, int]:
    """The least and the most tokens of a shelf's texts."""
    if shelf < 8:
        return 4 * shelf + 1, 4 * shelf + 4
    quarter = 1 << (shelf // 4 + 1)
    least = (4 + shelf % 4) * quarter + 1
    return least, least + quarter - 1


def _width(shelf: int) -> int:
    return _WIDTH if shelf < 8 else min(_WIDEST, _WIDTH << (shelf - 4) // 4)
