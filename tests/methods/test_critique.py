"""Critiques judge a given answer in words, and grade it by probabilities."""

from typing import Any

import pytest

from desktop.core.records import Candidate, Instruction, Message
from desktop.core.steps import Choose, Chosen
from desktop.engine.grammar import Grammar
from desktop.methods._forms import CUT_OFF
from desktop.methods.critique import METHOD, UNANSWERED, CritiqueOptions
from tests.fakes import Says
from tests.methods.playing import Context, Play


def context(output: str | None = "The Loire.", language: str = "en") -> Context:
    row = Instruction("Name a river.", output=output, task_type="question", language="en")
    return Context(METHOD, language=language, candidates=[Candidate(5, 5, row)])


def script(critique: Any = "It is right, but bare.", grades: tuple[float, ...] = (0, 0.5, 0.25, 0.25, 0)) -> Any:
    return lambda question: Chosen(grades, 0.8) if isinstance(question, Choose) else critique


def test_the_words_come_first_and_the_grade_is_a_mean_of_probabilities() -> None:
    play = Play(script())
    [row] = play.run(context(), CritiqueOptions())
    assert (row.prompt, row.completion, row.critique) == ("Name a river.", "The Loire.", "It is right, but bare.")
    assert (row.score, row.label) == (2.75, False)
    grade = play.questions[1]
    assert isinstance(grade, Choose) and grade.options == ("1", "2", "3", "4", "5")
    assert Message("assistant", "It is right, but bare.") in grade.prompt


@pytest.mark.parametrize(
    ("language", "whole"),
    [
        ("en", "Right: It names a river.\nWrong or missing: It does not say where.\nBetter: Name the country."),
        ("zh", "对的：说出了一条河。\n不对或缺少的：没有说在哪里。\n可以改进的：说出国家。"),
    ],
)
def test_a_critique_has_three_lines(language: str, whole: str) -> None:
    play = Play(script())
    play.run(context(language=language), CritiqueOptions())
    [ask] = play.asked
    grammar = Grammar(ask.grammar)
    ended = grammar.after(grammar.start, whole)
    assert ask.optional and ended is not None and ended.may_end
    assert grammar.after(grammar.start, "## Points") is None
    assert grammar.after(grammar.start, f"{whole}\n4. ") is None


def test_the_label_is_cut_where_the_person_says() -> None:
    [row] = Play(script()).run(context(), CritiqueOptions(good=2.5))
    assert row.label is True


def test_what_cannot_be_judged_is_put_aside() -> None:
    none = Play(script())
    assert none.run(context(None), CritiqueOptions()) == []
    assert [each.reason for each in none.discarded] == [UNANSWERED] and not none.questions
    cut = Play(script(Says("It is", finish="length")))
    assert cut.run(context(), CritiqueOptions()) == []
    assert [each.reason for each in cut.discarded] == [CUT_OFF]
