"""Kept prompts are found, shared, counted once and forgotten in the right order."""

import pytest

from desktop.engine.prefixes import Prefix, Prefixes, alike


@pytest.fixture
def dropped() -> list[int]:
    return []


@pytest.fixture
def prefixes(dropped: list[int]) -> Prefixes:
    return Prefixes(range(3), dropped.append, rewinds=True)


def keep(prefixes: Prefixes, tokens: tuple[int, ...]) -> Prefix:
    prefix = prefixes.open(tokens)
    assert prefix is not None
    prefix.ready = len(tokens)
    prefixes.unpin(prefix)
    return prefix


@pytest.mark.parametrize(
    ("one", "other", "common"), [((), (1,), 0), ((1, 2), (1, 2), 2), ((1, 2, 3), (1, 2, 4, 5), 2), ((2,), (1,), 0)]
)
def test_alike_counts_what_both_begin_with(one: tuple[int, ...], other: tuple[int, ...], common: int) -> None:
    assert alike(one, other) == common


def test_the_longest_match_is_found(prefixes: Prefixes) -> None:
    keep(prefixes, (1, 2, 3))
    longer = keep(prefixes, (1, 2, 4, 5))
    match = prefixes.best((1, 2, 4, 9))
    assert match is not None
    assert (match.prefix, match.ready) == (longer, 3)
    assert prefixes.best((9,)) is None


def test_only_what_is_decoded_can_be_shared_now(prefixes: Prefixes) -> None:
    prefix = prefixes.open((1, 2, 3, 4))
    assert prefix is not None
    prefix.ready = 1
    match = prefixes.best((1, 2, 3))
    assert match is not None
    assert (match.ready, match.alike) == (1, 3)
    assert prefixes.coming((1, 2, 3)) == 3


def test_shared_tokens_are_counted_once(prefixes: Prefixes) -> None:
    keep(prefixes, (1, 2, 3))
    keep(prefixes, (1, 2, 4, 5))
    keep(prefixes, (1, 2, 3, 7))
    assert prefixes.cells() == 6


def test_a_pinned_prefix_is_never_forgotten(prefixes: Prefixes, dropped: list[int]) -> None:
    held = prefixes.open((1,))
    assert held is not None
    held.ready = 1
    assert not prefixes.evict()
    keep(prefixes, (2,))
    assert prefixes.evict()
    assert dropped == [1]


def test_what_others_have_too_goes_first(prefixes: Prefixes) -> None:
    long_one = keep(prefixes, tuple(range(100)))
    keep(prefixes, (*range(90), 200))
    keep(prefixes, (*range(90), 300))
    prefixes.evict()
    prefixes.evict()
    match = prefixes.best(tuple(range(100)))
    assert match is not None
    assert match.prefix is long_one


def test_a_broken_off_prompt_keeps_what_was_decoded(prefixes: Prefixes, dropped: list[int]) -> None:
    prefix = prefixes.open((1, 2, 3))
    assert prefix is not None
    prefix.ready = 2
    prefixes.unpin(prefix)
    match = prefixes.best((1, 2, 3))
    assert match is not None
    assert match.ready == 2
    empty = prefixes.open((5,))
    assert empty is not None
    prefixes.unpin(empty)
    assert dropped == [empty.sequence]


def test_every_sequence_in_use_means_wait(prefixes: Prefixes) -> None:
    assert all(prefixes.open((number,)) for number in range(3))
    assert prefixes.open((9,)) is None


def test_a_memory_that_cannot_rewind_shares_whole_prefixes_only(dropped: list[int]) -> None:
    prefixes = Prefixes(range(2), dropped.append, rewinds=False)
    keep(prefixes, (1, 2, 3))
    assert prefixes.best((1, 2, 4)) is None
    match = prefixes.best((1, 2, 3, 4))
    assert match is not None
    assert match.ready == 3
