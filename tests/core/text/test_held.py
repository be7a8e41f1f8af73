"""Held keys: a million rows' worth of them, found as a dictionary finds them."""

import random

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


def test_rows_without_a_key_are_like_none() -> None:
    keys = HeldKeys()
    keys.add(0, [])
    assert keys.places([]) == keys.places([5]) == set()
