"""Bins: every value is counted once, on the right side of the cut, in bins that make sense of it."""

import numpy as np
import pytest

from desktop.ui.models.histogram_bins import binned, tallied


def test_likenesses_fill_bins_between_nothing_and_all() -> None:
    bins = binned([0.0, 0.1, 0.69, 0.71, 1.0], bytes([1, 1, 1, 0, 0]))
    assert bins is not None
    assert (bins.low, bins.high, len(bins.passed)) == (0.0, 1.0, 25)
    assert (sum(bins.passed), sum(bins.failed)) == (3, 2)
    assert bins.failed[17] == 1  # 0.71
    assert bins.failed[24] == 1  # 1.0 belongs to the last one


def test_lengths_fill_bins_of_whole_numbers() -> None:
    bins = binned([1.0, 2.0, 2.5, 8.0], bytes([0, 1, 1, 1]))
    assert bins is not None
    assert bins.whole
    assert (bins.low, bins.high) == (1.0, 9.0)
    assert bins.passed == (0, 2, 0, 0, 0, 0, 0, 1)
    assert not bins.open_end


def test_grades_with_fractions_are_drawn_finer_than_whole_ones() -> None:
    bins = binned([0.4, 3.9, 4.1, 4.9], bytes([0, 0, 1, 1]))
    assert bins is not None
    assert (bins.low, bins.high, len(bins.passed), bins.whole, bins.open_end) == (0.0, 5.0, 25, False, False)
    assert (bins.failed[19], bins.passed[20], bins.passed[24]) == (1, 1, 1)
    ratios = [0.5 + number / 1000 for number in range(1000)]
    beyond = binned([*ratios, 30.0], bytes([1] * 1001))
    assert beyond is not None
    assert (beyond.high, beyond.whole, beyond.open_end, sum(beyond.passed)) == (2.0, False, True, 1001)


def test_an_enormous_value_does_not_squeeze_the_others() -> None:
    values = [float(number % 20 + 1) for number in range(1000)]
    bins = binned([*sorted(values), 1_000_000.0], bytes([1] * 1001))
    assert bins is not None
    assert bins.high <= 30
    assert sum(bins.passed) == 1001


def test_values_that_are_all_alike_make_no_picture() -> None:
    assert binned([], b"") is None
    assert binned([0.0, 0.0], b"\1\1") is None


@pytest.mark.parametrize("cut", [0.0, 0.35, 0.7, 1.0])
def test_another_cut_moves_rows_within_their_bins(cut: float) -> None:
    values = np.sort(np.random.default_rng(3).random(500))
    bins = binned(values.tolist(), (values <= 0.5).tobytes())
    assert bins is not None
    assert tallied(bins, values, values <= cut) == binned(values.tolist(), (values <= cut).tobytes())
