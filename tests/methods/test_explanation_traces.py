"""Rows are answered anew under system texts that fit their kind of task."""

from typing import cast

import pytest

from desktop.core.records import Candidate, Instruction, Message, Ref
from desktop.methods.explanation_traces import METHOD, ExplanationTracesOptions, eligible
from tests.fakes import Says
from tests.methods.playing import Context, Play, by_step, items


def context(task_type: str = "", language: str = "en") -> Context:
    row = Instruction("Is it hot?", "31 degrees", "Yes", task_type=task_type)
    return Context(METHOD, language=language, candidates=[Candidate(4, 4, row)])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_there_are_sixteen_texts_of_which_one_is_empty(language: str) -> None:
    lines = context(language=language).list("system_messages")
    assert len(lines) == 16
    texts = [line.partition(":")[2].strip() for line in lines]
    assert texts.count("(empty)") == 1
    assert len(set(texts)) == 16


def test_the_kind_of_task_decides_which_are_eligible() -> None:
    lines = context().list("system_messages")
    unknown, classes, choice = (set(eligible(lines, kind)) for kind in ("", "classification", "multiple_choice"))
    assert "" in unknown and unknown < classes and unknown < choice
    assert classes - unknown and choice - unknown and not (classes & choice) - unknown


def test_the_answer_comes_in_a_row_with_its_system_text() -> None:
    play = Play(by_step(answer=" It is hot, because 31 is much. "))
    rows = play.run(context("classification"), ExplanationTracesOptions(systems=3))
    assert len(rows) == len({row.system for row in rows}) == 3
    for row, ask in zip(rows, play.asked, strict=True):
        assert (row.instruction, row.input, row.output) == (
            "Is it hot?",
            "31 degrees",
            "It is hot, because 31 is much.",
        )
        messages = cast("tuple[Message, ...]", ask.prompt)
        assert [each.content for each in messages if each.role == "system"] == ([row.system] if row.system else [])
        assert messages[-1].content.startswith("Is it hot?\n\n31 degrees")


def test_the_row_is_the_parent() -> None:
    assert items(2, context(), ExplanationTracesOptions())[0].inputs == (Ref("candidate", 4),)


def test_cut_off_answers_are_counted() -> None:
    play = Play(by_step(answer=Says("It is", finish="length")))
    assert play.run(context(), ExplanationTracesOptions()) == []
    assert len(play.discarded) == 1
