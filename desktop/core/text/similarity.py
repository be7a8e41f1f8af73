"""ROUGE-L, exactly: the earlier texts that a new one is most like.

ROUGE-L F1 of two token lists of m and n tokens is 2·LCS/(m+n), LCS being their longest common subsequence. The
quotient is rounded correctly, so comparing it with a decimal threshold decides as integers would: 14/20 is not
above 0.7.
"""

from array import array
from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

from desktop.core.text.shelves import Batch, Shelves
from desktop.core.text.words import tokens

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Positions: TypeAlias = NDArray[np.intp]

FLOOR = 0.5
"""Pairs at least this alike are kept, so that a threshold can be moved later without reading text again."""

Standing = Literal["taken in", "dropped", "pooled"]
_STANDINGS: Sequence[Standing] = ("taken in", "dropped", "pooled")
_POOLED = 2

# How many rows are compared at first when looking for the nearest below the floor; each further round takes more.
_FIRST_ROUND = 128
_NEXT_ROUND = 4

_AGAIN = 32  # bits of a token's number; above them stands how often it came before in its text
_BATCH = 2048  # texts that are shelved together


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


@dataclass(frozen=True, slots=True)
class Alike:
    """A text by its place, and the earlier ones that are like it, in order of place."""

    place: int
    places: "Positions"
    values: "Floats"


class _Codes(dict[str, int]):
    """Gives every token a number of its own, in order of arrival."""

    def __missing__(self, token: str) -> int:
        self[token] = code = len(self)
        return code


class _Holders(dict[int, "array[int]"]):
    """The places of the texts that hold a key, each text once."""

    def __missing__(self, key: int) -> "array[int]":
        self[key] = places = array("i")
        return places


class SimilarityIndex:
    """Texts in order of arrival, ready to be compared with one more by ROUGE-L. Every figure is exact.

    Two texts can share no more in order than they share at all. So what each earlier text can share with the new one
    at most is told from its tokens first, and only texts whose bound reaches the floor, or the best found so far, are
    compared in order.
    """

    def __init__(self) -> None:
        self._codes = _Codes()
        self._shelves = Shelves()  # for many texts together
        self._shelved = 0  # texts up to this place stand on the shelves
        self._holders = _Holders()  # for one text
        self._held = 0  # texts up to this place are among the holders
        self._texts: list[str | tuple[int, ...]] = []
        self._lengths = array("i")
        self._standing = array("b")

    def __len__(self) -> int:
        return len(self._texts)

    def add(self, text: str, in_pool: bool = True) -> int:
        """Take in a text and return its place. One that is not in the pool is only ever among `Nearest.alike`."""
        place = self._take_in(text)
        self.stand(place, "pooled" if in_pool else "dropped")
        return place

    def stand(self, place: int, standing: Standing) -> None:
        """Say what became of a text that `extend` took in; until then no text is found to be like it."""
        self._standing[place] = _STANDINGS.index(standing)

    def compare(self, text: str, without: Collection[int] = (), top: int = 10, average: bool = False) -> Nearest:
        """The nearest of the texts so far, leaving out the places in `without`.

        `average` compares with every text of the pool, which takes many times as long.
        """
        import numpy as np

        # A token never seen gets a number that no earlier text has.
        codes = [self._codes.get(token, len(self._codes)) for token in _comparable(text)]
        packed = _packed(codes)
        bounds = self._bounds(codes)
        bounds[list(without)] = 0
        standing = np.frombuffer(self._standing, np.int8)

        def measured(some: "Positions", least: int) -> tuple["Positions", "Floats"]:
            held = some[standing[some] >= least]
            return held, self._measured(packed, held)

        near = np.flatnonzero(bounds > 0 if average else bounds >= FLOOR)
        held, values = measured(near, 1)
        alike = values >= FLOOR
        nearest_of_all = tuple(_near(held[alike], values[alike]))
        pooled = standing[held] == _POOLED
        mean = self._mean(values[pooled], without) if average else None
        best, values = _best(held[pooled], values[pooled], top)
        bounds[near] = 0
        count = _FIRST_ROUND
        while (more := _promising(bounds, count, values[-1] if len(values) == top else 0.0)).size:
            held, found = measured(more, _POOLED)
            bounds[more] = 0
            best, values = _best(np.concatenate([best, held]), np.concatenate([values, found]), top)
            count *= _NEXT_ROUND
        return Nearest(tuple(_near(best, values)), nearest_of_all, mean)

    def extend(self, texts: Sequence[str], floor: float = FLOOR) -> "Iterator[Alike | None]":
        """Take in many texts; tell of each, in no order, which earlier ones are at least `floor` alike, if any are.

        Among the earlier ones are those of `texts` that stand before it, and all whose standing is not said yet. A
        None in between is a sign of life.
        """
        while self._shelved < len(self._texts):
            yield from self._shelve()
        for start in range(0, len(texts), _BATCH):
            for text in texts[start : start + _BATCH]:
                self._take_in(text)
            yield None
            for batch in (yield from self._shelve()):
                for suspects in self._shelves.suspects(batch, floor):
                    if suspects is None:
                        yield None
                        continue
                    place, earlier = suspects
                    values = self._measured(self._texts[place], earlier)
                    near = values >= floor
                    if near.any():
                        yield Alike(place, earlier[near], values[near])

    def nearest(self, alike: "Alike | None", without: Collection[int] = (), top: int = 10) -> Nearest:
        """What `compare` would say of a text of which `extend` has told this; nothing below the floor is looked for."""
        import numpy as np

        if alike is None:
            return Nearest((), (), None)
        standing = np.frombuffer(self._standing, np.int8)[alike.places]
        held = (standing > 0) & ~np.isin(alike.places, list(without))
        places, values = alike.places[held], alike.values[held]
        pooled = standing[held] == _POOLED
        best = _best(places[pooled], values[pooled], top)
        return Nearest(tuple(_near(*best)), tuple(_near(places, values)), None)

    def _take_in(self, text: str) -> int:
        place = len(self._texts)
        codes = [self._codes[token] for token in _comparable(text)]
        self._texts.append(_packed(codes))
        self._lengths.append(len(codes))
        self._standing.append(0)
        return place

    def _shelve(self) -> "Generator[None, None, list[Batch]]":
        """Put the next texts on the shelves; signs of life."""
        import numpy as np

        first = self._shelved
        fresh = self._texts[first : first + _BATCH]
        lengths = np.frombuffer(self._lengths, np.intc)[first : first + _BATCH].copy()
        self._shelved += len(fresh)
        return (yield from self._shelves.take_in(first, lengths, _unpacked(fresh)))

    def _bounds(self, codes: Sequence[int]) -> "Floats":
        """For each place the most that ROUGE-L of its text and this one can be."""
        import numpy as np

        for place in range(self._held, len(self._texts)):
            for key in _keys(_codes_of(self._texts[place])):
                self._holders[key].append(place)
        self._held = len(self._texts)
        holders = [np.frombuffer(self._holders[key], np.intc) for key in _keys(codes) if key in self._holders]
        shared = np.bincount(np.concatenate(holders) if holders else np.empty(0, np.intc), minlength=len(self._texts))
        bounds: Floats = 2 * shared / (np.frombuffer(self._lengths, np.intc) + len(codes))
        return bounds

    def _mean(self, values: "Floats", without: Collection[int]) -> float | None:
        """Over the whole pool; what is not among the values is like nothing."""
        size = self._standing.count(_POOLED) - sum(self._standing[place] == _POOLED for place in without)
        return float(values.sum()) / size if size else None

    def _measured(self, text: str | tuple[int, ...], places: "Positions") -> "Floats":
        import numpy as np
        from rapidfuzz import process
        from rapidfuzz.distance import LCSseq

        others = [self._texts[place] for place in places.tolist()]
        common = process.cdist([text], others, scorer=LCSseq.similarity, dtype=np.int32)[0]
        measured: Floats = 2 * common / (np.frombuffer(self._lengths, np.intc)[places] + len(text))
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


