"""What prompts have in common is found, kept while there is room, and given up in the right order."""

import numpy as np
import pytest

from desktop.engine.native import State
from desktop.engine.prefixes import Match, Saved, alike


@pytest.mark.parametrize("length", [0, 1, 15, 16, 17, 63, 64, 65, 255, 257, 1000])
def test_the_common_beginning_is_exact(length: int) -> None:
    one, other = [*range(length), -1, *range(500)], [*range(length), -2, *range(500)]
    assert alike(one, other) == alike(other, one) == length
    assert alike(one[:length], one) == length
    assert alike(tuple(one), one) == len(one)


def of(size: int, made: list[int] | None = None) -> State:
    if made is not None:
        made.append(size)
    return np.zeros(size, np.uint8)


def size_of(match: Match) -> int:
    return 0 if match.state is None else len(match.state)


def test_the_state_that_shares_most_is_found() -> None:
    saved = Saved(100)
    saved.put((1, 2, 3), lambda: of(5))
    saved.put((1, 2, 9, 9), lambda: of(6))
    match = saved.best((1, 2, 9, 5))
    assert match is not None
    assert (match.ready, size_of(match), match.sequence) == (3, 6, -1)
    assert saved.find((1, 2, 3, 4)) == 3
    assert saved.best((7,)) is None


def test_a_memory_that_cannot_be_cut_is_used_whole_or_not_at_all() -> None:
    saved = Saved(100, whole=True)
    saved.put((1, 2, 9, 9), lambda: of(4))
    saved.put((1,), lambda: of(3))
    match = saved.best((1, 2, 9, 5))
    assert match is not None
    assert (match.ready, size_of(match)) == (1, 3)


def test_what_was_unused_longest_goes_first() -> None:
    saved = Saved(30)
    saved.put((1, 1), lambda: of(10))
    saved.put((2, 2), lambda: of(10))
    saved.put((3, 3), lambda: of(10))
    assert saved.best((1, 1))
    saved.put((4, 4), lambda: of(10))
    assert [saved.find((number, number)) for number in (1, 2, 3, 4)] == [2, 0, 2, 2]


def test_what_is_held_already_is_not_saved_again_and_what_it_holds_goes() -> None:
    saved, made = Saved(100), list[int]()
    saved.put((1, 2, 3), lambda: of(30, made))
    saved.put((1, 2), lambda: of(20, made))
    assert made == [30]
    saved.put((1, 2, 3, 4), lambda: of(40, made))
    saved.put((5,), lambda: of(60, made))
    assert saved.find((1, 2, 3, 4)) == 4
    assert saved.find((5,)) == 1


def test_a_state_that_is_larger_than_the_room_is_let_go() -> None:
    saved = Saved(10)
    saved.put((1,), lambda: of(5))
    saved.put((2,), lambda: of(11))
    assert (saved.find((1,)), saved.find((2,))) == (1, 0)
