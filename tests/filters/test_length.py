"""Length: the published bounds, in words and in characters."""

import pytest

from desktop.core.records import Conversation, Message, Span, Text
from tests.filters.rows import ask, candidate, start


@pytest.mark.parametrize(("words", "passed"), [(1, False), (3, False), (4, True), (150, True), (151, False)])
def test_english_instructions_of_4_to_150_words_pass(words: int, passed: bool) -> None:
    verdict = start("length")(candidate(" ".join(["word"] * words)), [])
    assert verdict.passed == passed
    assert verdict.value == words


@pytest.mark.parametrize(("characters", "passed"), [(1, False), (5, False), (6, True), (225, True), (226, False)])
def test_chinese_instructions_of_6_to_225_characters_pass(characters: int, passed: bool) -> None:
    assert start("length", "zh")(candidate("诗" * characters + "。"), []).passed == passed


def test_the_reason_counts_in_the_text_s_own_unit() -> None:
    assert str(start("length")(candidate("Write poem"), []).reason) == (
        "The instruction is too short (words: 2, at least 4)."
    )
    assert str(start("length", "zh")(candidate("写首诗。"), []).reason) == (
        "The instruction is too short (characters: 3, at least 6)."
    )
    assert "characters: 300, at most 225" in str(start("length", "zh")(candidate("诗" * 300), []).reason)


def test_input_and_answer_have_bounds_of_their_own() -> None:
    judge = start("length", input_maximum=2, output_minimum=2)
    assert judge(candidate(ask("Say what this is about.", "A fine cat", "two words")), []).passed
    too_long = judge(candidate(ask("Say what this is about.", "A fine cat", "three whole words")), [])
    assert too_long.evidence.spans == (Span("input", 0, 17),)
    too_short = judge(candidate(ask("Say what this is about.", "Cat", "two words")), [])
    assert "answer is too short" in str(too_short.reason)
    assert judge(candidate(ask("Say what this is about.", None, "")), []).passed


def test_nought_is_no_limit() -> None:
    assert start("length", instruction_minimum=0, instruction_maximum=0)(candidate("word " * 1000), []).passed


def test_each_answer_of_a_conversation_is_measured() -> None:
    messages = (Message("user", "Tell me about the tides."), Message("assistant", "No."))
    verdict = start("length", output_minimum=2)(candidate(Conversation(messages=messages)), [])
    assert verdict.evidence.spans == (Span("messages.1.assistant", 0, 3),)


def test_a_plain_text_has_no_instruction_to_measure() -> None:
    assert start("length")(candidate(Text("word " * 1000)), []).passed
