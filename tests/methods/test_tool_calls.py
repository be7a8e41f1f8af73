"""Tool calls never name their function in the request, fit its schema, and ask for what was not said."""

import json
from typing import Any

import pytest

from desktop.core.records import Passage
from desktop.core.steps import Choose, Chosen, Judged
from desktop.engine.grammar import Grammar
from desktop.methods._forms import COPIED
from desktop.methods._schema import bounds, fault_of
from desktop.methods.tool_calls import EMPTY, MADE_UP, METHOD, NAMES, NOT_WANTED, ToolCallsOptions, names, unsaid
from tests.fakes import Says
from tests.methods.playing import Context, Play

FERRY: dict[str, Any] = {
    "name": "book_ferry",
    "description": "Books a crossing to the island.",
    "parameters": {
        "type": "object",
        "properties": {
            "date": {"type": "string", "description": "day of the crossing"},
            "passengers": {"type": "integer", "minimum": 1, "maximum": 9},
            "car": {"type": "boolean"},
            "class": {"enum": ["first", "second"]},
        },
        "required": ["date", "passengers"],
    },
}
TIDE: dict[str, Any] = {"name": "tide_at", "description": "Tides.", "parameters": {"type": "object", "properties": {}}}
ONE = ToolCallsOptions(requests=1, incomplete=0.0)
FULL = "1. Please book me a crossing on 4 May for two people."
CALL = {"date": "4 May", "passengers": 2}


def context(language: str = "en") -> Context:
    passages = [Passage(number, 1, "", form="function", columns=each) for number, each in enumerate((FERRY, TIDE), 7)]
    return Context(METHOD, language=language, stretches=passages)


def script(requests: Any = FULL, *arguments: Any, supply: str = "On 4 May, two of us.", **more: Any) -> Any:
    left = list(arguments or [CALL])

    def say(ask: Any) -> Any:
        if isinstance(ask, Choose):
            idle, opposite = "saw a ship" in str(ask.prompt), "of no use" in str(ask.prompt)
            return Chosen((0.9, 0.1) if idle == opposite else (0.6, 0.4), 0.9)  # it leans to yes, whatever it is asked
        if ask.step == "arguments":
            said = left.pop(0)
            return said if isinstance(said, Says) else json.dumps(said)
        said = {
            "question": "When, and how many?",
            "supply": supply,
            "result": '{"booking": "F12"}',
            "final": "Booked: F12.",
        }
        return more.get(ask.step) or said.get(ask.step, requests)

    return say


def test_a_request_is_called_for_and_answered() -> None:
    play = Play(script())
    [row] = play.run(context(), ONE)
    assert [message.role for message in row.messages] == ["user", "tool_call", "tool_result", "assistant"]
    assert json.loads(row.messages[1].content) == {"name": "book_ferry", "arguments": CALL}
    assert not fault_of(json.loads(row.messages[1].content)["arguments"], FERRY["parameters"])
    assert {tool["name"] for tool in row.tools} == {"book_ferry", "tide_at"}
    assert [ask.step for ask in play.asked] == ["requests", "arguments", "result", "final"]
    assert all("book_ferry" not in str(ask.prompt) for ask in play.asked), "a model that never reads it cannot say it"
    assert play.asked[1].schema == bounds(FERRY["parameters"])


@pytest.mark.parametrize(
    "text", ["Call book_ferry for me.", "Use bookFerry now.", "BOOK FERRY for two.", "Run book-ferry(2)."]
)
def test_a_request_that_names_the_function_is_put_aside(text: str) -> None:
    assert names(text, FERRY) and not names("Please book a ferry for the date.", FERRY)
    play = Play(script(f"1. {text}"))
    assert play.run(context(), ONE) == [] and [each.reason for each in play.discarded] == [NAMES]


def test_a_parameter_may_be_spoken_of_but_not_written_as_programs_do() -> None:
    parameters = {"type": "object", "properties": {"tracking_number": {}}}
    function: dict[str, Any] = {"name": "track_package", "parameters": parameters}
    assert not names("Where is my parcel? The tracking number is 12.", function)
    assert names("Where is my parcel? tracking_number: 12", function)


def test_the_list_of_requests_is_opened_with_a_quotation_mark() -> None:
    said = 'Please book me a crossing on 4 May for two people."\n2. “Two of us, on 4 May!”'
    play = Play(script(said, CALL, CALL))
    rows = play.run(context(), ToolCallsOptions(requests=2, incomplete=0.0))
    assert play.asked[0].prefill == '1. "'
    assert play.offered == ["Please book me a crossing on 4 May for two people.", "Two of us, on 4 May!"] and rows


def test_the_prompts_own_example_is_put_aside() -> None:
    play = Play(script("1. Please get us a table for four at the Lindenhof on Friday at seven."))
    assert play.run(context(), ONE) == [] and [each.reason for each in play.discarded] == [COPIED]


def test_a_message_that_does_not_want_the_function_is_put_aside() -> None:
    idle = "1. We saw a ship on the fourth of May."
    play = Play(script(idle))
    assert play.run(context(), ONE) == [] and [each.reason for each in play.discarded] == [NOT_WANTED]
    asked = [each for each in play.questions if isinstance(each, Choose)]
    assert len(asked) == 2 and asked[0].prompt != asked[1].prompt
    unasked = Play(script(idle, CALL, CALL))
    unasked.run(context(), ToolCallsOptions(requests=1, incomplete=0.0, wanted=0.0))
    assert not any(isinstance(each, Choose) for each in unasked.questions)


