"""Rows of tables and functions as sentences."""

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


def test_a_function_is_what_it_does_and_takes() -> None:
    parameters: JsonObject = {
        "type": "object",
        "properties": {"city": {"type": "string", "description": "Where"}, "days": {}},
        "required": ["city"],
    }
    told = put_into_words.function({"name": "weather", "description": "Tell it", "parameters": parameters})
    assert told == "weather: Tell it\n- city (string, required): Where\n- days"
    assert put_into_words.function({"name": "now"}) == "now"
