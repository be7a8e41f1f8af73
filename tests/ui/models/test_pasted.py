"""Pasted seeds: cells of a spreadsheet, with or without headings, and plain lines."""

from desktop.core.records import Instruction
from desktop.ui.models.pasted import pasted_rows


def test_lines_are_instructions() -> None:
    assert pasted_rows("Name a river.\n\n  Name a lake.\n", "en") == (
        Instruction("Name a river.", language="en"),
        Instruction("Name a lake.", language="en"),
    )


def test_cells_in_their_order() -> None:
    (row,) = pasted_rows("Sort it.\tb a\ta b\tsorting\tde", "en")
    assert row == Instruction("Sort it.", input="b a", output="a b", task_type="sorting", language="de")


def test_headings_name_the_columns_in_either_language() -> None:
    text = "Answer\tInstruction\nParis\tName the capital of France.\n"
    assert pasted_rows(text, "en") == (Instruction("Name the capital of France.", output="Paris", language="en"),)
    assert pasted_rows("回答\t指令\n巴黎\t法国的首都？", "zh")[0].output == "巴黎"


def test_a_cell_may_hold_lines_and_quotes() -> None:
    (row,) = pasted_rows('"Write ""Hi""\nto her."\t\tHi', "en")
    assert row.instruction == 'Write "Hi"\nto her.'
    assert row.output == "Hi"


def test_rows_without_an_instruction_are_left_out() -> None:
    assert pasted_rows("\t\tonly an answer\n \t \t\n", "en") == ()
    assert pasted_rows("", "en") == ()
