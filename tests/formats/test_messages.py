"""OpenAI-style messages come back as they were, with tool calls and their results."""

import json
from pathlib import Path
from typing import Any

from desktop.core.records import Conversation, Instruction
from tests.formats.walks import rows, surest, write

TOOL: dict[str, Any] = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}


def _call(id: str, city: str) -> dict[str, Any]:
    return {"id": id, "type": "function", "function": {"name": "weather", "arguments": json.dumps({"city": city})}}


CHAT: dict[str, Any] = {
    "messages": [
        {"role": "system", "content": "You know the weather."},
        {"role": "user", "content": "Lima and Quito?"},
        {"role": "assistant", "content": "", "tool_calls": [_call("x1", "Lima"), _call("x2", "Quito")]},
        {"role": "tool", "content": "rain", "tool_call_id": "x2"},
        {"role": "tool", "content": "dry", "tool_call_id": "x1"},
        {"role": "assistant", "content": "Dry in Lima, rain in Quito.", "weight": 1},
    ],
    "tools": [TOOL],
    "source": 3,
}


def _file(path: Path, *chats: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(chat) + "\n" for chat in chats), encoding="utf-8")
    return path


def test_tool_calls_and_their_ids_come_out_as_they_went_in(tmp_path: Path) -> None:
    source = _file(tmp_path / "in.jsonl", CHAT)
    assert surest(source) == "messages"
    copy = write("messages", rows("messages", source), tmp_path / "out.jsonl")
    assert json.loads(copy.read_bytes()) == CHAT


def test_calls_that_bear_no_id_are_matched_in_their_order(tmp_path: Path) -> None:
    source = tmp_path / "in.json"
    turns = [
        {"from": "human", "value": "Lima?"},
        {"from": "function_call", "value": '{"name": "weather", "arguments": {"city": "Lima"}}'},
        {"from": "observation", "value": "dry"},
        {"from": "gpt", "value": "Dry."},
    ]
    source.write_text(json.dumps([{"conversations": turns, "tools": json.dumps([TOOL["function"]])}]))
    written = json.loads(write("messages", rows("sharegpt", source), tmp_path / "out.jsonl").read_bytes())
    assert written["tools"] == [TOOL]
    _asked, called, answered, _said = written["messages"]
    assert called["tool_calls"][0]["id"] == answered["tool_call_id"]
    assert json.loads(called["tool_calls"][0]["function"]["arguments"]) == {"city": "Lima"}
    back = write("sharegpt", rows("messages", tmp_path / "out.jsonl"), tmp_path / "back.json")
    assert json.loads(back.read_bytes())[0]["conversations"] == turns


def test_text_in_parts_is_joined(tmp_path: Path) -> None:
    parts = [{"type": "text", "text": "Good "}, {"type": "text", "text": "morning"}]
    (row,) = rows("messages", _file(tmp_path / "in.jsonl", {"messages": [{"role": "user", "content": parts}]}))
    assert isinstance(row, Conversation)
    assert row.messages[0].content == "Good morning"


def test_an_instruction_is_a_question_and_an_answer(tmp_path: Path) -> None:
    path = write("messages", [Instruction("Hi", "there", "Ho", system="S")], tmp_path / "out.jsonl")
    assert json.loads(path.read_bytes()) == {
        "messages": [
            {"role": "system", "content": "S"},
            {"role": "user", "content": "Hi\n\nthere"},
            {"role": "assistant", "content": "Ho"},
        ]
    }


def test_tools_may_be_written_as_text(tmp_path: Path) -> None:
    (row,) = rows("messages", _file(tmp_path / "in.jsonl", CHAT))
    path = write("messages", [row], tmp_path / "out.jsonl", {"tools": "text"})
    assert json.loads(json.loads(path.read_bytes())["tools"]) == [TOOL]
    assert rows("messages", path) == [row]


def test_arguments_that_are_no_sound_json_stay_as_they_are(tmp_path: Path) -> None:
    for arguments in ("{oh", "[" * 900 + "]" * 900):
        call = {"id": "x", "type": "function", "function": {"name": "weather", "arguments": arguments}}
        chat = {
            "messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "", "tool_calls": [call]}]
        }
        copy = write("messages", rows("messages", _file(tmp_path / "in.jsonl", chat)), tmp_path / "out.jsonl")
        assert json.loads(copy.read_bytes()) == chat
