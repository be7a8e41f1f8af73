"""Signatures: how much two lists of tokens can have in common at most, told from a few machine words of each.

Every token, the second "the" of a text apart from its first, flips one bit. Two texts that share a token flip the same
bit, so the bits in which their signatures differ are at most as many as the tokens that one has and the other has not.
Of m and n tokens that leaves room for at most (m + n - bits) / 2 common ones, in any order and so in the same order.
This is the bitmap filter of Sandes, Teodoro and de Melo (ICDE 2020).
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Positions: TypeAlias = NDArray[np.intp]
    Floats: TypeAlias = NDArray[np.float64]
    Words: TypeAlias = NDArray[np.uint64]

_SHORT = 32  # tokens; up to here four lengths share a shelf, above it shelves grow with the length
_NARROW = 4  # words of a short text's signature: eight bits for each token keep most from falling on one another
_WIDEST = 256
_STRICT = 0.65  # from here on a quarter of the words tells nearly all pairs apart
_QUERIES = 128  # texts that are compared at once with
_ROWS = 1024  # so many others: what is computed in between fits in a core's own cache
_SLACK = 1e-6  # counts are whole numbers, limits are not


class Shelves:
    """Signatures of texts by their place, on shelves of like length."""

    def __init__(self) -> None:
        self._shelves: dict[int, _Shelf] = {}

    def add(self, place: int, codes: Sequence[int]) -> None:
        """Take in a text as its tokens' numbers. Places only go up."""
        number = _shelf_of(len(codes))
        shelf = self._shelves.get(number)
        if shelf is None:
            shelf = self._shelves[number] = _Shelf(_width(number))
        shelf.add(place, len(codes), _signature(codes, shelf.width))

    def bounds(self, codes: Sequence[int]) -> "tuple[Positions, Floats]":
        """Every place, in no order, with the most that ROUGE-L of its text and this one can be."""
        import numpy as np

        signature = _signature(codes, _width(_shelf_of(len(codes))))
        places = [np.empty(0, np.intp)]
        bounds = [np.empty(0)]
        for shelf in self._shelves.values():
            width = min(shelf.width, len(signature))
            differing = _differing(_folded(signature[:, None], width), shelf.columns(width))[0]
            together = shelf.lengths[: shelf.count] + len(codes)
            common = np.minimum((together - differing) // 2, np.minimum(shelf.lengths[: shelf.count], len(codes)))
            places.append(shelf.places[: shelf.count].astype(np.intp))
            bounds.append(2 * common / together)
        return np.concatenate(places), np.concatenate(bounds)

    def suspects(self, first: int, floor: float) -> "Iterator[tuple[int, Positions] | None]":
        """Every text from the place `first` on, with the earlier ones that may be `floor` alike or more, if any are.

        A None in between is a sign of life.
        """
        for shelf in self._shelves.values():
            for start in range(shelf.place_from(first), shelf.count, _QUERIES):
                stop = min(start + _QUERIES, shelf.count)
                yield from self._suspects_of(shelf, start, stop, floor)

    def _suspects_of(
        self, own: "_Shelf", start: int, stop: int, floor: float
    ) -> "Iterator[tuple[int, Positions] | None]":
        import numpy as np

        found: list[tuple[Positions, Positions]] = []
        for shelf in self._shelves.values():
            if own.may_be_like(shelf, floor):
                found.extend(_hits(own, start, stop, shelf, floor))
                yield None
        if not found:
            return
        queries, places = (np.concatenate(each) for each in zip(*found, strict=True))
        order = np.lexsort((places, queries))
        queries, places = queries[order], places[order]
        cuts = np.flatnonzero(np.diff(queries)) + 1
        for query, some in zip(queries[np.r_[0, cuts]].tolist(), np.split(places, cuts), strict=True):
            yield int(own.places[start + query]), some.astype(np.intp)


class _Shelf:
    """The signatures of texts of like length, in order of place, a column each."""

    def __init__(self, width: int) -> None:
        import numpy as np

        self.width = width
        self.count = 0
        self.least, self.most = 0, 0
        self.places = np.empty(16, np.int32)
        self.lengths = np.empty(16, np.int32)
        self.signs = np.empty((width, 16), np.uint64)

    def add(self, place: int, length: int, signature: "Words") -> None:
        if self.count == len(self.places):
            self._grow()
        self.places[self.count] = place
        self.lengths[self.count] = length
        self.signs[:, self.count] = signature
        self.least = min(self.least, length) or length
        self.most = max(self.most, length)
        self.count += 1

    def columns(self, width: int, start: int = 0, stop: int | None = None) -> "Words":
        return _folded(self.signs[:, start : self.count if stop is None else stop], width)

    def place_from(self, first: int) -> int:
        """Where the texts from the place `first` on begin."""
        import numpy as np

        return int(np.searchsorted(self.places[: self.count], first))

    def may_be_like(self, other: "_Shelf", floor: float) -> bool:
        """Whether any two of these lengths can be so alike: all tokens of the shorter one may be common."""
        least, most = (self.most, other.least) if self.most < other.least else (other.most, self.least)
        return least >= most or 2 * least >= floor * (least + most)

    def _grow(self) -> None:
        import numpy as np

        room = self.count + self.count // 2
        for name in ("places", "lengths", "signs"):
            old = getattr(self, name)
            new = np.empty((*old.shape[:-1], room), old.dtype)
            new[..., : self.count] = old
            setattr(self, name, new)


def _hits(own: _Shelf, start: int, stop: int, other: _Shelf, floor: float) -> "Iterator[tuple[Positions, Positions]]":
    """Places on the other shelf that may be like texts of this one, each with the number of its text from `start`."""
    import numpy as np

    width = min(own.width, other.width)
    coarse = max(1, width // 4) if floor >= _STRICT else width
    queries, lengths = own.columns(width, start, stop), own.lengths[start:stop]
    folded = _folded(queries, coarse)
    before = own.places[stop - 1]  # the last of these; no later text is asked for
    for at in range(0, other.place_from(int(before)), _ROWS):
        end = min(at + _ROWS, other.count)
        columns = other.columns(width, at, end)
        differing = _differing(folded, _folded(columns, coarse))
        limits = (1 - floor) * (int(lengths.max()) + other.lengths[at:end]) + _SLACK
        limits = np.minimum(limits, np.iinfo(differing.dtype).max).astype(differing.dtype)
        rows, places = np.divmod(np.flatnonzero(differing <= limits), end - at)
        if coarse < width:
            exact = np.bitwise_count(queries[:, rows] ^ columns[:, places]).sum(axis=0, dtype=np.int32)
        else:
            exact = differing[rows, places].astype(np.int32)
        others = other.lengths[at + places]
        together = lengths[rows] + others
        right = np.maximum(exact, np.abs(lengths[rows] - others)) <= (1 - floor) * together + _SLACK
        right &= other.places[at + places] < own.places[start + rows]
        if right.any():
            yield rows[right], other.places[at + places[right]]


def _differing(these: "Words", those: "Words") -> "NDArray[np.integer]":
    """In how many bits each of these signatures differs from each of those."""
    import numpy as np

    kind = np.uint8 if len(these) <= _NARROW else np.uint16  # 256 of 256 bits count as none, which is a bound as well
    total = np.zeros((these.shape[1], those.shape[1]), kind)
    for word, other in zip(these, those, strict=True):
        total += np.bitwise_count(word[:, None] ^ other)
    return total


def _signature(codes: Sequence[int], width: int) -> "Words":
    import numpy as np

    bits = 64 * width - 1
    signature = 0
    if len(set(codes)) == len(codes):
        for code in codes:
            signature ^= 1 << (code & bits)
    else:
        before: dict[int, int] = {}
        for code in codes:
            times = before.get(code, 0)
            before[code] = times + 1
            signature ^= 1 << (code + 83 * times & bits)
    return np.frombuffer(signature.to_bytes(8 * width, "little"), "<u8")


def _folded(signatures: "Words", width: int) -> "Words":
    """The same signatures over fewer bits."""
    import numpy as np

    if len(signatures) == width:
        return signatures
    folded: Words = np.bitwise_xor.reduce(signatures.reshape(-1, width, signatures.shape[1]), axis=0)
    return folded


def _shelf_of(length: int) -> int:
    if length <= _SHORT:
        return (length - 1) // 4
    octave = (length - 1).bit_length() - 1
    return 8 + 4 * (octave - 5) + ((length - 1) >> (octave - 2) & 3)


def _width(shelf: int) -> int:
    return _NARROW if shelf < 8 else min(_WIDEST, _NARROW << (shelf - 4) // 4)
