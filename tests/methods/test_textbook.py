"""A lesson for an audience, and exercises on it."""

import pytest

from desktop.core.records import Text
from desktop.core.steps import Judged
from desktop.methods.textbook import METHOD, TextbookOptions
from tests.fakes import Says
from tests.methods.playing import Context, Play, by_filters, by_step, items

EXERCISES = '[{"exercise": "Where does a river begin?", "solution": "At its source."}, {"exercise": "And?"}]'


def context(language: str = "en") -> Context:
    return Context(
        METHOD, language=language, lists={"topics": ["rivers", "tides"], "audiences": ["children", "nurses"]}
    )


def script(lesson: Says | str = "A river begins at its source.") -> Play:
    return Play(by_step(lesson=lesson, exercises=EXERCISES))


def test_every_topic_meets_every_audience_once() -> None:
    drawn = items(99, context(), TextbookOptions())
    assert len(drawn) == 4
    assert len({(str(item.data["topic"]), str(item.data["audience"])) for item in drawn}) == 4


def test_the_lesson_answers_a_request_and_each_exercise_is_a_row() -> None:
    play = script()
    lesson, exercise = play.run(context(), TextbookOptions())
    assert "rivers" in lesson.instruction or "tides" in lesson.instruction
    assert "children" in lesson.instruction.lower() or "nurses" in lesson.instruction.lower()
    assert lesson.instruction[0].isupper()
    assert lesson.output == "A river begins at its source."
    assert (exercise.instruction, exercise.output) == ("Where does a river begin?", "At its source.")
    assert [ask.step for ask in play.asked] == ["lesson", "exercises"]
    assert "A river begins at its source." in str(play.asked[1].prompt)


def test_the_lesson_may_be_plain_text_or_nothing() -> None:
    assert script().run(context(), TextbookOptions(lesson="text"))[0] == Text(
        "A river begins at its source.", language="en"
    )
    assert len(script().run(context(), TextbookOptions(lesson="none"))) == 1


def test_without_exercises_only_the_lesson_is_asked_for() -> None:
    play = script()
    assert len(play.run(context(), TextbookOptions(exercises=0))) == 1
    assert len(play.asked) == 1


def test_a_cut_off_lesson_is_counted_and_has_no_exercises() -> None:
    play = script(Says("A river", finish="length"))
    assert play.run(context(), TextbookOptions()) == []
    assert (len(play.asked), len(play.discarded)) == (1, 1)


def test_a_dropped_request_is_not_written() -> None:
    play = Play(by_step(), judge=lambda row: Judged(False))
    assert play.run(context(), TextbookOptions()) == []
    assert not play.asked


def test_a_chinese_lesson() -> None:
    lesson, *_rest = script("河流从源头开始。").run(context("zh"), TextbookOptions())
    assert "rivers" in lesson.instruction or "tides" in lesson.instruction
    assert "的" in lesson.instruction and lesson.language == "zh"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_its_own_filters_let_the_requests_pass_though_they_are_worded_alike(language: str) -> None:
    long = Context(METHOD, language)
    play = Play(by_step(lesson=Says("x", finish="length")), judge=by_filters(*METHOD.default_filters[1:]))
    drawn = items(60, long, TextbookOptions())
    for item in drawn:
        play.run(long, TextbookOptions(), item)
    assert len(play.asked) > 0.9 * len(drawn)
    assert len({text[:9] for text in play.offered}) > 5, "one wording for all"
