"""JSON and JSON Lines, whole, broken and hostile."""

import json
from pathlib import Path
from typing import Any

import pytest

from desktop.core.errors import UserError
from desktop.core.records import Instruction
from desktop.formats import _json_reading
from tests.formats.walks import read, rows, surest

GOOD: list[dict[str, Any]] = [
    {"instruction": f"Question {n}, “{n}” \\ {{", "input": "", "output": f"[{n}]"} for n in range(30)
]


def _text(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def _instructions(path: Path) -> list[str]:
    return [row.instruction for row in rows("json", path) if isinstance(row, Instruction)]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(GOOD),
        json.dumps(GOOD, indent=2),
        "\n".join(map(json.dumps, GOOD)),
        json.dumps({"version": 1, "data": GOOD}, indent=1),
        "\ufeff" + json.dumps(GOOD, ensure_ascii=False),
    ],
)
def test_every_layout_gives_the_same_rows(tmp_path: Path, text: str) -> None:
    path = _text(tmp_path / "rows.json", text)
    assert _instructions(path) == [each["instruction"] for each in GOOD]


@pytest.mark.parametrize("indent", [None, 2])
def test_an_array_larger_than_memory_gives_the_same_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, indent: int | None
) -> None:
    path = _text(tmp_path / "rows.json", json.dumps(GOOD, indent=indent))
    monkeypatch.setattr(_json_reading, "WHOLE", 10)
    assert _instructions(path) == [each["instruction"] for each in GOOD]


def test_other_columns_are_mapped_or_asked_for(tmp_path: Path) -> None:
    path = _text(tmp_path / "rows.jsonl", '{"my question":"a","answer":"b","n":1}\n')
    assert surest(path) == "json"
    with pytest.raises(UserError, match=r'--map instruction="my question" --map output=answer') as error:
        read("json", path)
    assert "my question, answer, n" in error.value.what
    (row,) = rows("json", path, {"instruction": "my question", "output": "answer"})
    assert row == Instruction("a", output="b", extra={"n": 1})


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("Dear reader,\nthis is a letter.\n", "line 1"),
        ('[{"instruction": "a"},\n {"instruction": "é" "output": 1}]', "line 2, column 22"),
        ('{"instruction": "a"\n"output": "b"}', "line 1"),
        ("[" * 100_000, "too deep"),
        ("   \n\n", "is empty"),
        ("", "is empty"),
    ],
)
def test_what_is_not_json_is_refused_with_the_place(tmp_path: Path, text: str, where: str) -> None:
    with pytest.raises(UserError) as error:
        read("json", _text(tmp_path / "rows.json", text))
    assert where in error.value.what
    assert error.value.remedy


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('[{"instruction":"a"},{"instruction":}]', "after row 1"),
        ('[{"instruction":"a"},{"instruction":"b', "after row 1"),
        ('[{"instruction":"a"}] and more', "after row 1"),
        ('[{"instruction":"a","z":' + "[" * 100_000 + "]" * 100_000 + "}]", "too deep"),
        ('[{"instruction":"a"},{"instruction":"' + "x" * 5000 + '"}]', "larger than"),
    ],
)
def test_a_large_array_that_is_broken_is_refused_with_the_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, where: str
) -> None:
    monkeypatch.setattr(_json_reading, "WHOLE", 10)
    monkeypatch.setattr(_json_reading, "ROW", 2000)
    with pytest.raises(UserError, match=where):
        read("json", _text(tmp_path / "rows.json", text))


def test_one_bad_line_costs_only_itself(tmp_path: Path) -> None:
    deep = '{"instruction":"deep","z":' + "[" * 100_000 + "]" * 100_000 + "}"
    lines = [
        '{"instruction":"a"}',
        '{"instruction":',
        "",
        "{}",
        '"text"',
        '{"instruction":" "}',
        deep,
        '{"instruction":"b"}',
    ]
    incoming, flaws = read("json", _text(tmp_path / "rows.jsonl", "\n".join([*lines, "", ""])))
    assert [each.place for each in incoming] == ["line 1", "line 8"]
    assert [(flaw.place, flaw.why) for flaw in flaws] == [
        ("line 2", "this is not valid JSON"),
        ("line 3", "this line is empty"),
        ("line 4", "this row is empty"),
        ("line 5", "this is not a row with named columns"),
        ("line 6", "this row has no instruction"),
        ("line 7", "this row holds lists within lists, too deep to be read"),
    ]


def test_a_line_that_does_not_fit_in_memory_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_json_reading, "ROW", 1000)
    long = json.dumps({"instruction": "x" * 5000})
    path = _text(tmp_path / "rows.jsonl", f'{{"instruction":"a"}}\n{long}\n{{"instruction":"b"}}\n')
    incoming, flaws = read("json", path)
    assert [each.place for each in incoming] == ["line 1", "line 3"]
    assert [flaw.why for flaw in flaws] == ["this row is larger than 64 MB"]


def test_one_enormous_field_costs_only_its_row(tmp_path: Path) -> None:
    long = json.dumps({"instruction": "a", "output": "x" * 10_000_001})
    incoming, flaws = read("json", _text(tmp_path / "rows.jsonl", long + '\n{"instruction":"b"}\n'))
    assert ([each.place for each in incoming], [flaw.place for flaw in flaws]) == (["line 2"], ["line 1"])


def test_nul_and_halves_of_characters_are_made_storable(tmp_path: Path) -> None:
    path = _text(
        tmp_path / "rows.jsonl", '{"instruction":"a\\u0000b \\ud83d c \\ud83d\\ude00"}\n{"instruction":"x\\u0000"}\n'
    )
    assert _instructions(path) == ["ab \ufffd c 😀", "x"]


@pytest.mark.parametrize("text", ['{{"instruction":"a\\u0000","z":{}}}', '[{{"instruction":"a\\u0000","z":{}}}]'])
def test_a_row_of_many_levels_is_refused_also_where_it_is_cleaned(tmp_path: Path, text: str) -> None:
    path = _text(tmp_path / "rows.json", text.format("[" * 900 + "]" * 900))
    assert [flaw.why for flaw in read("json", path)[1]] == ["this row holds lists within lists, too deep to be read"]


def test_what_python_writes_beyond_json_is_read(tmp_path: Path) -> None:
    (row,) = rows("json", _text(tmp_path / "rows.jsonl", '{"instruction":"a","score":NaN}\n'))
    assert str(row.extra["score"]) == "nan"


@pytest.mark.parametrize("columns", [9, 200])
def test_files_of_one_long_row_are_not_taken_for_others(tmp_path: Path, columns: int) -> None:
    row = {f"column {n}": "x" * 1000 for n in range(columns)} | {"instruction": "a"}
    assert _instructions(_text(tmp_path / "rows.jsonl", json.dumps(row))) == ["a"]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no file"):
        read("json", tmp_path / "nowhere.json")
    with pytest.raises(UserError, match="is a folder"):
        read("json", tmp_path)
