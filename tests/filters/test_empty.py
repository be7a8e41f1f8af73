"""Empty or broken text: each fault has its own reason and its own switch."""

import pytest

from desktop.core.records import Conversation, Instruction, Message, Span, Text
from tests.filters.rows import ask, candidate, start

ZH = "用一句话解释光合作用。"


@pytest.mark.parametrize(
    ("row", "reason", "switch"),
    [
        (ask(" \u200b\n"), "There is no instruction.", "empty"),
        (ask("Explain how tides work.", ""), "The answer is empty.", "empty"),
        (ask("Explain how tides work.", "\u3000\ufeff"), "The answer is empty.", "empty"),
        (ask("Explain how tides work.", "It works like this: "), "The answer ends in a colon.", "ends_in_colon"),
        (ask("Explain how tides work.", "如下："), "The answer ends in a colon.", "ends_in_colon"),
        (ask("Explain this text here.", "Fine.", "Text:"), "The input ends in a colon.", "ends_in_colon"),
        (ask("- Explain how tides work."), "The instruction starts with “-”.", "starts_with_punctuation"),
        (ask(" ，解释一下潮汐。"), "The instruction starts with “，”.", "starts_with_punctuation"),
        (ask("😀 Explain how tides work."), "The instruction starts with “😀”.", "starts_with_punctuation"),
        (ask("(a) Explain how tides work."), "The instruction starts with “(”.", "starts_with_punctuation"),
        (
            ask("解释 how tides work."),
            "The instruction starts in another script than the project's language: “解”",
            "other_script",
        ),
        (ask("Explain how ti\ufffdes work."), "Damaged characters: 1", "broken"),
        (ask("Explain how tides work.", "Red\x1b[31m and \x07"), "Damaged characters: 2", "broken"),
        (ask("Explain how tides work.", "Half of \ud83d"), "Damaged characters: 1", "broken"),
    ],
)
def test_each_fault_has_its_reason_and_its_switch(row: Instruction, reason: str, switch: str) -> None:
    verdict = start("empty")(candidate(row), [])
    assert not verdict.passed
    assert str(verdict.reason) == reason
    every = ("empty", "ends_in_colon", "starts_with_punctuation", "other_script", "broken")
    alone = {each: each == switch for each in every}
    assert str(start("empty", "en", (), **alone)(candidate(row), []).reason) == reason
    assert start("empty", "en", (), **dict.fromkeys(every, False))(candidate(row), []).passed


@pytest.mark.parametrize(
    "text", ["《红楼梦》的作者是谁？", "“画蛇添足”是什么意思？", "（选择题）哪个是鱼？", "2024年有多少天？", ZH]
)
def test_chinese_may_open_with_a_title_a_quote_or_a_figure(text: str) -> None:
    assert start("empty", "zh")(candidate(ask(text, ZH)), []).passed


def test_spanish_may_open_with_its_question_mark() -> None:
    assert start("empty", "es")(candidate("¿Por qué es azul el cielo?"), []).passed


@pytest.mark.parametrize("text", ["Python 中如何读取文件？", "JavaScript 和 Java 有什么区别？", "AI 是什么？"])
def test_a_latin_name_may_open_a_chinese_sentence(text: str) -> None:
    assert start("empty", "zh_CN")(candidate(text), []).passed


def test_an_english_sentence_in_a_chinese_project_is_dropped() -> None:
    verdict = start("empty", "zh")(candidate("Explain the word 苹果 in English."), [])
    assert "another script" in str(verdict.reason)
    assert verdict.evidence.spans == (Span("instruction", 0, 1),)


def test_a_language_nobody_knows_is_not_judged_by_its_script() -> None:
    assert start("empty", "tlh")(candidate("解释一下潮汐。"), []).passed


def test_line_ends_tabs_and_joined_emoji_are_sound() -> None:
    assert start("empty")(
        candidate(ask("Explain how tides work.", "a\tb\r\nc 👩\u200d🚀 e\u0301 می\u200cخواهم")), []
    ).passed


def test_a_conversation_is_judged_by_each_answer() -> None:
    messages = (Message("user", "Hello there, you."), Message("assistant", "Hi."), Message("user", "Go on."))
    assert start("empty")(candidate(Conversation(messages=messages)), []).passed
    assert not start("empty")(candidate(Conversation(messages=(*messages, Message("assistant", "")))), []).passed


def test_a_plain_text_may_start_with_a_sign_or_any_script() -> None:
    assert start("empty")(candidate(Text("# 标题\nText.")), []).passed
