"""Embeddings in order of arrival: the earlier ones that a new one is most like, by cosine."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.core.text.similarity import Near, Nearest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_ROWS = 8192  # taken and compared together, so that nothing is copied as they grow, and what comes in between is small
_MOST = 127


@dataclass(frozen=True, slots=True)
class Coming:
    """An embedding that is about to come, and its likeness to those that were there when it was compared."""

    whole: "NDArray[np.float32]"
    values: "NDArray[np.float32]"


class VectorIndex:
    """Embeddings of one length, a byte for each number, so that a million fit in memory; every one is compared with.

    Rounding moves a cosine by less than a hundredth, also where one number of an embedding is far above the others.
    """

    def __init__(self, floor: float) -> None:
        """`floor`: the likeness from which pairs are told whether or not they are among the nearest."""
        self._floor = floor
        self._count = 0
        self._blocks: list[NDArray[np.int8]] = []
        self._lengths: list[NDArray[np.float32]] = []  # of what is left of each after rounding
        self._pooled: list[NDArray[np.bool_]] = []

    def __len__(self) -> int:
        return self._count

    def add(self, vector: Sequence[float], in_pool: bool = True) -> int:
        """Take in an embedding and return its place. One that is not in the pool is only ever among the alike."""
        import numpy as np

        whole = _rounded(vector)
        at = self._count % _ROWS
        if not at:
            self._blocks.append(np.empty((_ROWS, len(whole)), np.int8))
            self._lengths.append(np.ones(_ROWS, np.float32))
            self._pooled.append(np.zeros(_ROWS, np.bool_))
        self._blocks[-1][at], self._lengths[-1][at], self._pooled[-1][at] = whole, _length(whole), in_pool
        self._count += 1
        return self._count - 1

    def meet(self, vectors: Sequence[Sequence[float]]) -> list[Coming]:
        """Compare some that are about to come with all that are there: together, which takes little more than one."""
        import numpy as np

        if not vectors:
            return []
        coming = np.array([_rounded(vector) for vector in vectors])
        values = self._values(coming, 0)
        return [Coming(whole, of) for whole, of in zip(coming, values, strict=True)]

    def compare(self, coming: Coming, without: Sequence[int] = (), top: int = 10) -> Nearest:
        """The nearest of the pool, and every one at or above the floor, leaving out the places in `without`.

        Those that came since it was compared count as well. A likeness is a cosine; below zero is as unlike as zero.
        """
        import numpy as np

        if not self._count:
            return Nearest((), (), None)
        since = self._values(coming.whole[np.newaxis], len(coming.values))[0]
        values = np.concatenate([coming.values, since])
        values[list(without)] = 0.0
        alike = np.flatnonzero(values >= self._floor)
        pool = np.flatnonzero(np.concatenate(self._pooled)[: self._count] & (values > 0))
        if len(pool) > top:
            least = np.partition(values[pool], len(pool) - top)[len(pool) - top]
            pool = pool[values[pool] >= least]
        best = pool[np.lexsort((pool, -values[pool]))][:top]
        return Nearest(_near(best, values), _near(alike, values), None)

    def _values(self, coming: "NDArray[np.float32]", first: int) -> "NDArray[np.float32]":
        """The likeness of each of some embeddings to those from the place `first` on."""
        import numpy as np

        parts = [np.empty((len(coming), 0), np.float32)]
        for block in range(first // _ROWS, len(self._blocks)):
            held = slice(max(first - block * _ROWS, 0), min(self._count - block * _ROWS, _ROWS))
            parts.append(coming @ self._blocks[block][held].astype(np.float32).T / self._lengths[block][held])
        lengths = np.array([[_length(whole)] for whole in coming], np.float32)
        return (np.concatenate(parts, axis=1) / lengths).clip(0.0, 1.0)


def _rounded(vector: Sequence[float]) -> "NDArray[np.float32]":
    """Whole numbers from -127 to 127 in the same proportions."""
    import numpy as np

    exact = np.asarray(vector, np.float64)
    most = np.abs(exact).max()
    whole: NDArray[np.float32] = np.rint(exact * (_MOST / most) if most else exact).astype(np.float32)
    return whole


def _length(whole: "NDArray[np.float32]") -> float:
    import numpy as np

    return float(np.linalg.norm(whole)) or 1.0


def _near(places: "NDArray[np.intp]", values: "NDArray[np.float32]") -> tuple[Near, ...]:
    return tuple(Near(int(place), float(values[place])) for place in places)
