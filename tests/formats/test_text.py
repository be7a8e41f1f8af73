"""Files in other encodings than UTF-8."""

from pathlib import Path

import pytest

from desktop.core.errors import UserError
from desktop.core.records import Instruction
from tests.formats.walks import read, rows

CHINESE = "instruction,output\n介绍一下北京的秋天。,北京的秋天天高气爽，是一年中最好的季节。\n"
JAPANESE = "instruction,output\n東京の天気を教えてください。,今日は晴れです。\n"
GERMAN = "instruction,output\nWie groß ist Köln und wie schön ist es dort?,Über eine Million Menschen wohnen da.\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CHINESE, "utf-8"),
        (CHINESE, "utf-8-sig"),
        (CHINESE, "utf-16"),
        (CHINESE, "utf-16-le"),
        (CHINESE, "utf-16-be"),
        (CHINESE, "gbk"),
        (CHINESE, "gb18030"),
        (JAPANESE, "shift_jis"),
        (GERMAN, "cp1252"),
    ],
)
def test_a_table_is_read_in_its_encoding(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(text.encode(encoding))
    (row,) = rows("csv", path)
    assert isinstance(row, Instruction)
    assert f"{row.instruction},{row.output}\n" == text.split("\n", 1)[1]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "gbk"])
@pytest.mark.parametrize(
    "text", ['{"instruction": "介绍一下北京的秋天。"}\n', '[{"instruction": "介绍一下北京的秋天。"}]']
)
def test_json_is_read_in_its_encoding(tmp_path: Path, encoding: str, text: str) -> None:
    path = tmp_path / "rows.json"
    path.write_bytes(text.encode(encoding))
    assert rows("json", path) == [Instruction("介绍一下北京的秋天。")]


def test_text_that_turns_chinese_late_is_read_in_its_encoding(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(
        ("instruction,output\n" + "plain,words\n" * 100_000 + "介绍一下北京的秋天。,好的。\n").encode("gbk")
    )
    last = rows("csv", path)[-1]
    assert isinstance(last, Instruction)
    assert last.instruction == "介绍一下北京的秋天。"


def test_one_damaged_row_does_not_turn_the_file_into_another_encoding(tmp_path: Path) -> None:
    good = "介绍一下北京的秋天。,好的。\n".encode()
    path = tmp_path / "rows.csv"
    path.write_bytes(b"instruction,output\n" + good * 5 + b"\xff\xfe,x\n" + good)
    incoming, flaws = read("csv", path)
    assert len(incoming) == 6
    assert [(flaw.place, flaw.why) for flaw in flaws] == [("row 7", "this row is not valid UTF-8")]


@pytest.mark.parametrize("content", [b"GGUF\x03\x00\x00\x00\x00\x01", bytes(range(256)) * 8, b"\0" * 5000])
def test_what_is_not_text_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(content)
    with pytest.raises(UserError, match="not a text file"):
        read("json", path)
