"""Tokens are drawn from the distribution that the options describe."""

from collections import Counter

import numpy as np
import pytest

from desktop.core.steps import Sampling
from desktop.engine.sampling import Sampler, draw_allowed


def logits(*shares: float, vocabulary: int = 1_000) -> np.ndarray:
    found = np.full(vocabulary, -30.0, np.float32)
    found[: len(shares)] = np.log(np.array(shares, np.float32))
    return found


def drawn(sampling: Sampling, given: np.ndarray, rounds: int = 4_000) -> dict[int, float]:
    sampler = Sampler(sampling, 1)
    counts = Counter(sampler.draw(given) for _round in range(rounds))
    return {token: count / rounds for token, count in counts.items()}


def test_temperature_zero_takes_the_likeliest() -> None:
    assert drawn(Sampling(temperature=0), logits(0.3, 0.4, 0.3), 5) == {1: 1.0}


def test_plain_sampling_follows_the_shares() -> None:
    found = drawn(Sampling(), logits(0.5, 0.3, 0.2))
    assert found == pytest.approx({0: 0.5, 1: 0.3, 2: 0.2}, abs=0.03)


def test_temperature_sharpens() -> None:
    found = drawn(Sampling(temperature=0.5), logits(0.6, 0.4))
    assert found[0] == pytest.approx(0.36 / (0.36 + 0.16), abs=0.03)


def test_top_p_keeps_the_fewest_that_reach_it() -> None:
    assert set(drawn(Sampling(top_p=0.5), logits(0.45, 0.3, 0.25))) == {0, 1}
    assert set(drawn(Sampling(top_p=0.44), logits(0.45, 0.3, 0.25))) == {0}


def test_top_p_of_a_flat_distribution_counts_the_far_tail_too() -> None:
    flat = np.zeros(1_000, np.float32)
    flat[0] = 13.0  # everything else lies beyond the near tokens, and is half of the probability
    flat[1:] = 13.0 - np.log(999.0)
    assert len(drawn(Sampling(top_p=0.75), flat)) > 300


def test_top_p_reaches_beyond_the_near_tokens() -> None:
    deep = np.full(400_000, 0.0, np.float32)
    deep[0] = 12.5
    assert set(drawn(Sampling(top_p=0.9), deep, 30)) > {0}


def test_top_k_and_min_p_cut() -> None:
    assert set(drawn(Sampling(top_k=2), logits(0.3, 0.3, 0.2, 0.2))) == {0, 1}
    assert set(drawn(Sampling(min_p=0.5), logits(0.4, 0.25, 0.19, 0.16))) == {0, 1}
    assert set(drawn(Sampling(top_k=900), logits(1.0))) == {0}


def test_a_seed_decides_everything() -> None:
    flat = np.zeros(1_000, np.float32)
    one, two, other = (Sampler(Sampling(), seed) for seed in (5, 5, 6))
    first = [one.draw(flat) for _round in range(20)]
    assert first == [two.draw(flat) for _round in range(20)]
    assert first != [other.draw(flat) for _round in range(20)]


def test_penalties_count_only_what_was_drawn() -> None:
    sampler = Sampler(Sampling(temperature=0, presence_penalty=2.0, frequency_penalty=0.5), 1)
    fresh = np.zeros(10, np.float32)
    sampler.penalise(fresh)
    assert not fresh.any()
    for token in (3, 3, 4):
        sampler.accept(token)
    sampler.penalise(fresh)
    assert fresh[3] == -3.0
    assert fresh[4] == -2.5
    assert np.count_nonzero(fresh) == 2


def test_a_broken_model_does_not_break_the_draw() -> None:
    for given in (np.full(50, np.nan, np.float32), np.full(50, -np.inf, np.float32)):
        assert 0 <= Sampler(Sampling(top_p=0.5), 1).draw(given) < 50


class Only:
    """Lets some tokens through; names them where it is said to know them all."""

    def __init__(self, *tokens: int, named: bool = False) -> None:
        self._tokens, self._named = tokens, named
        self.asked: list[int] = []

    def allows(self, token: int) -> bool:
        self.asked.append(token)
        return token in self._tokens

    def choices(self) -> tuple[int, ...]:
        return self._tokens if self._named else ()


def test_a_bound_draw_takes_only_what_is_allowed() -> None:
    sampler = Sampler(Sampling(temperature=0), 1)
    assert draw_allowed(sampler, logits(0.9, 0.1), Only(7)) == 7
    form = Only(7)
    assert draw_allowed(sampler, logits(*([0.001] * 7), 0.9), form) == 7
    assert form.asked == [7]  # what is drawn first is nearly always right
    assert draw_allowed(sampler, logits(0.9), Only()) == -1


def test_a_bound_draw_asks_of_no_other_token_where_the_form_names_its_few() -> None:
    form = Only(5, 7, named=True)
    assert draw_allowed(Sampler(Sampling(temperature=0), 1), logits(0.9, 0.1), form) == 5
    assert form.asked == [0]


@pytest.mark.parametrize("named", [False, True])
def test_a_bound_draw_keeps_the_odds_among_what_is_allowed(named: bool) -> None:
    sampler, form = Sampler(Sampling(temperature=1.0), 5), Only(1, 2, named=named)
    counts = Counter(draw_allowed(sampler, logits(0.6, 0.3, 0.1), form) for _ in range(4000))
    assert set(counts) == {1, 2}
    assert counts[1] / 4000 == pytest.approx(0.75, abs=0.03)
