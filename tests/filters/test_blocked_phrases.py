"""Blocked phrases: whole words in any case, characters in Chinese, one's own beside the published."""

import pytest

from desktop.core.records import Span, Text
from tests.filters.rows import ask, candidate, start


@pytest.mark.parametrize(
    "instruction",
    [
        "Describe the image below in detail.",
        "Caption these IMAGES for me.",
        "Read the graph and explain it.",
        "Compare the graphs you see here.",
        "What is in this picture?",
        "Sort the pictures by date.",
        "Open the file and count lines.",
        "Merge both files into one.",
        "Find Berlin on the map, please.",
        "Compare two maps of Rome.",
        "Please Draw a cat for me.",
        "Can you plot sine and cosine?",
        "Go  to the website and log in.",
        "(map) is a function; explain it.",
        "Write a program that adds numbers.",
        "write a programme in Welsh on radio.",
    ],
)
def test_what_text_cannot_do_is_dropped(instruction: str) -> None:
    passed = start("blocked_phrases")(candidate(instruction), []).passed
    assert passed == ("programme" in instruction)


@pytest.mark.parametrize(
    "instruction",
    [
        "Imagine a paragraph about mapping profiles and withdrawals.",
        "Explain what plotting means in a novel.",
        "Describe the plot_points of a story.",
        "Tell me how to write a program of events.",
        "Should I go together with them to Rome?",
    ],
)
def test_parts_of_words_are_not_phrases(instruction: str) -> None:
    assert start("blocked_phrases")(candidate(instruction), []).passed


@pytest.mark.parametrize(
    "instruction", ["请描述这张图片的内容。", "根据下图回答问题。", "帮我画一只猫。", "编写一个程序计算圆的面积。"]
)
def test_chinese_phrases_are_found_inside_a_sentence(instruction: str) -> None:
    assert not start("blocked_phrases", "zh_CN")(candidate(instruction), []).passed


@pytest.mark.parametrize(
    "instruction",
    [
        "介绍一部你喜欢的动画片。",
        "比如图书馆应该怎样管理？",
        "画家梵高有哪些代表作？",
        "请教我怎样编写一个程序的说明。",
    ],
)
def test_harmless_chinese_words_are_let_pass(instruction: str) -> None:
    assert start("blocked_phrases", "zh")(candidate(instruction), []).passed


def test_an_english_word_inside_chinese_is_a_whole_word() -> None:
    assert not start("blocked_phrases", "zh", own="graph")(candidate("请解释这个graph的含义。"), []).passed
    assert start("blocked_phrases", "zh", own="graph")(candidate("请解释这个graphql的含义。"), []).passed


def test_the_evidence_points_at_each_phrase() -> None:
    verdict = start("blocked_phrases")(candidate("Draw a map and a Map."), [])
    assert verdict.value == 3
    assert verdict.evidence.spans == (
        Span("instruction", 0, 4),
        Span("instruction", 7, 10),
        Span("instruction", 17, 20),
    )
    assert str(verdict.reason) == "Blocked phrase: draw, map"


def test_own_phrases_join_the_list_or_stand_alone() -> None:
    judge = start("blocked_phrases", own=["C++ template", "^Please"])
    assert not judge(candidate("Explain a C++  template to me."), []).passed
    assert not judge(candidate("  please explain tides."), []).passed
    assert judge(candidate("Explain tides, please."), []).passed
    assert not judge(candidate("Draw a cat for me."), []).passed
    alone = start("blocked_phrases", published=False, own=["tides"])
    assert alone(candidate("Draw a cat for me."), []).passed
    assert not alone(candidate("Explain the tides."), []).passed


def test_a_plain_text_asks_for_nothing() -> None:
    text = candidate(Text("The map shows how to go to the harbour."))
    assert start("blocked_phrases")(text, []).passed
    assert not start("blocked_phrases", own=["harbour"])(text, []).passed


def test_no_phrase_at_all_blocks_nothing() -> None:
    assert start("blocked_phrases", published=False, own=["^", " "])(candidate("Draw a map."), []).passed


def test_input_and_answer_are_read_on_request() -> None:
    row = ask("Continue this story for me.", "She took the map.", "He had a file.")
    assert start("blocked_phrases")(candidate(row), []).passed
    verdict = start("blocked_phrases", everywhere=True)(candidate(row), [])
    assert {span.field for span in verdict.evidence.spans} == {"input", "output"}


def test_a_language_without_a_list_uses_the_english_one() -> None:
    assert not start("blocked_phrases", "fr")(candidate("Explique le plot du film."), []).passed
