"""What is said of a run's cost and pace is what was measured, with no more digits than are known."""

import time
from collections.abc import Generator
from pathlib import Path

import pytest

from desktop.core.address import address_of
from desktop.core.progress import Event, Progress
from desktop.core.records import Run
from desktop.core.speed import Speed, Yield
from desktop.engine.fingerprint import fingerprint
from desktop.engine.pace import remembering
from desktop.store.counts import RunCost
from desktop.ui.models.run_figures import Past
from desktop.ui.models.run_words import Known, cost_help, cost_words, decision_words, forecast_words, read_known

SPEED = Speed(300.0, 20.0, 40.0, 4, 720.0, 100, 0.0)
RUN = Run(4, "self_instruct", {}, 300, 1, "en", "Qwen", "abc", "", {}, "finished", "", 0.0)
PAST = Past(RUN, 100, RunCost(300, 36_000, 600.0))


@pytest.mark.usefixtures("dressed")
@pytest.mark.parametrize(
    ("cost", "passing", "seconds", "words"),
    [
        (RunCost(), 0, 0.0, ""),
        (RunCost(), 10, 3.0, ""),
        (RunCost(1, 40, 2.0), 0, 9.0, "So far 1 ask and 40 tokens, and no good row yet."),
        (RunCost(31, 4100, 61.0), 10, 21.0, "A good row costs 3.1 asks and 410 tokens, and came every 2 s."),
        (RunCost(250, 4100, 61.0), 10, 61.0, "A good row costs 25 asks and 410 tokens, and came every 6 s."),
        (RunCost(30, 4100, 61.0), 10, 0.0, "A good row costs 3 asks and 410 tokens."),
    ],
)
def test_the_cost_of_a_row_is_told_by_the_clock(cost: RunCost, passing: int, seconds: float, words: str) -> None:
    assert cost_words(cost, passing, seconds) == words


@pytest.mark.usefixtures("dressed")
def test_the_help_says_what_the_time_is() -> None:
    assert "several texts are written at once, writing took 2 minutes" in cost_help(RunCost(31, 4100, 120.0))


@pytest.mark.usefixtures("dressed")
def test_a_forecast_rests_on_what_the_last_run_with_this_model_brought_here() -> None:
    known = Known("abc", SPEED, {"self_instruct": Yield(30, 900.0, time.time())})
    words = forecast_words(known, PAST, "self_instruct", 100)
    assert words.startswith("about 120 good rows an hour, as in the last run of this method with this model on this")
    assert "(today " in words and " · done about " in words
    assert "run 4" in forecast_words(known, PAST, "self_qa", 100)


@pytest.mark.usefixtures("dressed")
def test_before_that_it_rests_on_the_speed_test_and_the_rows_of_the_last_run() -> None:
    words = forecast_words(Known("abc", SPEED), PAST, "self_instruct", 100)
    assert words.startswith("about 400 good rows an hour, by the speed test and the rows of run 4 · done about ")


@pytest.mark.usefixtures("dressed")
def test_another_model_is_known_by_its_speed_test_alone() -> None:
    words = forecast_words(Known("other", SPEED), PAST, "self_instruct", 100)
    assert words.startswith("about 720 rows an hour by the speed test, before any is dropped · done about ")


@pytest.mark.usefixtures("dressed")
def test_a_model_that_was_never_tested_promises_nothing() -> None:
    assert "from the first rows on" in forecast_words(Known("abc"), PAST, "self_instruct", 100)


@pytest.mark.usefixtures("dressed")
def test_what_asks_no_model_is_not_said_to_be_tested() -> None:
    assert forecast_words(Known("abc", SPEED), None, "noise", 100, asks_model=False) == (
        "No model is asked, so it goes quickly."
    )
    known = Known("abc", SPEED, {"noise": Yield(100, 36.0, time.time())})
    words = forecast_words(known, None, "noise", 100, asks_model=False)
    assert words.startswith(
        "about 10,000 good rows an hour, as in the last run of this method on this computer (today "
    )


def test_runs_of_every_method_are_remembered_by_model(tmp_path: Path) -> None:
    remember_run("no model", "noise", rows=6, seconds=2.0)
    model = tmp_path / "m.gguf"
    model.write_bytes(b"GGUF")
    remember_run(fingerprint(model), "self_qa", rows=1, seconds=70.0)
    remember_run(fingerprint(model), "sql", rows=1, seconds=5.0)  # too little to tell anything
    remember_run("http://127.0.0.1:8080", "sql", rows=9, seconds=5.0)
    assert set(read_known(model).yields) == {"noise", "self_qa"}
    assert set(read_known(model, address_of("http://127.0.0.1:8080")).yields) == {"noise", "sql"}
    assert set(read_known(tmp_path / "none.gguf").yields) == {"noise"}


def remember_run(fingerprint: str, method: str, *, rows: int, seconds: float) -> None:
    def events() -> Generator[Event, None, str]:
        yield Progress("Loading", 7, 100)
        yield Progress("Generating", 2, 20, seconds=10.0)
        yield Progress("Generating", 2 + rows, 20, seconds=10.0 + seconds)
        return "done"

    run = remembering(events(), fingerprint, method)
    for _event in run:
        pass


@pytest.mark.usefixtures("dressed")
def test_decisions_are_named_for_undo() -> None:
    assert decision_words("rejected", 3) == ("Reject 3 rows", "3 rows rejected.")
    assert decision_words(None, 1) == ("Take back a decision", "Decision taken back.")
