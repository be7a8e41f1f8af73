"""Shelves: texts of like length together, where those that may be like another one are found by its rarest tokens.

Put the tokens of all texts in one order, the rarest first. Two texts of m and n tokens that share at least k of them
share one that is among the first m - k + 1 of the one and the first n - k + 1 of the other, so only those are looked
up: the prefix filter of Chaudhuri, Ganti and Kaushik (ICDE 2006). What is found is told apart by signatures.
"""

from collections import defaultdict
from collections.abc import Generator, Iterator
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
_LONGEST = 1 << 15  # or both are longer than this together: to join them would keep everybody waiting
_AT_ONCE = 1 << 16  # places that are looked at together, so that what comes in between fits in a core's own cache
_TOO_MANY = 0.2  # places in proportion to all pairs, from which on it is quicker to compare each with each
_SLACK = 1e-6  # counts are whole numbers, limits are not
_RANK = 8  # bits of a key's rank among the keys of a text
_MOST = (1 << _RANK) - 1  # ranks from here on are one
_LOW = 0xFFFFFFFF


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    """Texts of one shelf that were taken in one after another: their signatures, and which of them hold a key."""

    places: "Positions"  # of each text
    lengths: "Numbers"
    signs: "Words"  # a column for each text
    keys: "Numbers"  # sorted, each once
    rarity: "Numbers"  # of each key: 1 is the rarest of this run
    starts: "Numbers"  # by rarity: where the holders of that key begin; one more at the end
    holders: "Numbers"  # the texts that hold a key, by their number in the run
    ranks: "Numbers"  # of each holder: the rarity of the key, and the rank that the key has in this text's own, sorted

    def rarities(self, keys: "Numbers") -> "Numbers":
        """How rare each of these keys is here; 0: no text has it."""
        import numpy as np

        at = np.searchsorted(self.keys, keys)
        at[at == len(self.keys)] = 0
        return np.where(self.keys[at] == keys, self.rarity[at], 0)


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Texts of one shelf that were taken in together."""

    shelf: int
    places: "Positions"
    lengths: "Numbers"
    signs: "Words"
    keys: "Numbers"  # of the first text, then of the second, …
    owners: "Numbers"  # the text that each key is of, by its number in the batch


class Shelves:
    """Texts by their place, as numbers of their tokens."""

    def __init__(self) -> None:
        self._runs: defaultdict[int, list[_Run]] = defaultdict(list)

    def take_in(self, first: int, lengths: "Numbers", codes: "Numbers") -> "Generator[None, None, list[Batch]]":
        """Take in texts from the place `first` on: their lengths, and the numbers of all tokens; signs of life."""
        import numpy as np

        shelves = np.array([_shelf_of(length) for length in lengths.tolist()])
        owners = np.repeat(np.arange(len(lengths)), lengths)
        keys = _keys(codes, owners)
        yield
        batches = []
        for shelf in np.unique(shelves).tolist():
            mine = np.flatnonzero(shelves == shelf)
            some = shelves[owners] == shelf
            own = np.repeat(np.arange(len(mine)), lengths[mine])
            signs = signatures(keys[some], own, len(mine), _width(shelf))
            batches.append(Batch(shelf, first + mine, lengths[mine].astype(np.int32), signs, keys[some], own))
        for batch in batches:
            yield
            yield from self._put(batch)
        return batches

    def suspects(self, batch: Batch, floor: float) -> "Iterator[tuple[int, Positions] | None]":
        """Every text of the batch with the earlier ones that may be `floor` alike or more, if any are.

        A None in between is a sign of life.
        """
        import numpy as np

        keys, number = np.unique(batch.keys, return_inverse=True)
        found: list[tuple[Numbers, Numbers]] = []
        for run in [run for shelf in list(self._runs) for run in self._near(batch, shelf, floor)]:
            for rows, others in _pairs(batch, run, run.rarities(keys)[number], floor):
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

    def _put(self, batch: Batch) -> Iterator[None]:
        runs = self._runs[batch.shelf]
        runs.append((yield from _run(batch.places, batch.lengths, batch.signs, batch.keys, batch.owners)))
        while len(runs) > 1 and _LEVELS * len(runs[-1].places) > len(runs[-2].places):
            if len(runs[-1].places) + len(runs[-2].places) > _LONGEST:
                break
            yield
            runs[-2:] = [(yield from _joined(*runs[-2:]))]


def _pairs(batch: Batch, run: _Run, rarities: "Numbers", floor: float) -> "Iterator[tuple[Numbers, Numbers]]":
    """Texts of the batch and of the run that may be `floor` alike, perhaps a pair more than once."""
    import numpy as np

    width = min(len(batch.signs), len(run.signs))
    these, those = folded(batch.signs, width), folded(run.signs, width)
    owners, starts, counts = _looked_up(batch, run, rarities, floor)
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    if total > _TOO_MANY * len(batch.places) * len(run.places):
        yield from all_that_may_be_like(these, batch.lengths, those, run.lengths, floor)
        return
    cuts = np.searchsorted(ends, np.arange(_AT_ONCE, total, _AT_ONCE)).tolist()
    for start, stop in zip([0, *cuts], [*cuts, len(counts)], strict=True):
        some = counts[start:stop]
        rows = np.repeat(owners[start:stop], some)
        offsets = np.repeat(starts[start:stop] - (np.cumsum(some) - some), some)
        others = run.holders[offsets + np.arange(len(rows))]
        near = may_be_like(these[:, rows], batch.lengths[rows], those[:, others], run.lengths[others], floor)
        yield rows[near], others[near]


def _looked_up(batch: Batch, run: _Run, rarities: "Numbers", floor: float) -> "tuple[Positions, Positions, Positions]":
    """For texts of the batch, where those begin that share a rare token with it, and how many they are."""
    import numpy as np

    lengths = batch.lengths.astype(np.int64)
    # Texts that are shorter or longer than this cannot be so alike.
    least = np.maximum(int(run.lengths.min()), np.ceil(floor * lengths / (2 - floor) - _SLACK))
    most = np.minimum(int(run.lengths.max()), np.floor((2 - floor) * lengths / floor + _SLACK))
    own = lengths - _common(lengths, least, floor) + 1
    theirs = int((most - _common(lengths, most, floor)).max()) + 1
    together = (batch.owners << 32) + rarities
    together.sort()
    ranks = np.arange(len(together)) - (np.cumsum(lengths) - lengths)[batch.owners]
    together = together[(ranks < own[batch.owners]) & ((together & _LOW) > 0)]
    owners, rarities = together >> 32, together & _LOW
    order = rarities.argsort()
    owners, rarities = owners[order], rarities[order]
    starts = run.starts[rarities].astype(np.int64)
    ends = np.searchsorted(run.ranks, (rarities << _RANK | min(max(theirs, 0), _MOST)).astype(np.uint32))
    if theirs > _MOST:
        ends = run.starts[rarities + 1].astype(np.int64)
    return owners, starts, ends - starts


def _common(lengths: "Numbers", others: "Numbers", floor: float) -> "NDArray[np.float64]":
    """How many tokens two texts of these lengths must share to be so alike."""
    import numpy as np

    common: Floats = np.ceil(floor / 2 * (lengths + others) - _SLACK)
    return common


def _run(
    places: "Positions", lengths: "Numbers", signs: "Words", keys: "Numbers", owners: "Numbers"
) -> Generator[None, None, _Run]:
    """The texts with all that is looked up of them; signs of life."""
    import numpy as np

    each, number, counts = np.unique(keys, return_inverse=True, return_counts=True)
    yield
    order = np.argsort(counts, kind="stable")
    rarity = np.empty(len(each), np.int32)
    rarity[order] = np.arange(1, len(each) + 1)
    by_text = (owners.astype(np.int64) << 32) + rarity[number]
    by_text.sort()
    yield
    owners = by_text >> 32
    ranks = np.arange(len(owners)) - (np.cumsum(lengths, dtype=np.int64) - lengths)[owners]
    by_key = ((by_text & _LOW) << _RANK | np.minimum(ranks, _MOST)) << 24 | owners
    by_key.sort()
    yield
    starts = np.concatenate([[0, 0], np.cumsum(counts[order])]).astype(np.int32)
    holders = (by_key & 0xFFFFFF).astype(np.int32)
    return _Run(places, lengths, signs, each, rarity, starts, holders, (by_key >> 24).astype(np.uint32))


def _joined(one: _Run, other: _Run) -> Generator[None, None, _Run]:
    import numpy as np

    places = np.concatenate([one.places, other.places])
    lengths = np.concatenate([one.lengths, other.lengths])
    signs = np.concatenate([one.signs, other.signs], axis=1)
    keys = np.concatenate([run.keys[np.argsort(run.rarity)][(run.ranks >> _RANK) - 1] for run in (one, other)])
    yield
    return (
        yield from _run(places, lengths, signs, keys, np.concatenate([one.holders, other.holders + len(one.places)]))
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
