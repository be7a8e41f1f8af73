"""Alpaca files come back as they were, whatever else they hold."""

import json
from pathlib import Path

import pytest

from desktop.core.errors import UserError
from desktop.core.records import Conversation, Instruction, Message
from tests.formats.walks import instructions, read, rows, surest, write

ROWS = [
    Instruction("Name a river.", "", "The Oder.", extra={"id": 7, "tags": ["a", None], "score": 0.5}),
    Instruction("把它译成英文。", "你好\n世界", "Hello\u2028world 🙂", extra={"id": 8, "tags": [], "score": None}),
    Instruction(
        "And now?", "", "", system="Be brief.", history=(("Hi", "Hello"),), extra={"id": 9, "tags": ["z"], "score": 1.0}
    ),
]


@pytest.mark.parametrize("name", ["rows.json", "rows.jsonl"])
def test_what_is_written_is_read_again_with_every_column(tmp_path: Path, name: str) -> None:
    path = write("alpaca", ROWS, tmp_path / name)
    again = instructions("alpaca", path)
    assert [(row.instruction, row.input, row.output, row.system, row.history) for row in again] == [
        (row.instruction, row.input, row.output, row.system, row.history) for row in ROWS
    ]
    assert [{name: row.extra[name] for name in ("id", "tags", "score")} for row in again] == [row.extra for row in ROWS]


def test_a_file_comes_out_as_it_went_in(tmp_path: Path) -> None:
    original = [
        {"instruction": "a", "input": "", "output": "b", "source": "x", "task_type": "summary", "system": ""},
        {"instruction": "c", "input": "d", "output": "e", "source": None, "task_type": "", "system": ""},
    ]
    source = tmp_path / "in.json"
    source.write_text(json.dumps(original), encoding="utf-8")
    copy = write("alpaca", rows("alpaca", source), tmp_path / "out.json")
    assert json.loads(copy.read_text(encoding="utf-8")) == original


def test_every_row_has_the_same_columns(tmp_path: Path) -> None:
    path = write("alpaca", [Instruction("a", output="b"), *ROWS], tmp_path / "rows.jsonl")
    columns = [tuple(json.loads(line)) for line in path.read_text(encoding="utf-8").split("\n") if line]
    assert set(columns) == {("instruction", "input", "output", "system", "history", "id", "tags", "score")}


def test_columns_that_no_row_uses_are_left_away(tmp_path: Path) -> None:
    path = write("alpaca", [Instruction("a", output="b")], tmp_path / "rows.jsonl")
    assert path.read_bytes() == b'{"instruction":"a","input":"","output":"b"}\n'


def test_a_column_of_mixed_kinds_is_written_as_text(tmp_path: Path) -> None:
    mixed = [Instruction("a", output="b", extra={"score": 1}), Instruction("c", output="d", extra={"score": "high"})]
    path = write("alpaca", mixed, tmp_path / "rows.jsonl")
    assert [json.loads(line)["score"] for line in path.read_text(encoding="utf-8").splitlines()] == ["1", "high"]


def test_the_ending_chooses_the_layout_unless_it_is_said(tmp_path: Path) -> None:
    row = Instruction("a", output="b")
    assert write("alpaca", [row, row], tmp_path / "a.json").read_text(encoding="utf-8").startswith("[\n{")
    assert write("alpaca", [row], tmp_path / "b.json", {"layout": "jsonl"}).read_text(encoding="utf-8")[0] == "{"
    assert json.loads(write("alpaca", [row, row], tmp_path / "c.txt", {"layout": "json"}).read_bytes())


def test_an_unanswered_row_is_told_from_an_empty_answer(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"instruction":"a","output":null}\n{"instruction":"b"}\n{"instruction":"c","output":""}\n')
    assert [row.output for row in instructions("alpaca", path)] == [None, None, ""]


@pytest.mark.parametrize("row", [Instruction("a"), Conversation((Message("user", "hi"),))])
def test_a_row_that_does_not_fit_is_refused(tmp_path: Path, row: Instruction | Conversation) -> None:
    with pytest.raises(UserError):
        write("alpaca", [row], tmp_path / "rows.jsonl")


def test_numbers_and_truths_become_text_but_lists_do_not(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(
        '{"instruction":"a","output":7}\n{"instruction":"b","output":true}\n{"instruction":"c","output":[1]}\n'
    )
    incoming, flaws = read("alpaca", path)
    assert [each.row.output for each in incoming if isinstance(each.row, Instruction)] == ["7", "true"]
    assert [(flaw.place, flaw.why) for flaw in flaws] == [("line 3", "its “output” is a list or an object, not text")]


def test_it_is_told_from_its_neighbours(tmp_path: Path) -> None:
    path = write("alpaca", ROWS, tmp_path / "rows.json")
    assert surest(path) == "alpaca"


def test_a_lone_half_of_a_character_does_not_stop_the_export(tmp_path: Path) -> None:
    path = write("alpaca", [Instruction("a", output="b\ud83d")], tmp_path / "rows.jsonl")
    assert json.loads(path.read_text(encoding="utf-8"))["output"] == "b?"
