"""Agreement is measured by ranks, and compared with what shuffled ranks reach."""

import math
from random import Random

import pytest

from desktop.jobs.agreement import best_cut, by_chance, confusion, spearman


def test_spearman_gives_equals_the_mean_of_their_ranks() -> None:
    assert spearman([1, 2, 3], [10, 20, 30]) == pytest.approx(1.0)
    assert spearman([1, 2, 3], [3, 2, 1]) == pytest.approx(-1.0)
    # By hand: ranks 1, 2.5, 2.5, 4 and 1, 3, 2, 4; 4.5 / sqrt(4.5 * 5).
    assert spearman([1, 2, 2, 3], [1, 3, 2, 4]) == pytest.approx(4.5 / math.sqrt(4.5 * 5))
    assert spearman([1, 1, 1], [1, 2, 3]) is None
    assert spearman([], []) is None


def test_chance_is_small_for_agreement_and_large_for_none() -> None:
    ordered = [float(n) for n in range(20)]
    mixed = Random(3).sample(ordered, 20)
    assert by_chance(ordered, ordered) < 0.001
    assert by_chance(ordered, mixed) > 0.05
    # Of three the order is right by chance in one of six.
    assert by_chance([1, 2, 3], [1, 2, 3]) == pytest.approx(1 / 6, abs=0.02)


def test_rows_are_counted_by_what_both_say() -> None:
    found = confusion([True, True, False, False, False], [True, False, True, False, False])
    assert (found.kept_kept, found.kept_dropped, found.dropped_kept, found.dropped_dropped) == (1, 1, 1, 2)
    assert (found.same, found.rows) == (3, 5)


def test_the_best_cut_lies_between_two_values() -> None:
    assert best_cut([1, 2, 3, 4], [False, False, True, True], 4) == 2.5
    assert best_cut([1, 2, 3, 4], [True, True, True, True], 4) is None
    assert best_cut([2, 2, 2], [True, False, True], 4) is None
