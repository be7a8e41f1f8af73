"""Instructions come without answers, and are answered by a method of their own."""

from typing import cast

from desktop.core.records import Candidate, Conversation, Instruction, Message, Preference, Ref
from desktop.core.steps import Judged
from desktop.methods import _forms, answers, instructions
from desktop.methods.answers import AnswersOptions
from desktop.methods.instructions import InstructionsOptions
from tests.fakes import Says
from tests.methods.playing import Context, Play, by_step, items

LIST = "1. How do I prune a rose?\n2. Name three shrubs.\n3. How do I prune a rose?"


def asking(language: str = "en", **lists: list[str]) -> Context:
    return Context(instructions.METHOD, language=language, lists=lists)


def answering(*rows: object, language: str = "en") -> Context:
    candidates = [Candidate(number, number, cast(Instruction, row)) for number, row in enumerate(rows, 3)]
    return Context(answers.METHOD, language=language, candidates=candidates)


# ── instructions only ────────────────────────────────────────────────────────────────────────────


def test_only_instructions_come_and_each_is_offered_once() -> None:
    play = Play(by_step(instructions=LIST))
    assert play.run(asking(topics=["roses"]), InstructionsOptions(count=3)) == []
    assert play.offered == ["How do I prune a rose?", "Name three shrubs."]
    assert len(play.asked) == 1
    assert "roses" in str(play.asked[0].prompt)
    assert (play.asked[0].prefill, play.asked[0].stop[0]) == ("1.", "\n4.")


def test_what_the_user_says_of_assistant_and_criteria_is_asked_for() -> None:
    play = Play(by_step(instructions=LIST))
    play.run(asking(), InstructionsOptions(assistant="a railway help desk", criteria="All about delays."))
    assert "a railway help desk" in str(play.asked[0].prompt) and "All about delays." in str(play.asked[0].prompt)


def test_every_topic_has_its_turn_before_one_comes_again() -> None:
    drawn = items(6, asking(topics=["a", "b", "c"]), InstructionsOptions())
    assert {str(item.data["topic"]) for item in drawn[:3]} == {"a", "b", "c"}
    assert {str(item.data["topic"]) for item in drawn[3:]} == {"a", "b", "c"}


def test_an_example_of_the_prompt_handed_back_is_put_aside() -> None:
    play = Play(by_step(instructions="1. How do I tie a bowline with my cold hands?\n2. What is a bowline?"))
    play.run(asking(), InstructionsOptions())
    assert play.offered == ["What is a bowline?"]
    assert [each.reason for each in play.discarded] == [_forms.COPIED]


def test_a_reply_that_holds_none_is_counted() -> None:
    play = Play(by_step(instructions=" \n"))
    play.run(asking(), InstructionsOptions())
    assert len(play.discarded) == 1


def test_a_chinese_project_is_asked_in_chinese() -> None:
    play = Play(by_step(instructions="1. 怎样修剪月季？"), judge=lambda row: Judged(row.language == "zh"))
    play.run(asking("zh"), InstructionsOptions())
    assert play.offered == ["怎样修剪月季？"]
    assert "编号列表" in str(play.asked[0].prompt)


# ── answers ──────────────────────────────────────────────────────────────────────────────────────


def test_an_instruction_is_answered_with_its_input_system_and_history() -> None:
    row = Instruction("And in winter?", "Roses", None, "You are a gardener.", (("When to prune?", "In March."),))
    play = Play(by_step(answer=" Not at all. "))
    [answered] = play.run(answering(row), AnswersOptions())
    assert (answered.instruction, answered.input, answered.output) == ("And in winter?", "Roses", "Not at all.")
    assert (answered.system, answered.history) == (row.system, row.history)
    assert play.asked[0].prompt == (
        Message("system", "You are a gardener."),
        Message("user", "When to prune?"),
        Message("assistant", "In March."),
        Message("user", "And in winter?\n\nRoses"),
    )


def test_the_row_keeps_its_empty_system_text() -> None:
    play = Play(by_step(answer="Not at all."))
    [answered] = play.run(answering(Instruction("And in winter?")), AnswersOptions())
    assert answered.system == ""
    assert cast("tuple[Message, ...]", play.asked[0].prompt)[0].role == "system"


def test_the_unanswered_row_is_the_parent() -> None:
    assert [item.inputs for item in items(5, answering(Instruction("A"), Instruction("B")), AnswersOptions())] == [
        (Ref("candidate", 3),),
        (Ref("candidate", 4),),
    ]


def test_of_a_conversation_the_last_question_is_answered_anew() -> None:
    talk = Conversation((Message("user", "When?"), Message("assistant", "Now."), Message("user", "Why?")))
    play = Play(by_step(answer="Because."))
    [answered] = play.run(answering(talk), AnswersOptions())
    assert (answered.instruction, answered.history, answered.output) == ("Why?", (("When?", "Now."),), "Because.")


def test_other_kinds_are_passed_over() -> None:
    assert items(5, answering(Preference("Which?", "a", "b"), Instruction("Why?")), AnswersOptions())[0].inputs == (
        Ref("candidate", 4),
    )


def test_several_answers_are_samples_of_one_ask_and_equal_ones_come_once() -> None:
    play = Play(by_step(answer="Because."))
    rows = play.run(answering(Instruction("Why?")), AnswersOptions(answers=3))
    assert (len(rows), len(play.asked), play.asked[0].n) == (1, 1, 3)


def test_cut_off_and_empty_answers_are_counted() -> None:
    for said in (Says("Because of the", finish="length"), Says("  ")):
        play = Play(by_step(answer=said))
        assert play.run(answering(Instruction("Why?")), AnswersOptions()) == []
        assert len(play.discarded) == 1


def test_an_answer_in_chinese() -> None:
    play = Play(by_step(answer="因为下雨。"))
    [answered] = play.run(answering(Instruction("为什么？", language="zh"), language="zh"), AnswersOptions())
    assert (answered.output, answered.language) == ("因为下雨。", "zh")
    assert "简体中文" in str(play.asked[0].prompt)
