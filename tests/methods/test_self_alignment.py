"""The rules and examples guide the answers and leave no trace in them; what is harmful is refused, or goes."""

from typing import cast

import pytest

from desktop.core.records import Item, Reason
from desktop.core.steps import Choose, Chosen
from desktop.methods import _forms
from desktop.methods import self_alignment as method
from desktop.methods.self_alignment import METHOD, SelfAlignmentOptions, answer_of, topics_of
from tests.fakes import Says
from tests.methods.playing import Context, Play, by_step, items

GOOD = " I keep to my rules. This needs a date (12, dated).\nAssistant: I cannot know when the tide comes today."
QUESTION = "When is high tide today?"
PLAIN = Item(0, 5, data={"kind": "asks for the assistant's own experience or feelings", "harmful": False})
HARMFUL = Item(0, 5, data={"kind": "forging a document", "harmful": True})


def play(align: str | Says = GOOD, refuses: float = 0.9) -> Play:
    return Play(
        by_step(
            topics="1. Tides\n2. tides\n3. a very long topic indeed",
            questions=f"1. {QUESTION}",
            harmful="1. Help me forge a diploma.",
            align=align,
            refuses=Chosen((refuses, 1 - refuses), 0.9),
        )
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_prompt_has_sixteen_rules_and_five_examples_and_the_rows_have_none(language: str) -> None:
    context = Context(METHOD, language=language)
    said = GOOD if language == "en" else "我遵守我的规则。这需要日期（12 时效）。\n助手：我无法知道今天什么时候涨潮。"
    playing = play(said)
    [row] = playing.run(context, SelfAlignmentOptions(), PLAIN)
    [ask] = [ask for ask in playing.asked if ask.step == "align"]
    prompt = cast(str, ask.prompt)
    number, user = (".", "\nUser: ") if language == "en" else ("。", "\n用户：")
    assert all(f"\n{rule}" in prompt for rule in range(1, 17)) and "\n17" not in prompt
    assert prompt.count(user) == 6
    assert QUESTION in prompt.rsplit(user, 1)[1]
    for text in (row.instruction, row.output):
        assert "rules" not in text and "规则" not in text and number
    assert (ask.sampling.temperature, ask.sampling.top_p) == (0.5, 0.95)


def test_topics_are_lower_case_short_and_come_once() -> None:
    assert topics_of("1. Tides\n2. tides.\n3. a very long topic indeed\n4. Cold Water Fish") == (
        ("tides", "cold water fish"),
        ("a very long topic indeed",),
    )
    assert topics_of("1. 潮汐表\n2. 一个长得不像话的完全没法用的主题") == (
        ("潮汐表",),
        ("一个长得不像话的完全没法用的主题",),
    )


def test_kinds_then_topics_then_questions_then_answers() -> None:
    playing = play()
    [row] = playing.run(Context(METHOD), SelfAlignmentOptions(), PLAIN)
    assert [ask.step for ask in playing.asked] == ["topics", "questions", "align"]
    assert "- tides" in str(playing.asked[1].prompt)
    assert (row.instruction, row.output) == (QUESTION, "I cannot know when the tide comes today.")
    assert [each.reason for each in playing.discarded] == [method.LONG_TOPIC]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_there_are_twenty_kinds_of_question(language: str) -> None:
    assert len(set(Context(METHOD, language=language).list("question_types"))) == 20


def test_a_fifth_of_the_requests_is_harmful() -> None:
    drawn = items(500, Context(METHOD), SelfAlignmentOptions())
    assert 70 <= sum(bool(item.data["harmful"]) for item in drawn) <= 130
    assert not any(item.data["harmful"] for item in items(50, Context(METHOD), SelfAlignmentOptions(safety=0.0)))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("The tide comes at noon.", method.NO_INTRODUCTION),
        (" Well. I keep to my rules.\nAssistant: Noon.", method.NO_INTRODUCTION),
        (" I keep to my rules. This needs a date.", method.NO_ANSWER),
        (" I keep to my rules.\nAssistant: ...", method.NO_ANSWER),
        (" I keep to my rules.\nAssistant: Noon.\nUser: And tomorrow?\nAssistant: One.", method.TOO_SHORT),
        (f" I keep to my rules.\nAssistant: You ask: {QUESTION.upper()} At noon.", _forms.ECHO),
        (" I keep to my rules.\nAssistant: I'm sorry, I do not know.", method.APOLOGY),
        (" I keep to my rules.\nAssistant: By rule 7 I say that I do not know.", method.NAMES_RULES),
        (" I keep to my rules.\nAssistant: The tide of Corvane comes at noon.", method.EXEMPLAR),
        (" I keep to my rules.\nAssistant: It is a fact and a truth (3, many sides).", method.NAMES_RULES),
        ("我遵守我的规则。\n助手：我不知道（7 坦诚）。", method.NAMES_RULES),
        ("我遵守我的规则。\n助手：很抱歉，我不知道。", method.APOLOGY),
        ("我遵守我的规则。\n助手：按规则 7，我不知道。", method.NAMES_RULES),
    ],
)
def test_replies_that_cannot_be_used(text: str, reason: Reason) -> None:
    found = answer_of(text, QUESTION, ("Corvane", "lentils"))
    assert isinstance(found, Reason) and found.message == reason.message


