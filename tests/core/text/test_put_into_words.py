"""Rows of tables, triples and functions as sentences."""

import pytest

from desktop.core.records import JsonObject
from desktop.core.text import put_into_words


def test_a_row_is_its_columns_as_sentences() -> None:
    row: JsonObject = {
        "Name": "Ann",
        "Fee": 12.0,
        "Paid": True,
        "Note": "She\nis late!",
        "Empty": "",
        "None": None,
        "Tags": ["a", "b"],
    }
    assert put_into_words.record(row) == "Name: Ann. Fee: 12. Paid: true. Note: She is late! Tags: a, b."
    assert put_into_words.record({"姓名": "王", "备注": "迟到。"}) == "姓名：王。备注：迟到。"
    assert put_into_words.record({"a": {"b": 1, "c": [2]}}) == "a: b: 1; c: 2."
    assert put_into_words.record({"a": ""}) == ""


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"subject": "The Rhine", "relation": "flows through", "object": "Basel"}, "The Rhine flows through Basel."),
        ({"Object": "Basel", "Subject": "Euler", "Predicate": "born_in"}, "Euler born in Basel."),
        ({"head": "Euler", "relation": "bornIn", "tail": 1707}, "Euler born in 1707."),
        ({"主体": "岳阳楼", "关系": "建在", "客体": "洞庭湖东岸"}, "岳阳楼建在洞庭湖东岸。"),
        ({"subject": "Rhine", "relation": "", "object": "Basel"}, "subject: Rhine. object: Basel."),
    ],
)
def test_a_triple_is_one_sentence(row: JsonObject, said: str) -> None:
    assert put_into_words.record(row) == said


def test_a_function_is_what_it_does_and_takes() -> None:
    parameters: JsonObject = {
        "type": "object",
        "properties": {"city": {"type": "string", "description": "Where"}, "days": {}},
        "required": ["city"],
    }
    told = put_into_words.function({"name": "weather", "description": "Tell it", "parameters": parameters})
    assert told == "weather: Tell it\n- city (string, required): Where\n- days"
    assert put_into_words.function({"name": "now"}) == "now"