def _unpacked(texts: list[str | tuple[int, ...]]) -> "Positions":
    """The numbers of the tokens of all these texts, one text after another."""
    import numpy as np

    if all(isinstance(text, str) for text in texts):
        packed = "".join(cast("list[str]", texts)).encode("utf-32-le", "surrogatepass")
        return np.frombuffer(packed, np.uint32).astype(np.intp)
    return np.array([code if isinstance(code, int) else ord(code) for text in texts for code in text])


def _codes_of(text: str | tuple[int, ...]) -> Iterable[int]:
    return map(ord, text) if isinstance(text, str) else text


def _keys(codes: Iterable[int]) -> Iterator[int]:
    """A number for each token of a text, another one where it came before in the text."""
    often: dict[int, int] = {}
    for code in codes:
        before = often.get(code, 0)
        often[code] = before + 1
        yield code | before << _AGAIN


def _best(places: "Positions", values: "Floats", top: int) -> tuple["Positions", "Floats"]:
    """The `top` highest values above 0 with their places, the highest first, the earlier first among equals."""
    import numpy as np

    order = np.lexsort((places, -values))[:top]
    order = order[values[order] > 0]
    return places[order], values[order]


def _promising(bounds: "Floats", count: int, best: float) -> "Positions":
    """Up to about `count` of those whose bound is above `best`, the ones with the highest bounds."""
    import numpy as np

    places = np.flatnonzero(bounds > best)
    if len(places) > count:
        least = np.partition(bounds[places], len(places) - count)[len(places) - count]
        places = places[bounds[places] >= least]
    return places


def _near(places: "Positions", values: "Floats") -> Iterable[Near]:
    return (Near(int(place), float(value)) for place, value in zip(places, values, strict=True))
