"""The queue of rows under review: what was reached keeps its place while the project changes."""

from array import array

from desktop.ui.models.review_queue import merged


def ids(*numbers: int) -> "array[int]":
    return array("q", numbers)


def test_decided_rows_keep_their_place_and_new_ones_join_at_the_end() -> None:
    assert merged(ids(1, 2, 3, 4), 2, ids(4, 5, 6)) == ids(1, 2, 3, 4, 5, 6)


def test_rows_not_reached_yet_leave_when_they_no_longer_belong() -> None:
    assert merged(ids(1, 2, 3, 4, 5), 1, ids(1, 2, 4)) == ids(1, 2, 4)


def test_behind_the_last_row_new_ones_are_next() -> None:
    assert merged(ids(1, 2), 2, ids(7)) == ids(1, 2, 7)
