"""Replies are read in whatever wrapping a model gives them, and never more of them than is whole."""

import pytest

from desktop.core.records import JsonObject
from desktop.core.text.replies import lines, objects, strings, text_of, unquoted


@pytest.mark.parametrize(
    "text",
    [
        '[{"a": 1}, {"a": 2}]',
        '{"a": 1}\n{"a": 2}',
        'Sure!\n```json\n[{"a": 1}, {"a": 2}]\n```\nDone.',
        '```\n{"a": 1}\n{"a": 2}',
        '[{"a": 1}, {"a": 2}, {"a": 3',
        '[one] {"a": 1} and {"a": 2}',
    ],
)
def test_objects_are_found(text: str) -> None:
    assert objects(text) == ({"a": 1}, {"a": 2})


def test_an_object_inside_an_object_is_a_part_of_it() -> None:
    assert objects('{"a": {"b": 1}}') == ({"a": {"b": 1}},)


def test_line_ends_inside_a_text_are_borne() -> None:
    assert objects('{"a": "one\ntwo"}') == ({"a": "one\ntwo"},)


@pytest.mark.parametrize("text", ["", "[]", "no", "[[[[", '{"a"', "{" * 5000])
def test_nothing_is_nothing(text: str) -> None:
    assert objects(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        '["Why?", "How?"]',
        '```json\n["Why?",\n"How?"]\n```',
        '{"questions": ["Why?", "How?"]}',
        '[{"q": "Why?"}, {"q": "How?"}]',
        '["Why?", "How?", "Wh',
        "1. Why?\n2. How?",
        " Why?\n2. How?\n\nThese questions are about reasons.",
        "1) Why?\n\n2) How?\n",
        "- Why?\n* How?",
        "1、Why?\n2．“How?”",
    ],
)
def test_texts_of_a_list_are_found(text: str) -> None:
    assert strings(text) == ("Why?", "How?")


def test_a_quotation_in_a_numbered_line_is_a_part_of_it() -> None:
    assert strings('1. What does "ebb" mean?\n2. Is [x] a box?') == ('What does "ebb" mean?', "Is [x] a box?")


def test_a_year_is_no_number_of_a_line() -> None:
    assert lines("1984 is a novel.\n2. 1984 is a year.") == ("1984 is a novel.", "1984 is a year.")


def test_a_field_is_found_by_any_of_its_names() -> None:
    found: JsonObject = {"Instruction ": " Sing. ", "n": 5, "yes": True, "list": []}
    assert text_of(found, ("task", "instruction")) == "Sing."
    assert (text_of(found, ("n",)), text_of(found, ("yes", "list", "none"))) == ("5", "")


@pytest.mark.parametrize(
    ("text", "plain"),
    [('"Why?"', "Why?"), ("“为什么？”", "为什么？"), ('"A" or "B"', '"A" or "B"'), ('"', '"'), (" x ", "x")],
)
def test_quotation_marks_around_the_whole_go(text: str, plain: str) -> None:
    assert unquoted(text) == plain
