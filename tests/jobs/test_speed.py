"""The speed test asks real work of an engine, says how far it is, and lets go of everything when it is closed."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from desktop.core.errors import UserError
from desktop.core.progress import Progress
from desktop.core.speed import Speed, speed_from_json, speed_to_json
from desktop.core.steps import Ask
from desktop.jobs.speed import measure_speed
from tests.fakes import FAKE_MODEL, FakeEngine, Line, Loses, Refuses, Says, Script

WORDS = " ".join(["word"] * 50)


@dataclass
class Clock:
    """A second passes whenever somebody looks at it."""

    now: float = 0.0
    step: float = 0.05

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def says(text: str) -> Script:
    def answer(ask: Ask, _seed: int) -> Line:
        return Says(text if ask.step != "judgement" else "4")

    return answer


def test_it_measures_reading_writing_alone_and_together() -> None:
    engine = FakeEngine(says(WORDS), slots=8)
    speed, seen = run(engine, Clock())
    assert speed.slots == 8
    assert min(speed.read_per_second, speed.alone_per_second, speed.together_per_second, speed.rows_per_hour) > 0
    assert speed.row_tokens == pytest.approx(51, abs=2), "an answer of 50 words and its judgement of one"
    assert speed.rows_per_hour == pytest.approx(speed.together_per_second / speed.row_tokens * 3600, rel=0.05)
    assert [each for at, each in enumerate(seen) if at == 0 or each != seen[at - 1]] == [
        "Reading a prompt",
        "Writing one text",
        "Writing 8 texts at once",
    ]


def test_what_it_asks_looks_like_a_run() -> None:
    engine = FakeEngine(says(WORDS), slots=8)
    run(engine, Clock())
    assert {ask.n for ask in engine.asked_of("examples")} == {4}
    judged = [str(ask.prompt) for ask in engine.asked_of("judgement")]
    assert len(judged) == 4 * len(engine.asked_of("examples")) > 8
    assert len({prompt[:600] for prompt in judged}) == 1, "the rubric is the same for all"
    assert len(set(judged[:12])) == 12
    starts = [str(ask.prompt)[:3] for ask in engine.asked_of("reading")]
    assert len(set(starts)) == len(starts), "no prompt to be read shares a beginning with another"
    assert engine.most_at_once > 8


def test_it_ends_within_two_minutes_where_the_model_is_slow() -> None:
    clock = Clock()

    def slow(ask: Ask, _seed: int) -> Line:
        return Says(WORDS, polls=2 if ask.step == "reading" else 10**6)

    engine = FakeEngine(slow, slots=8)
    with pytest.raises(UserError, match="too slow"):
        run(engine, clock)
    assert clock.now < 130
    assert engine.cancelled


def test_a_model_that_never_reads_its_prompt_is_too_slow() -> None:
    clock = Clock()
    with pytest.raises(UserError, match="too slow") as caught:
        run(FakeEngine(lambda _ask, _seed: Says("", polls=10**6)), clock)
    assert "smaller model" in caught.value.remedy
    assert clock.now < 70


def test_closing_it_drops_what_is_being_written() -> None:
    engine = FakeEngine(lambda _ask, _seed: Says("", polls=10**6))
    job = measure_speed(engine, Clock())
    for _event in range(5):
        next(job)
    job.close()
    assert engine.cancelled == [1]


@pytest.mark.parametrize("line", [Loses("The process ended."), Refuses("The process ended.")])
def test_a_lost_engine_ends_it_in_words(line: Line) -> None:
    with pytest.raises(UserError, match="The process ended") as caught:
        run(FakeEngine(lambda _ask, _seed: line), Clock())
    assert "nothing of it is kept" in caught.value.remedy


def test_an_embedding_model_has_no_speed_of_writing() -> None:
    engine = FakeEngine(says(""), model=replace(FAKE_MODEL, writes=False))
    with pytest.raises(UserError, match="does not write text"):
        run(engine, Clock())
    assert not engine.asked


def test_a_speed_comes_back_from_its_figures() -> None:
    speed = Speed(400.0, 35.0, 57.0, 8, 2059.0, 100, 1.0)
    assert speed_from_json(speed_to_json(speed)) == speed
    for damaged in (None, {}, {**speed_to_json(speed), "slots": "8"}, {**speed_to_json(speed), "slots": -1.0}):
        assert speed_from_json(damaged) is None


def run(engine: FakeEngine, clock: Callable[[], float]) -> tuple[Speed, list[str]]:
    """The result, and what each Progress said."""
    seen: list[str] = []
    job = measure_speed(engine, clock)
    while True:
        try:
            event = next(job)
        except StopIteration as end:
            return end.value, seen
        if isinstance(event, Progress):
            assert event.total is not None
            assert event.done <= event.total <= 130
            seen.append(event.what)