def test_what_nobody_said_is_asked_for() -> None:
    play = Play(script("1. Please book me a crossing.", {"date": "1 June", "passengers": 4}, CALL))
    [row] = play.run(context(), ONE)
    assert [message.role for message in row.messages][:4] == ["user", "assistant", "user", "tool_call"]
    assert row.messages[1].content == "When, and how many?"
    assert json.loads(row.messages[3].content)["arguments"] == CALL
    assert "day of the crossing; passengers" in str(play.asked[2].prompt)


def test_a_call_that_still_has_made_up_values_is_put_aside() -> None:
    play = Play(script("1. Please book me a crossing.", CALL, CALL, supply="Soon."))
    assert play.run(context(), ONE) == []
    assert [each.reason for each in play.discarded] == [MADE_UP]


def test_a_share_of_the_requests_lacks_something_on_purpose() -> None:
    play = Play(script("1. Book it for two.", CALL, CALL))
    play.run(context(), ToolCallsOptions(requests=1, incomplete=1.0))
    assert [ask.step for ask in play.asked][:3] == ["incomplete", "arguments", "question"]


def test_what_comes_back_is_a_small_object_and_never_an_empty_one() -> None:
    play = Play(script())
    play.run(context(), ONE)
    [ask] = [each for each in play.asked if each.step == "result"]
    grammar = Grammar(ask.grammar)
    for text, fits in (('{"booking": "F12", "seats": -2.5}', True), ("{}", False), ('{"booking": ""}', False)):
        assert (grammar.after(grammar.start, text) is not None) is fits


def test_guesses_about_what_is_not_required_are_left_out_of_the_call() -> None:
    schema = {**FERRY["parameters"]["properties"], "note": {"type": "string"}}
    function = {**FERRY, "parameters": {**FERRY["parameters"], "properties": schema}}
    own = Context(METHOD, stretches=[Passage(7, 1, "", form="function", columns=function)])
    [row] = Play(script(FULL, {**CALL, "note": "window seat", "class": "first"})).run(own, ONE)
    assert json.loads(row.messages[1].content)["arguments"] == {**CALL, "class": "first"}
    assert unsaid({"passengers": 2, "date": "1 June"}, FERRY, "for two") == ("date",)
    assert unsaid({"passengers": 12}, FERRY, "for 120") == ("passengers",)


def test_a_call_that_takes_over_nothing_is_put_aside() -> None:
    free = {**FERRY, "parameters": {**FERRY["parameters"], "required": []}}
    own = Context(METHOD, stretches=[Passage(7, 1, "", form="function", columns=free)])
    for call in ({}, {"passengers": 9}):  # nothing, or a guess alone
        play = Play(script(FULL, call))
        assert play.run(own, ONE) == [] and [each.reason for each in play.discarded] == [EMPTY]


@pytest.mark.parametrize("said", [{"date": "4 May"}, {**CALL, "passengers": 20}, Says('{"da', finish="length")])
def test_arguments_that_do_not_fit_are_put_aside(said: Any) -> None:
    play = Play(script(FULL, said))
    assert play.run(context(), ONE) == [] and len(play.discarded) == 1


def test_a_request_that_is_cut_off_is_put_aside() -> None:
    play = Play(script(Says(f"{FULL}\n2. Please book me a", finish="length")))
    assert len(play.run(context(), ToolCallsOptions(requests=2, incomplete=0.0))) == 1
    assert [each.text for each in play.discarded] == ["Please book me a"]


def test_nobody_pays_for_the_call_of_a_dropped_request() -> None:
    play = Play(script(), judge=lambda row: Judged(False))
    assert play.run(context(), ONE) == [] and len(play.asked) == 1


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        (True, {"type": "integer"}),
        ("x", {"type": ["integer", "null"]}),
        ("c", {"enum": ["a", "b"]}),
        ("abc", {"type": "string", "maxLength": 2}),
        ("abc", {"type": "string", "pattern": "^\\d+$"}),
        (5, {"type": "number", "exclusiveMaximum": 5}),
        ([1, "a"], {"type": "array", "items": {"type": "integer"}}),
        ([], {"type": "array", "minItems": 1}),
        ({"a": {"b": 1}}, {"type": "object", "properties": {"a": {"properties": {"c": {}}, "type": "object"}}}),
        (1, {"anyOf": [{"type": "string"}, {"type": "null"}]}),
        (1, {"allOf": [{"type": "integer"}, {"minimum": 2}]}),
    ],
)
def test_what_breaks_a_schema_is_named(value: Any, schema: dict[str, Any]) -> None:
    assert fault_of(value, schema)


def test_what_keeps_to_a_schema_has_no_fault() -> None:
    schema = {"type": "object", "properties": {"a": {"type": ["string", "null"]}, "n": {"type": "integer"}}}
    assert not fault_of({"a": None, "n": 2.0}, schema)
    assert not fault_of({"x": 1}, {"type": "object"}) and not fault_of(1, True) and not fault_of("a", {"pattern": "("})
    assert not fault_of({"x": 1}, {"type": "object", "properties": {"a": {}}, "additionalProperties": True})
