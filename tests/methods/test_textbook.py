"""A lesson for an audience, and exercises on it."""

import pytest

from desktop.core.records import Message, Text
from desktop.core.steps import Judged
from desktop.methods._forms import COPIED
from desktop.methods.textbook import METHOD, TextbookOptions, exercises_of
from tests.fakes import Says
from tests.methods.playing import Context, Play, by_filters, by_step, items

EXERCISES = " Where does a river begin?\nSolution: At its source.\nExercise 2: And?"


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
    asked = play.asked[0].prompt
    assert isinstance(asked, tuple) and asked[-1] == Message("user", lesson.instruction)
    assert "300 words" in asked[0].content
    assert "A river begins at its source." in str(play.asked[1].prompt)


def test_exercises_go_on_after_a_worked_example_and_end_after_their_number() -> None:
    play = script()
    play.run(context(), TextbookOptions(exercises=2))
    ask = play.asked[1]
    assert isinstance(ask.prompt, str) and ask.prompt.endswith("\n\nExercise 1:")
    assert ask.stop[0] == "\nExercise 3:"


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        (
            " How?\nSolution: So.\nExercise 2: Why?\nSolution: Because.\nIt is.",
            [("How?", "So."), ("Why?", "Because.\nIt is.")],
        ),
        (
            " How?\n**Solution 1:** So.\n\n**Exercise 2:** Why?\nSolution:\nBecause.",
            [("How?", "So."), ("Why?", "Because.")],
        ),
        ("怎样？\n解答：这样。\n练习 2：为什么？\n答案：因为。", [("怎样？", "这样。"), ("为什么？", "因为。")]),
        (" How?\nExercise 2: Why?\nSolution: Because.", [("Why?", "Because.")]),
        (" How?", []),
    ],
)
def test_exercises_are_read_with_their_solutions(reply: str, found: list[tuple[str, str]]) -> None:
    assert list(exercises_of(reply)) == found


def test_of_cut_off_exercises_the_last_goes() -> None:
    cut = Says(" How?\nSolution: So.\nExercise 2: Why?\nSolution: Bec", finish="length")
    play = Play(by_step(lesson="A river begins at its source.", exercises=cut))
    assert [row.instruction for row in play.run(context(), TextbookOptions())[1:]] == ["How?"]


def test_a_worked_example_handed_back_is_put_aside() -> None:
    copied = " How many hours and minutes are 130 minutes?\nSolution: 2 hours and 10 minutes."
    play = Play(by_step(lesson="A river begins at its source.", exercises=copied))
    assert len(play.run(context(), TextbookOptions())) == 1
    assert [each.reason for each in play.discarded] == [COPIED]


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
