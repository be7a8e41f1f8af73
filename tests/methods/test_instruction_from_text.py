"""From a text to the instruction that it answers, and only where the text answers it well."""

import pytest

from desktop.core.records import Passage, Ref
from desktop.core.steps import Judged
from desktop.methods._grounding import POINTS
from desktop.methods.instruction_from_text import METHOD, InstructionFromTextOptions, score_of
from tests.fakes import Says
from tests.methods.playing import Context, Play, by_step, items

TEXT = (
    "Cut the stems of tulips under water and use a tall vase. Change the water every other day, and keep it cold. " * 3
)
ASKED = " What should one do with a bunch of flowers?"


def context(*texts: str, language: str = "en") -> Context:
    return Context(
        METHOD, language=language, stretches=[Passage(n, 1, text) for n, text in enumerate(texts or (TEXT,), 7)]
    )


def test_the_text_is_the_answer_and_the_passage_the_parent() -> None:
    play = Play(by_step(instruction=ASKED, score='"5"'))
    [row] = play.run(context(), InstructionFromTextOptions())
    assert (row.instruction, row.output) == ("What should one do with a bunch of flowers?", TEXT.strip())
    assert row.extra == {"score": 5}
    assert items(1, context(), InstructionFromTextOptions())[0].inputs == (Ref("passage", 7),)


@pytest.mark.parametrize(
    ("said", "stays"), [('"5"', True), ('"4"', True), ('"3"', False), ("4", True), ("good", False)]
)
def test_a_pair_stays_from_the_score_of_four(said: str, stays: bool) -> None:
    play = Play(by_step(instruction=ASKED, score=said))
    assert len(play.run(context(), InstructionFromTextOptions())) == stays
    assert len(play.discarded) == (not stays)


def test_without_curation_nothing_is_scored() -> None:
    play = Play(by_step(instruction=ASKED))
    assert len(play.run(context(), InstructionFromTextOptions(curate=False))) == 1
    assert [ask.step for ask in play.asked] == ["instruction"]


def test_a_dropped_instruction_is_not_scored() -> None:
    play = Play(by_step(instruction=ASKED), judge=lambda row: Judged(False))
    assert play.run(context(), InstructionFromTextOptions()) == []
    assert len(play.asked) == 1


def test_an_instruction_that_points_at_its_text_is_put_aside() -> None:
    play = Play(by_step(instruction="What is the main point of this text?"))
    assert play.run(context(), InstructionFromTextOptions()) == [] and not play.offered
    assert [each.reason for each in play.discarded] == [POINTS]


def test_short_passages_are_left_out_in_any_language() -> None:
    chinese = "郁金香的茎要在水里剪，用高一点的花瓶。隔一天换一次冷水，就能开得久。" * 3
    assert len(items(5, context("Chapter 2", TEXT, chinese, "第二章"), InstructionFromTextOptions())) == 2


def test_a_reply_without_an_instruction_is_counted() -> None:
    for said in ("", ' ""\n', Says("How do I keep", finish="length")):
        play = Play(by_step(instruction=said))
        assert play.run(context(), InstructionFromTextOptions()) == []
        assert len(play.discarded) == 1


@pytest.mark.parametrize(("text", "score"), [('"1"', 1), ("5.", 5), ("6", 0), ("4.5", 0), ("", 0)])
def test_scores_are_read(text: str, score: int) -> None:
    assert score_of(text) == score
