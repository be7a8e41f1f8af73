"""The values that a filter measured, counted into a few tens of bins."""

from bisect import bisect_left
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, floor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

_MOST = 25
_FEW = 6  # whole numbers, up to which a scale with fractions on it is drawn finer than one bin for each
_TAIL = 0.995  # of the values; a few enormous ones must not squeeze the others into one bin


@dataclass(frozen=True, slots=True)
class Bins:
    """Bins of one width from `low` to `high`, and how many rows passed and failed in each."""

    low: float
    high: float
    passed: tuple[int, ...]
    failed: tuple[int, ...]
    whole: bool  # the bins begin at whole numbers: the values are counts
    open_end: bool  # the last bin holds what lies beyond `high` as well

    @property
    def tallest(self) -> int:
        """The rows of the fullest bin."""
        return max((a + b for a, b in zip(self.passed, self.failed, strict=True)), default=0)


def binned(values: "Sequence[float]", passed: bytes) -> Bins | None:
    """The bins of values in rising order, each with 1 or 0 for passed or not; None where there is nothing to see."""
    if not len(values) or values[0] == values[-1]:
        return None
    low, last = floor(min(0.0, values[0])), values[ceil(_TAIL * (len(values) - 1))]
    whole = values[-1] > 1 and not (last - floor(values[0]) < _FEW and any(value % 1 for value in values))
    if whole:
        low, last = floor(values[0]), int(last)
        step = max(1, -(-(last - low + 1) // _MOST))
        count = max(1, -(-(last - low + 1) // step))
        high = low + step * count
    else:
        high, count = max(1, ceil(last)), _MOST
    width = (high - low) / count
    edges = [bisect_left(values, low + width * number) for number in range(count)]
    edges = [0, *edges[1:], len(values)]
    among = [(start, end, sum(passed[start:end])) for start, end in pairwise(edges)]
    return Bins(
        float(low),
        float(high),
        tuple(good for _start, _end, good in among),
        tuple(end - start - good for start, end, good in among),
        whole,
        values[-1] >= high if whole else values[-1] > high,
    )


def tallied(bins: Bins, values: "NDArray[np.float64]", kept: "NDArray[np.bool_]") -> Bins:
    """The same bins of the same values, in rising order, where other ones of them are kept."""
    import numpy as np

    count = len(bins.passed)
    inner = bins.low + (bins.high - bins.low) / count * np.arange(1, count)
    edges = np.concatenate(([0], np.searchsorted(values, inner), [len(values)]))
    good = np.diff(np.concatenate(([0], np.cumsum(kept)))[edges])
    return replace(bins, passed=tuple(good.tolist()), failed=tuple((np.diff(edges) - good).tolist()))
