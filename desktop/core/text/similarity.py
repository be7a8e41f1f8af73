"""ROUGE-L, exactly: the earlier texts that a new one is most like.

ROUGE-L F1 of two token lists of m and n tokens is 2·LCS/(m+n), LCS being their longest common subsequence. The
quotient is rounded correctly, so comparing it with a decimal threshold decides as integers would: 14/20 is not
above 0.7.
"""

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from desktop.core.text.words import tokens

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Positions: TypeAlias = NDArray[np.intp]

_Key: TypeAlias = int | tuple[int, int]

FLOOR = 0.5
"""Pairs at least this alike are kept, so that a threshold can be moved later without reading text again."""

# How many rows are compared at first when looking for the nearest below the floor; each further round takes more.
_FIRST_ROUND = 128
_NEXT_ROUND = 4


@dataclass(frozen=True, slots=True)
class Near:
    """An earlier text, by its place in the index, and how alike it is."""

    place: int
    value: float


@dataclass(frozen=True, slots=True)
class Nearest:
    """What a text was found to be like."""

    best: tuple[Near, ...]  # the most alike texts of the pool, the most alike first
    alike: tuple[Near, ...]  # every text, of the pool or not, at or above the floor, in order of place
    average: float | None  # over the whole pool; None where it was not asked for or the pool is empty


class _Codes(dict[str, int]):
    """Gives every token a number of its own, in order of arrival."""

    def __missing__(self, token: str) -> int:
        self[token] = code = len(self)
        return code


class SimilarityIndex:
    """Texts in order of arrival, ready to be compared with one more by ROUGE-L. Every figure is exact.

    Two texts can share no more in order than they share at all. So the tokens each earlier text shares with the
    new one are counted first (an inverted index and one bincount), which bounds its value from above, and only
    texts whose bound reaches the floor, or the best found so far, are compared in order.
    """

    def __init__(self) -> None:
        self._codes = _Codes()
        self._places: defaultdict[_Key, array[int]] = defaultdict(lambda: array("i"))  # the texts that hold a token
        self._texts: list[str | tuple[int, ...]] = []
        self._lengths = array("i")
        self._in_pool = array("b")

    def add(self, text: str, in_pool: bool = True) -> int:
        """Take in a text and return its place. One that is not in the pool is only ever among `Nearest.alike`."""
        place = len(self._texts)
        codes = [self._codes[token] for token in _comparable(text)]
        self._texts.append(_packed(codes))
        self._lengths.append(len(codes))
        self._in_pool.append(in_pool)
        for key in _keys(codes):
            self._places[key].append(place)
        return place

    def compare(self, text: str, without: Collection[int] = (), top: int = 10, average: bool = False) -> Nearest:
        """The nearest of the texts so far, leaving out the places in `without`.

        `average` compares with every text that shares a token, which takes many times as long.
        """
        import numpy as np

        if not self._texts:
            return Nearest((), (), None)
        # A token never seen gets a number that no earlier text has.
        codes = [self._codes.get(token, len(self._codes)) for token in _comparable(text)]
        packed = _packed(codes)
        shared = self._shared(codes)
        together = np.frombuffer(self._lengths, np.intc) + len(codes)
        bounds: Floats = 2 * shared / together
        left_out = list(without)
        bounds[left_out] = 0

        places = np.flatnonzero(bounds > 0 if average else bounds >= FLOOR)
        values = self._measured(packed, places, together)
        alike = values >= FLOOR
        nearest_of_all = places[alike], values[alike]

        pool = np.frombuffer(self._in_pool, np.bool_)
        bounds *= pool
        bounds[places] = 0
        places, values = places[pool[places]], values[pool[places]]
        size = int(pool.sum()) - int(pool[left_out].sum())
        mean = float(values.sum()) / size if average and size else None
        places, values = _best(places, values, top)
        count = _FIRST_ROUND
        while (more := _promising(bounds, count, values[-1] if len(values) == top else 0.0)).size:
            measured = self._measured(packed, more, together)
            bounds[more] = 0
            places, values = _best(np.concatenate([places, more]), np.concatenate([values, measured]), top)
            count *= _NEXT_ROUND
        return Nearest(tuple(_near(places, values)), tuple(_near(*nearest_of_all)), mean)

    def _shared(self, codes: list[int]) -> "NDArray[np.intp]":
        """How many tokens each text shares with these, in any order."""
        import numpy as np

        found = [np.frombuffer(places, np.intc) for key in _keys(codes) if (places := self._places.get(key))]
        if not found:
            return np.zeros(len(self._texts), np.intp)
        return np.bincount(np.concatenate(found), minlength=len(self._texts))

    def _measured(self, text: str | tuple[int, ...], places: "Positions", together: "NDArray[np.intc]") -> "Floats":
        import numpy as np
        from rapidfuzz import process
        from rapidfuzz.distance import LCSseq

        others = [self._texts[place] for place in places.tolist()]
        common = process.cdist([text], others, scorer=LCSseq.similarity, dtype=np.int32)[0]
        measured: Floats = 2 * common / together[places]
        return measured


def _comparable(text: str) -> list[str]:
    # A text without a token, such as "???", becomes one token of its own that no other text can have.
    return tokens(text) or ["\0" + text.strip()]


def _packed(codes: list[int]) -> str | tuple[int, ...]:
    """A sequence that rapidfuzz compares item by item: a string, which is fastest, while numbers fit in one."""
    try:
        return "".join(map(chr, codes))
    except ValueError:
        return tuple(codes)


def _keys(codes: Sequence[int]) -> Iterable[_Key]:
    """Each token, and where it came before in this text also how often, so that none is there twice."""
    once = set(codes)
    if len(once) == len(codes):
        return once
    before: dict[int, int] = {}
    keys: list[_Key] = []
    for code in codes:
        times = before.get(code, 0)
        before[code] = times + 1
        keys.append((code, times) if times else code)
    return keys


def _best(places: "Positions", values: "Floats", top: int) -> tuple["Positions", "Floats"]:
    """The `top` highest values above 0 with their places, the highest first, the earlier first among equals."""
    import numpy as np

    order = np.lexsort((places, -values))[:top]
    order = order[values[order] > 0]
    return places[order], values[order]


def _promising(bounds: "Floats", count: int, best: float) -> "Positions":
    """Up to about `count` places whose bound is above `best`, those with the highest bounds."""
    import numpy as np

    places = np.flatnonzero(bounds > best)
    if len(places) > count:
        least = np.partition(bounds[places], len(places) - count)[len(places) - count]
        places = places[bounds[places] >= least]
    return places


def _near(places: "Positions", values: "Floats") -> Iterable[Near]:
    return (Near(int(place), float(value)) for place, value in zip(places, values, strict=True))
