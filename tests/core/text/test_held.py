"""Held keys: a million rows' worth of them, found as a dictionary finds them."""

import random

import numpy as np
import pytest

from desktop.core.text import held
from desktop.core.text.held import HeldKeys


def test_finds_every_row_that_holds_a_key_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "_FRESH", 64)
    monkeypatch.setattr(held, "_LONGEST", 2000)
    draw = random.Random(7)
    rows = [[draw.choice((0, 2**32 - 1, draw.randrange(900))) for _ in range(4)] for _ in range(1500)]
    keys = HeldKeys()
    for place, row in enumerate(rows):
        assert keys.places(row) == {at for at, other in enumerate(rows[:place]) if set(row) & set(other)}
        keys.add(place, row)


def test_rows_that_are_held_together_find_each_other_and_all_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "_FRESH", 64)
    monkeypatch.setattr(held, "_LONGEST", 2000)
    monkeypatch.setattr(held, "_AT_ONCE", 100)
    draw = random.Random(8)
    rows = [[draw.choice((0, 2**32 - 1, draw.randrange(900))) for _ in range(4)] for _ in range(1500)]
    keys, place = HeldKeys(), 0

    def alike(place: int) -> list[int]:
        return [at for at, other in enumerate(rows[:place]) if set(rows[place]) & set(other)]

    while place < len(rows):
        if draw.random() < 0.5:
            assert sorted(keys.places(rows[place])) == alike(place)
            keys.add(place, rows[place])
            place += 1
        else:
            some = np.array(rows[place : place + draw.randint(1, 90)], np.uint32)
            found = [each.tolist() for each in keys.extend(place, some)]
            assert found == [alike(place + number) for number in range(len(some))]
            place += len(some)


def test_rows_without_a_key_are_like_none() -> None:
    keys = HeldKeys()
    keys.add(0, [])
    assert keys.places([]) == keys.places([5]) == set()
