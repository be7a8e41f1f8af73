"""How well two people, or a person and a filter, agree on what the same rows are worth."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_SHUFFLES = 10_000


@dataclass(frozen=True, slots=True)
class Confusion:
    """Rated rows by what the person (first) and the filter say."""

    kept_kept: int
    kept_dropped: int
    dropped_kept: int
    dropped_dropped: int

    @property
    def same(self) -> int:
        """Rows on which both say the same."""
        return self.kept_kept + self.dropped_dropped

    @property
    def rows(self) -> int:
        """All of them."""
        return self.same + self.kept_dropped + self.dropped_kept


def confusion(kept: Sequence[bool], said: Sequence[bool]) -> Confusion:
    """The rows by what the person keeps, and what the filter does."""
    pairs = list(zip(kept, said, strict=True))
    return Confusion(*(pairs.count((a, b)) for a in (True, False) for b in (True, False)))


def spearman(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Spearman's rank correlation, equals sharing the mean of their ranks; None where one side is all equal."""
    first, second = _ranks(one), _ranks(other)
    mean = (len(first) + 1) / 2  # of ranks, whatever their ties
    product = sum((a - mean) * (b - mean) for a, b in zip(first, second, strict=True))
    spread = math.sqrt(sum((a - mean) ** 2 for a in first) * sum((b - mean) ** 2 for b in second))
    return product / spread if spread else None


def by_chance(one: Sequence[float], other: Sequence[float]) -> float:
    """How often shuffled ranks agree at least as well: a permutation test to one side, the same for the same rows."""
    import numpy as np

    first, second = np.array(_ranks(one)), np.array(_ranks(other))
    shuffled = np.random.default_rng(1).permuted(np.tile(second, (_SHUFFLES, 1)), axis=1)
    reached = int(((shuffled - second) @ first >= -1e-9).sum())  # of one set of ranks, the product alone tells
    return (reached + 1) / (_SHUFFLES + 1)


def best_cut(values: Sequence[float], kept: Sequence[bool], cut: float) -> float | None:
    """The cut, halfway between two values, that tells most kept rows from dropped ones; of equals the nearest to `cut`.

    Values at the cut and above are kept. None where there is nothing to tell apart.
    """
    if len(set(kept)) < 2 or len(set(values)) < 2:
        return None
    between = [(low + high) / 2 for low, high in pairwise(sorted(set(values)))]

    def worth(at: float) -> tuple[float, float]:
        # Both sides count alike, or the larger one would have its way.
        right = sum(keep and value >= at for keep, value in zip(kept, values, strict=True)) / sum(kept)
        wrong = sum(not keep and value >= at for keep, value in zip(kept, values, strict=True)) / kept.count(False)
        return right - wrong, -abs(at - cut)

    return max(between, key=worth)


def _ranks(values: Sequence[float]) -> list[float]:
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for place in order[start:end]:
            ranks[place] = (start + 1 + end) / 2
        start = end
    return ranks
