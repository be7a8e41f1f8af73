"""Embeddings in order of arrival: the earlier ones that a new one is most like, by cosine, exactly."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from desktop.core.text.similarity import FLOOR, Near, Nearest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_ROWS = 8192  # compared at once, so that what comes in between stays small


class VectorIndex:
    """Embeddings of one length, four bytes for each number; every one is compared with."""

    def __init__(self) -> None:
        self._count = 0
        self._rows: NDArray[np.float32] | None = None
        self._pooled: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return self._count

    def add(self, vector: Sequence[float], in_pool: bool = True) -> int:
        """Take in an embedding and return its place. One that is not in the pool is only ever among the alike."""
        import numpy as np

        unit = _unit(vector)
        if self._rows is None or self._pooled is None:
            self._rows, self._pooled = np.empty((16, len(unit)), np.float32), np.zeros(16, np.bool_)
        elif self._count == len(self._rows):
            room = self._count // 2
            self._rows = np.concatenate([self._rows, np.empty((room, len(unit)), np.float32)])
            self._pooled = np.concatenate([self._pooled, np.zeros(room, np.bool_)])
        self._rows[self._count], self._pooled[self._count] = unit, in_pool
        self._count += 1
        return self._count - 1

    def compare(self, vector: Sequence[float], without: Sequence[int] = (), top: int = 10) -> Nearest:
        """The nearest of the pool, and every one at or above the floor, leaving out the places in `without`.

        A likeness is a cosine, in single precision; below zero is as unlike as zero.
        """
        import numpy as np

        if self._rows is None or self._pooled is None:
            return Nearest((), (), None)
        unit, count = _unit(vector), self._count
        values = np.concatenate([self._rows[at : min(at + _ROWS, count)] @ unit for at in range(0, count, _ROWS)]).clip(
            0.0, 1.0
        )
        values[list(without)] = 0.0
        alike = np.flatnonzero(values >= FLOOR)
        pool = np.flatnonzero(self._pooled[:count] & (values > 0))
        if len(pool) > top:
            least = np.partition(values[pool], len(pool) - top)[len(pool) - top]
            pool = pool[values[pool] >= least]
        best = pool[np.lexsort((pool, -values[pool]))][:top]
        return Nearest(_near(best, values), _near(alike, values), None)


def _unit(vector: Sequence[float]) -> "NDArray[np.float32]":
    import numpy as np

    exact = np.asarray(vector, np.float64)
    length = np.linalg.norm(exact)
    unit: NDArray[np.float32] = (exact / length if length else exact).astype(np.float32)
    return unit


def _near(places: "NDArray[np.intp]", values: "NDArray[np.float32]") -> tuple[Near, ...]:
    return tuple(Near(int(place), float(values[place])) for place in places)
