"""The benchmark of the filters judges real rows, stores what whole chains say, and prints a table."""

from pathlib import Path

import pytest

from desktop.bench import judging
from desktop.cli import main
from desktop.core.records import Candidate
from desktop.store.project import Project
from tests.jobs.scripted import finish


def test_rows_are_repeated_with_changes_and_are_the_same_every_time(tmp_path: Path) -> None:
    rows = list(judging.rows(150))
    assert len(rows) == 150
    assert rows == list(judging.rows(150))
    assert len({row.instruction for row in rows}) > 100
    file = tmp_path / "rows.json"
    file.write_text('[{"instruction": "Name three dogs.", "output": "Rex, Bello, Max"}]', encoding="utf-8")
    first, second = judging.rows(2, file)
    assert first.instruction == "Name three dogs."
    assert second.output != first.output


def test_every_rule_filter_but_novelty_has_its_line() -> None:
    sample = [Candidate(number, number, row) for number, row in enumerate(judging.rows(20), 1)]
    assert "novelty" not in judging.rule_filters()
    assert set(judging.CHEAP) < set(judging.rule_filters())
    line = judging.alone("length", sample)
    assert (line.name, line.rows, line.kept) == ("length", 20, 20)
    assert line.megabytes is None


def test_a_chain_is_judged_with_every_verdict_stored(tmp_path: Path) -> None:
    path = tmp_path / "bench.seedbed"
    finish(judging.make(path, 60, None))
    line = finish(judging.chained("cheap", path))
    assert (line.rows, line.name) == (60, "cheap")
    assert line.pace > 0
    with Project.open(path) as project:
        assert set(project.verdicts.counts()) == set(judging.CHEAP)
        assert project.counts().passing == line.kept


def test_the_command_prints_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["bench", "filters", "--rows", "60", "--filter", "length", "--filter", "empty", "--chain", "cheap"]) == 0
    )
    printed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in printed] == ["length", "empty", "cheap"]
    assert "MB" in printed[-1]
