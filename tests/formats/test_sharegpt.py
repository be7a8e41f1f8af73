"""ShareGPT files come back as they were, with tools and system texts."""

import json
from pathlib import Path
from typing import Any

from desktop.core.records import Conversation, Instruction
from tests.formats.walks import read, rows, surest, write

TOOLS = '[{"name": "weather", "description": "Tells the weather", "parameters": {"type": "object"}}]'
TOOL_CHAT: dict[str, Any] = {
    "conversations": [
        {"from": "human", "value": "Is it raining in Lima?"},
        {"from": "function_call", "value": '{"name": "weather", "arguments": {"city": "Lima"}}'},
        {"from": "observation", "value": '{"rain": false}'},
        {"from": "gpt", "value": "No, it is dry."},
    ],
    "system": "You know the weather.",
    "tools": TOOLS,
    "source": "station 4",
}


def _file(path: Path, *chats: dict[str, Any]) -> Path:
    path.write_text(json.dumps(chats, ensure_ascii=False), encoding="utf-8")
    return path


def test_tool_turns_system_and_unknown_columns_come_out_as_they_went_in(tmp_path: Path) -> None:
    plain = {"conversations": [{"from": "human", "value": "你好"}, {"from": "gpt", "value": "您好！"}]}
    second = plain | {"system": "", "tools": "[]", "source": "station 5"}
    source = _file(tmp_path / "in.json", TOOL_CHAT, second)
    assert surest(source) == "sharegpt"
    copy = write("sharegpt", rows("sharegpt", source), tmp_path / "out.json")
    assert json.loads(copy.read_text(encoding="utf-8")) == [TOOL_CHAT, second]


def test_roles_are_the_projects_own(tmp_path: Path) -> None:
    (row,) = rows("sharegpt", _file(tmp_path / "in.json", TOOL_CHAT))
    assert isinstance(row, Conversation)
    assert [message.role for message in row.messages] == ["user", "tool_call", "tool_result", "assistant"]
    assert (row.system, row.tools[0]["name"]) == ("You know the weather.", "weather")


def test_a_system_turn_stays_where_it_stood(tmp_path: Path) -> None:
    chat = {"conversations": [{"from": "system", "value": "Be kind."}, {"from": "human", "value": "Hi"}]}
    copy = write("sharegpt", rows("sharegpt", _file(tmp_path / "in.json", chat)), tmp_path / "out.json")
    assert json.loads(copy.read_bytes()) == [chat]


def test_what_a_turn_holds_besides_is_kept_until_the_turns_change(tmp_path: Path) -> None:
    chat = {"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello", "weight": 0}]}
    (row,) = rows("sharegpt", _file(tmp_path / "in.json", chat))
    assert isinstance(row, Conversation)
    assert json.loads(write("sharegpt", [row], tmp_path / "same.json").read_bytes()) == [chat]
    shorter = Conversation(row.messages[:1], extra=row.extra)
    assert json.loads(write("sharegpt", [shorter], tmp_path / "cut.json").read_bytes()) == [
        {"conversations": [{"from": "human", "value": "Hi"}]}
    ]


def test_an_instruction_becomes_turns_after_its_history(tmp_path: Path) -> None:
    row = Instruction("Translate.", "Hallo", "Hello", system="You translate.", history=(("Ready?", "Yes."),))
    path = write("sharegpt", [row, Instruction("Hi", output="Ho")], tmp_path / "out.json")
    first, second = json.loads(path.read_bytes())
    assert [(turn["from"], turn["value"]) for turn in first["conversations"]] == [
        ("human", "Ready?"),
        ("gpt", "Yes."),
        ("human", "Translate.\n\nHallo"),
        ("gpt", "Hello"),
    ]
    assert (first["system"], second["system"]) == ("You translate.", "")


def test_turns_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    chats: tuple[dict[str, Any], ...] = (
        {"conversations": [{"from": "wizard", "value": "x"}]},
        {"conversations": []},
        {"text": "no turns"},
        {"conversations": ["x"]},
        {"conversations": [{"role": "user", "content": [{"type": "image_url", "image_url": "x.png"}]}]},
    )
    incoming, flaws = read("sharegpt", _file(tmp_path / "in.json", *chats))
    assert incoming == []
    assert [flaw.why for flaw in flaws] == [
        "one of its turns has the unknown role “wizard”",
        "this row is empty",
        "this row holds no list of turns",
        "one of its turns is not an object with a role and a text",
        "one of its turns holds something else than text",
    ]
