"""What a project has to start from is counted, and what it lacks leads to the page that mends it."""

from pathlib import Path

import pytest

from desktop.core.catalogue import methods
from desktop.core.records import Candidate, Instruction
from desktop.store.project import Project
from desktop.ui.models.method_words import CONSUMES, GROUPS, group_of
from desktop.ui.models.stock import Start, Stock, lack_of, line_of, read_starts, read_stock, title_of

FULL = Stock(seeds=1, passages=1, records=1, functions=1)


@pytest.mark.parametrize(
    ("method", "start", "line"),
    [
        ("self_instruct", None, "Self-Instruct starts from your 40 seeds, with Qwen."),
        ("self_qa", None, "Self-QA starts from 120 passages of your sources, with Qwen."),
        ("eda", Start("stage:passing", 485), "Words changed (EDA) starts from “Rows that pass” (485)."),
        ("answers", Start("file:rows.csv"), ""),
        ("identity", None, ""),
    ],
)
def test_the_line_says_what_a_method_starts_from_and_how_much(method: str, start: Start | None, line: str) -> None:
    known = methods()[method]
    assert line_of(known, Stock(seeds=40, passages=120), start, "Qwen") == (line or known.summary)


def test_every_method_can_start_once_everything_is_there() -> None:
    start = Start("stage:passing", 1)
    assert [id for id, each in methods().items() if lack_of(each, FULL, start) is not None] == []


@pytest.mark.parametrize(
    ("method", "start", "page"),
    [
        ("self_instruct", None, "seeds"),
        ("self_qa", None, "sources"),
        ("answers", Start("stage:unanswered", 0), ""),
        ("answers", Start("stage:accepted", 0), "review"),
        ("answers", Start("stage:seeds", 0), "seeds"),
        ("evol_instruct", Start("stage:passing", 0), ""),
    ],
)
def test_what_is_missing_names_the_page_that_mends_it(method: str, start: Start | None, page: str) -> None:
    lack = lack_of(methods()[method], Stock(), start)
    assert lack is not None
    assert lack.page == page


def test_rows_that_are_not_counted_yet_are_not_missing() -> None:
    assert lack_of(methods()["answers"], Stock(), None) is None
    assert lack_of(methods()["answers"], Stock(), Start("file:/tmp/rows.jsonl")) is None


def test_every_start_has_words_and_a_group() -> None:
    assert {group_of(each) for each in CONSUMES} == set(GROUPS)


def test_starts_are_counted_as_a_run_would_find_them(project_file: Path) -> None:
    with Project.open(project_file) as project:
        rows = [
            Candidate(0, 0, Instruction("Name a tree.", output=output), origin="trees.jsonl")
            for output in ("An oak.", None)
        ]
        project.candidates.add(rows)
        assert read_stock(project) == Stock(seeds=10)
        counts = {each.value: each.count for each in read_starts(project)}
    assert counts["stage:seeds"] == 10
    assert counts["stage:passing"] == 1
    assert counts["stage:unanswered"] == 1
    assert counts["file:trees.jsonl"] == 2


def test_a_start_is_said_in_words() -> None:
    assert title_of(Start("run:3", 5, "Self-Instruct")) == "Run 3 · Self-Instruct"
    assert title_of(Start("file:C:\\rows\\mine.jsonl")) == "File mine.jsonl"
