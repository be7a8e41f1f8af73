"""Splits: sizes are kept, families are not torn apart, and the same rows fall alike every time."""

import pytest

from desktop.core.errors import UserError
from desktop.jobs.splits import assign, shares


def test_shares_are_met_and_families_stay_together() -> None:
    families = [number // 3 for number in range(300)]
    splits = assign(families, shares({"train": 8, "val": 1, "test": 1}))
    assert {name: splits.count(name) for name in ("train", "val", "test")} == {"train": 240, "val": 30, "test": 30}
    assert all(splits[number] == splits[number // 3 * 3] for number in range(300))
    assert splits == assign(families, shares({"train": 8, "val": 1, "test": 1}))


def test_no_split_stays_empty_while_there_are_families_enough() -> None:
    assert set(assign([1, 2, 3], shares({"train": 0.98, "val": 0.01, "test": 0.01}))) == {"train", "val", "test"}


def test_it_does_not_take_the_last_rows() -> None:
    splits = assign(list(range(1000)), shares({"train": 0.9, "test": 0.1}))
    assert 20 < splits[:500].count("test") < 80


@pytest.mark.parametrize("wrong", [{"train": 0.0, "test": 1.0}, {"../x": 1.0}, {"": 1.0}, {"a": float("nan")}])
def test_shares_that_make_no_sense_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(UserError):
        shares(wrong)
