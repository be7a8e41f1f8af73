"""Self-QA asks about a passage and answers from it, and neither points at it nor leaves it."""

import pytest

from desktop.core.records import JsonObject, Passage, Ref
from desktop.core.steps import Judged
from desktop.core.text import put_into_words
from desktop.methods._grounding import MADE_UP, POINTS, grounding, made_up, pointing
from desktop.methods.self_qa import METHOD, STRANGE, SelfQaOptions
from tests.fakes import Says
from tests.methods.playing import Context, Play, by_step, items

TEXT = (
    "The night buses of Ellersby began in March on lines 4 and 9. In six months 41,000 people used them, twice as many"
    " as expected, and the council will decide in November whether to add a third line through the harbour."
)
QUESTIONS = (
    "1. When did the night buses of Ellersby begin?\n2. How many people used them?\n3. What decides the council?"
)


def context(*texts: str, language: str = "en") -> Context:
    passages = [Passage(number, 1, text, heading="Transport") for number, text in enumerate(texts or (TEXT,), 7)]
    return Context(METHOD, language=language, stretches=passages)


def test_n_questions_take_one_and_n_asks_with_the_passage_in_each() -> None:
    play = Play(by_step(questions=QUESTIONS, answer="In March."))
    rows = play.run(context(), SelfQaOptions(questions=3))
    assert [ask.step for ask in play.asked] == ["questions", "answer", "answer", "answer"]
    assert all(TEXT in str(ask.prompt) for ask in play.asked)
    assert all("Transport" in str(ask.prompt) for ask in play.asked)
    assert [row.instruction for row in rows] == [line[3:] for line in QUESTIONS.splitlines()]
    assert {row.output for row in rows} == {"In March."}


def test_each_row_knows_its_passage() -> None:
    assert [item.inputs for item in items(9, context(TEXT, "Another."), SelfQaOptions())] == [
        (Ref("passage", 7),),
        (Ref("passage", 8),),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "What does this article say?",
        "Who is named in the passage?",
        "What is described above?",
        "Based on the above, who pays?",
        "According to the text, when was it?",
        "本文的主要内容是什么？",
        "根据上述内容，谁来付费？",
        "作者认为什么？",
    ],
)
def test_questions_that_point_at_a_text_are_pruned_with_a_reason(text: str) -> None:
    assert pointing(text)
    play = Play(by_step(questions=f"1. {text}\n2. Who pays for the buses?", answer="The council."))
    [row] = play.run(context(), SelfQaOptions(questions=2))
    assert row.instruction == "Who pays for the buses?"
    assert [each.text for each in play.discarded] == [text]
    assert [each.reason for each in play.discarded] == [POINTS]


@pytest.mark.parametrize(
    "text",
    [
        "How many people ride the buses this year?",
        "Who is the author of Emma?",
        "谁是《红楼梦》的作者？",
        "夜间公交何时开通？",
    ],
)
def test_questions_that_point_at_nothing_stay(text: str) -> None:
    assert not pointing(text)


def test_an_answer_that_leaves_its_passage_is_put_aside() -> None:
    invented = "They were invented in Berlin by a famous engineer named Otto, who loved blue trams and green tea a lot."
    true = "The night buses began in March on lines 4 and 9, and 41,000 people used them in six months."
    assert grounding(invented, TEXT) < 0.3 < 0.9 < grounding(true, TEXT)
    play = Play(by_step(questions="1. When did the buses begin?", answer=invented))
    assert play.run(context(), SelfQaOptions(questions=1)) == []
    assert "stands in the passage" in str(play.discarded[0].reason)
    assert len(play.run(context(), SelfQaOptions(questions=1, grounding=0.0))) == 1


@pytest.mark.parametrize(
    "answer", ["unknown", "Unknown.", "未知", "", "The passage says that it was in March.", Says("In", finish="length")]
)
def test_answers_that_are_none_are_put_aside(answer: str | Says) -> None:
    play = Play(by_step(questions="1. When did the buses begin?", answer=answer))
    assert play.run(context(), SelfQaOptions(questions=1)) == []
    assert len(play.discarded) == 1


@pytest.mark.parametrize("answer", ["41000", "41,000 people.", "Yes.", "Twice as many."])
def test_short_answers_are_measured_by_their_content(answer: str) -> None:
    assert grounding(answer, TEXT) == 1.0
    assert grounding("In Harderry, England.", TEXT) == 0.0


def test_a_question_about_something_else_is_put_aside() -> None:
    play = Play(by_step(questions="1. Where is the Harrow library?\n2. When did the buses begin?", answer="In March."))
    [row] = play.run(context(), SelfQaOptions(questions=2))
    assert row.instruction == "When did the buses begin?"
    assert play.discarded[0].reason == STRANGE


def test_nobody_pays_for_the_answer_of_a_dropped_question() -> None:
    play = Play(by_step(questions=QUESTIONS, answer="In March."), judge=lambda row: Judged("many" not in str(row)))
    assert len(play.run(context(), SelfQaOptions(questions=3))) == 2
    assert len(play.asked) == 3


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"Line": 4, "Start": "March"}, "Line: 4. Start: March."),
        ({"subject": "Line 4", "relation": "starts in", "object": "March"}, "Line 4 starts in March."),
    ],
)
def test_a_row_of_a_table_and_a_triple_come_as_sentences(columns: JsonObject, said: str) -> None:
    row = Passage(1, 1, put_into_words.record(columns), form="record", columns=columns)
    play = Play(by_step(questions="1. When does line 4 start?", answer="In March."))
    assert len(play.run(Context(METHOD, stretches=[row]), SelfQaOptions(questions=1))) == 1
    assert len(play.asked) == 2 and all(said in str(ask.prompt) for ask in play.asked)


def test_a_figure_that_the_passage_does_not_have_is_put_aside() -> None:
    assert made_up("About 52,000 people on line 4.", TEXT) == "52000"
    assert not made_up("41000 people on 2 lines", TEXT) and not made_up("４１，０００人", TEXT)
    asked = "1. How many people used the buses?\n2. Why did 99 people use the buses?"
    play = Play(by_step(questions=asked, answer="52,000 people used the buses."))
    assert play.run(context(), SelfQaOptions(questions=2)) == []
    assert [each.reason for each in play.discarded] == [MADE_UP] * 2
    assert [each.step for each in play.discarded] == ["questions", "answer"]


def test_a_chinese_project_is_asked_in_chinese() -> None:
    play = Play(by_step(questions="1. 夜间公交何时开通？", answer="三月。"))
    [row] = play.run(context("埃勒斯比镇的夜间公交于三月开通。", language="zh"), SelfQaOptions(questions=1))
    assert (row.instruction, row.output, row.language) == ("夜间公交何时开通？", "三月。", "zh")
    assert all("资料" in str(ask.prompt) for ask in play.asked)
