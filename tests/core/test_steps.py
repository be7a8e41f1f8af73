"""The answers a method is sent."""

import pytest

from desktop.core.records import Verdict
from desktop.core.steps import Chosen, Judged, Reply, Sample


def test_a_reply_speaks_for_its_first_sample() -> None:
    reply = Reply((Sample("one", "stop", 1), Sample("two", "length", 2)))
    assert (reply.text, reply.finish) == ("one", "stop")


def test_a_judgement_can_be_asked_like_a_yes_or_no() -> None:
    assert Judged(True, {"length": Verdict(True)})
    assert not Judged(False, {"length": Verdict(False)})


def test_the_odds_of_a_first_option_are_the_same_either_way_round_however_sure_a_model_is() -> None:
    assert Chosen((0.5, 0.25, 0.25), 1.0).log_odds == 0
    for likely in (0.9, 1.0):
        other = 1 - likely
        assert Chosen((likely, other), 1.0).log_odds == pytest.approx(-Chosen((other, likely), 1.0).log_odds)
    assert Chosen((1.0, 0.0), 1.0).log_odds == pytest.approx(20.7, abs=0.1)


def test_what_two_opposite_questions_say_is_free_of_a_leaning_to_one_word() -> None:
    for leaning in (0.5, 0.8, 0.97):  # the same yes to both
        assert Chosen((leaning, 1 - leaning), 1.0).against(Chosen((leaning, 1 - leaning), 1.0)) == pytest.approx(0.5)
    assert Chosen((0.9, 0.1), 1.0).against(Chosen((0.1, 0.9), 1.0)) == pytest.approx(0.9)
    assert Chosen((0.9, 0.1), 1.0).against(Chosen((0.5, 0.5), 1.0)) == pytest.approx(0.75)
