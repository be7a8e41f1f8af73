"""Tables of text: what is written is read again, and what is wrong with a table is said."""

from pathlib import Path

import pytest

from desktop.core.catalogue import formats
from desktop.core.errors import UserError
from desktop.core.records import Instruction
from tests.formats.walks import instructions, read, rows, surest, write

ROWS = [
    Instruction("Say “hi”, please", 'a "b"; c', "line\nbreak\r\nand more", extra={"topic": "x,y"}),
    Instruction("把它译成英文。", "", "=1+2", system="S", history=(("q", "a"),), extra={"topic": ""}),
]


@pytest.mark.parametrize("name", ["rows.csv", "rows.tsv"])
@pytest.mark.parametrize("mark", [True, False])
def test_what_is_written_is_read_again(tmp_path: Path, name: str, mark: bool) -> None:
    path = write("csv", ROWS, tmp_path / name, {"byte_order_mark": mark})
    assert path.read_bytes().startswith(b"\xef\xbb\xbf") == mark
    again = instructions("csv", path)
    assert [(row.instruction, row.input, row.output, row.system, row.history) for row in again] == [
        (row.instruction, row.input, row.output, row.system, row.history) for row in ROWS
    ]
    assert [row.extra["topic"] for row in again] == ["x,y", ""]


def test_cells_that_begin_a_formula_are_neutralised_on_request_only(tmp_path: Path) -> None:
    risky = [Instruction(cell, output="x") for cell in ("=1+2", "+1", "-1", "@a", "1-1")]
    kept = instructions("csv", write("csv", risky, tmp_path / "kept.csv"))
    safe = instructions("csv", write("csv", risky, tmp_path / "safe.csv", {"neutralise": True}))
    assert [row.instruction for row in kept] == ["=1+2", "+1", "-1", "@a", "1-1"]
    assert [row.instruction for row in safe] == ["'=1+2", "'+1", "'-1", "'@a", "1-1"]


def test_columns_of_other_names_are_mapped(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("Frage;Antwort;Thema\nWie spät ist es?;Drei Uhr.;Zeit\n", encoding="utf-8")
    (row,) = instructions("csv", path, {"instruction": "Frage", "output": "Antwort", "task_type": "Thema"})
    assert (row.instruction, row.output, row.task_type) == ("Wie spät ist es?", "Drei Uhr.", "Zeit")


def test_other_columns_are_named_with_a_way_to_map_them(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("question,answer\na,b\n")
    with pytest.raises(UserError) as error:
        read("csv", path)
    assert "question, answer" in error.value.what
    assert "--map instruction=question --map output=answer" in error.value.remedy


@pytest.mark.parametrize("mapping", [{"question": "a"}, {"instruction": "nowhere"}])
def test_a_wrong_mapping_is_refused(tmp_path: Path, mapping: dict[str, str]) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("a,b\nc,d\n")
    with pytest.raises(UserError):
        read("csv", path, mapping)


def test_empty_rows_are_told_but_not_those_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("\ninstruction,output\na,b\n\n,\nc,\n,\n\n")
    incoming, flaws = read("csv", path)
    assert [(each.row.instruction, each.row.output) for each in incoming if isinstance(each.row, Instruction)] == [
        ("a", "b"),
        ("c", None),
    ]
    assert [(flaw.place, flaw.why) for flaw in flaws] == [
        ("row 4", "this row is empty"),
        ("row 5", "this row is empty"),
    ]


def test_a_quotation_mark_that_is_never_closed_is_told(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text('instruction,output\na,b\nc,"d\n' + "e,f\n" * 10)
    with pytest.raises(UserError, match="In row 3"):
        read("csv", path)


def test_one_enormous_cell_costs_only_its_row(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("instruction,output\na,b\n" + "x" * 10_000_001 + ",y\nc,d\n")
    incoming, flaws = read("csv", path)
    assert [each.place for each in incoming] == ["row 2", "row 4"]
    assert [flaw.place for flaw in flaws] == ["row 3"]


def test_columns_without_a_name_and_of_the_same_name_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("instruction,,note,note\na,b,c,d,e\n")
    (row,) = rows("csv", path)
    assert row.extra == {"column_2": "b", "note": "c", "note_2": "d", "column_5": "e"}


def test_the_preview_suggests_what_each_column_is(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("编号,问题,答案\n1,你好,您好\n", encoding="gb18030")
    preview = formats()["csv"].preview
    assert preview is not None
    seen = preview(path)
    assert seen.columns == ("编号", "问题", "答案")
    assert seen.rows == (("1", "你好", "您好"),)
    assert seen.mapping == {"name": "编号", "instruction": "问题", "output": "答案"}


def test_a_table_is_known_without_its_ending(tmp_path: Path) -> None:
    path = tmp_path / "rows.txt"
    path.write_text("instruction\toutput\na\tb\n")
    assert surest(path) == "csv"
