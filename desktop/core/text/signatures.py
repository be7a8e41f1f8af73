"""Signatures: how much two lists of tokens can have in common at most, told from a few machine words of each.

Every token, the second "the" of a text apart from its first, flips one bit. Two texts that share a token flip the same
bit, so the bits in which their signatures differ are at most as many as the tokens that one has and the other has not.
Of m and n tokens that leaves room for at most (m + n - bits) / 2 common ones, in any order and so in the same order.
This is the bitmap filter of Sandes, Teodoro and de Melo (ICDE 2020).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers: TypeAlias = NDArray[np.integer]
    Positions: TypeAlias = NDArray[np.intp]
    Words: TypeAlias = NDArray[np.uint64]

_SLACK = 1e-6  # counts are whole numbers, limits are not
_NARROW = 4  # words up to which a count of differing bits fits in a byte
_STRICT = 0.65  # from here on a quarter of the words tells nearly all pairs apart
_ROWS = 1024  # texts that are compared at once with a hundred others or so: what comes in between fits in a cache


def signatures(keys: "Numbers", owners: "Numbers", count: int, width: int) -> "Words":
    """The signatures of `count` texts, a column of `width` words each, from the keys of all their tokens."""
    import numpy as np

    bits = keys.astype(np.uint64) & np.uint64(64 * width - 1)
    flips = np.uint64(1) << (bits & np.uint64(63))
    signs = np.zeros(width * count, np.uint64)
    np.bitwise_xor.at(signs, (bits >> np.uint64(6)).astype(np.intp) * count + owners, flips)
    return signs.reshape(width, count)


def folded(signs: "Words", width: int) -> "Words":
    """The same signatures over fewer words."""
    import numpy as np

    if len(signs) == width:
        return signs
    narrow: Words = np.bitwise_xor.reduce(signs.reshape(-1, width, signs.shape[1]), axis=0)
    return narrow


def may_be_like(
    these: "Words", lengths: "Numbers", those: "Words", other_lengths: "Numbers", floor: float
) -> "NDArray[np.bool_]":
    """Of pairs of texts, a column on either side: whether each may be `floor` alike."""
    import numpy as np

    bits = np.abs(lengths - other_lengths)
    differing = np.zeros(len(bits), bits.dtype)
    for word, other in zip(these, those, strict=True):
        differing += np.bitwise_count(word ^ other)
    near: NDArray[np.bool_] = np.maximum(bits, differing) <= (1 - floor) * (lengths + other_lengths) + _SLACK
    return near


def all_that_may_be_like(
    these: "Words", lengths: "Numbers", those: "Words", other_lengths: "Numbers", floor: float
) -> "Iterator[tuple[Positions, Positions]]":
    """Compare each with each; the pairs that may be `floor` alike."""
    import numpy as np

    width = len(these)
    coarse = max(1, width // 4) if floor >= _STRICT else width
    narrow = folded(these, coarse)
    for at in range(0, those.shape[1], _ROWS):
        some, their_lengths = those[:, at : at + _ROWS], other_lengths[at : at + _ROWS]
        differing = _differing(narrow, folded(some, coarse))
        limits = (1 - floor) * (int(lengths.max()) + their_lengths) + _SLACK
        limits = np.minimum(limits, np.iinfo(differing.dtype).max).astype(differing.dtype)
        rows, places = np.divmod(np.flatnonzero(differing <= limits), len(their_lengths))
        near = may_be_like(these[:, rows], lengths[rows], some[:, places], their_lengths[places], floor)
        yield rows[near], at + places[near]


def _differing(these: "Words", those: "Words") -> "Numbers":
    """In how many bits each of these signatures differs from each of those."""
    import numpy as np

    kind = np.uint8 if len(these) <= _NARROW else np.uint16  # 256 of 256 bits count as none, which is a bound as well
    total = np.zeros((these.shape[1], those.shape[1]), kind)
    for word, other in zip(these, those, strict=True):
        total += np.bitwise_count(word[:, None] ^ other)
    return total