def test_an_example_word_that_the_question_has_is_no_leak() -> None:
    said = " I keep to my rules.\nAssistant: Lentils take half an hour."
    assert answer_of(said, "How long do lentils take?", ("lentils",)) == "Lentils take half an hour."


def test_a_long_answer_is_cut_at_the_next_turn() -> None:
    long = "The tide follows the moon, and so it comes about fifty minutes later every day than the day before. " * 2
    long = long.replace("before. The", "before; the water")
    said = f" I keep to my rules.\nAssistant: {long}\nUser: And tomorrow?\nAssistant: Later."
    assert answer_of(said, QUESTION) == long.strip()


def test_an_answer_ends_before_it_repeats_itself() -> None:
    said = " I keep to my rules.\nAssistant: It comes at noon today. It goes at six. It comes at noon today. It goes."
    assert answer_of(said, QUESTION) == "It comes at noon today. It goes at six."
    assert (
        answer_of("我遵守我的规则。\n助手：今天中午会涨潮的。六点退。今天中午会涨潮的。", "何时？")
        == "今天中午会涨潮的。六点退。"
    )


def test_an_answer_that_takes_over_a_worked_example_is_counted() -> None:
    copied = f"{GOOD} If you are not sure, write one honest message, or talk it over with a friend first."
    playing = play(copied)
    assert playing.run(Context(METHOD), SelfAlignmentOptions(), PLAIN) == []
    assert [each.reason for each in playing.discarded] == [method.LONG_TOPIC, method.EXEMPLAR]


def test_a_cut_off_reply_is_counted() -> None:
    playing = play(Says(GOOD, finish="length"))
    assert playing.run(Context(METHOD), SelfAlignmentOptions(), PLAIN) == []
    assert len(playing.discarded) == 2


@pytest.mark.parametrize(("likely", "stays"), [(0.9, True), (0.5, False), (0.1, False)])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_safety_row_stays_only_where_the_answer_refuses(language: str, likely: float, stays: bool) -> None:
    refusal = " I keep to my rules. Forgery (1, ethical).\nAssistant: I will not help to forge a diploma."
    playing = play(refusal, likely)
    rows = playing.run(Context(METHOD, language=language), SelfAlignmentOptions(), HARMFUL)
    assert [each.step for each in playing.questions] == ["harmful", "align", "refuses"]
    assert [(row.instruction, row.task_type) for row in rows] == [("Help me forge a diploma.", "safety")] * stays
    assert [each.reason for each in playing.discarded] == [method.NOT_REFUSED] * (not stays)
    assert playing.offered == []  # what is offered is a candidate even where no answer can be used
    judged = playing.questions[-1]
    assert isinstance(judged, Choose)
    assert all(f"?{word}\n" in str(judged.prompt).replace("？", "?") for word in judged.options)


def test_harmless_answers_are_not_asked_whether_they_refuse() -> None:
    playing = play()
    playing.run(Context(METHOD), SelfAlignmentOptions(), PLAIN)
    assert not [each for each in playing.questions if each.step == "refuses"]
