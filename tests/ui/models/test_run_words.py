"""What is said of a run's cost and pace is what was measured, with no more digits than are known."""

import pytest

from desktop.core.records import Run
from desktop.core.speed import Speed
from desktop.store.counts import RunCost
from desktop.ui.models.run_figures import Past
from desktop.ui.models.run_words import Known, cost_words, decision_words, forecast_words

SPEED = Speed(300.0, 20.0, 40.0, 4, 720.0, 100, 0.0)
RUN = Run(4, "self_instruct", {}, 300, 1, "en", "Qwen", "abc", "", {}, "finished", "", 0.0)
PAST = Past(RUN, 100, RunCost(300, 36_000, 600.0))


@pytest.mark.usefixtures("dressed")
@pytest.mark.parametrize(
    ("cost", "passing", "words"),
    [
        (RunCost(), 0, ""),
        (RunCost(1, 40, 2.0), 0, "So far 1 ask and 40 tokens, and no good row yet."),
        (RunCost(31, 4100, 61.0), 10, "A good row costs 3.1 asks, 410 tokens, 6 s of writing."),
        (RunCost(30, 4100, 61.0), 10, "A good row costs 3 asks, 410 tokens, 6 s of writing."),
        (RunCost(250, 4100, 61.0), 10, "A good row costs 25 asks, 410 tokens, 6 s of writing."),
    ],
)
def test_the_cost_of_a_row(cost: RunCost, passing: int, words: str) -> None:
    assert cost_words(cost, passing) == words


@pytest.mark.usefixtures("dressed")
def test_a_forecast_rests_on_the_last_run_with_this_model() -> None:
    words = forecast_words(Known("abc", SPEED), PAST, 100)
    assert words.startswith("about 400 good rows an hour, as in run 4 · done about ")


@pytest.mark.usefixtures("dressed")
def test_another_model_is_known_by_its_speed_test_alone() -> None:
    words = forecast_words(Known("other", SPEED), PAST, 100)
    assert words.startswith("about 720 rows an hour before any is dropped · done about ")


@pytest.mark.usefixtures("dressed")
def test_a_model_that_was_never_tested_promises_nothing() -> None:
    assert forecast_words(Known("abc"), PAST, 100) == "How fast it goes is measured from the first rows on."


@pytest.mark.usefixtures("dressed")
def test_decisions_are_named_for_undo() -> None:
    assert decision_words("rejected", 3) == ("Reject 3 rows", "3 rows rejected.")
    assert decision_words(None, 1) == ("Take back a decision", "Decision taken back.")
