"""The sample seeds are what they are said to be."""

import re

import pytest

from desktop.core import paths
from desktop.core.records import Instruction
from tests.formats.walks import read, surest

UNFIT = re.compile(r"\b(images?|graphs?|pictures?|files?|maps?|draw|plot|go to)\b", re.IGNORECASE)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_they_are_many_varied_and_sound(language: str) -> None:
    path = paths.resources() / "samples" / f"seeds.{language}.jsonl"
    assert surest(path) == "self_instruct"
    incoming, flaws = read("self_instruct", path)
    rows = [each.row for each in incoming if isinstance(each.row, Instruction)]
    assert flaws == []
    assert len(rows) >= 40
    assert len({row.task_type for row in rows}) >= 12
    assert {row.language for row in rows} == {language}
    assert sum(bool(row.input) for row in rows) * 3 >= len(rows)
    assert sum(bool(each.is_classification) for each in incoming) * 10 >= len(rows)
    assert len({row.instruction for row in rows}) == len(rows)
    assert all(row.output and row.output.strip() == row.output for row in rows)
    assert not [row.instruction for row in rows if UNFIT.search(row.instruction)]
