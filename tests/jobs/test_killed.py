"""A generating process is killed at any moment: nothing is lost or doubled, and the run ends as it would have."""

import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from desktop.core.records import Instruction
from desktop.store.project import Project
from tests.jobs.scripted import finish, new_project, run
from tests.jobs.test_generating import assert_each_item_finished_once

TARGET = 60
KILLS = 5


def rows_by_item(project: Project, run_id: int) -> dict[int, list[tuple[str, str, str | None, tuple[str, ...]]]]:
    """What came of each finished item, by its ordinal: the rows, and the filters that failed them."""
    ordinals = {item.id: item.ordinal for item in project.runs.items(run_id) if not item.note}
    found: dict[int, list[tuple[str, str, str | None, tuple[str, ...]]]] = {each: [] for each in ordinals.values()}
    for view in project.candidates.get(project.candidates.ids()):
        assert isinstance(view.row, Instruction)
        failed = tuple(id for id, verdict in view.verdicts.items() if not verdict.passed)
        row = (view.row.instruction, view.row.input, view.row.output, failed)
        found[ordinals[view.candidate.item or 0]].append(row)  # an item that the run's end cut short has none
    return {ordinal: sorted(rows, key=str) for ordinal, rows in found.items()}


def generate_and_kill(path: Path, slots: int, random: Random) -> bool:
    """Start the run, or go on with it, and kill it some rows later; False where it came to its end."""
    command = [sys.executable, "-m", "tests.jobs.scripted", str(path), str(TARGET), str(slots)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _landed in range(random.randrange(6)):
            if not process.stdout.readline():
                break
        try:
            process.wait(random.random() * 0.05)
        except subprocess.TimeoutExpired:
            process.kill()
            return True
    assert process.returncode == 0
    return False


@pytest.mark.slow
@pytest.mark.parametrize("slots", [1, 4])
def test_a_killed_run_ends_as_an_undisturbed_one(tmp_path: Path, slots: int) -> None:
    with new_project(tmp_path / "calm.seedbed") as calm:
        report = finish(run(calm, TARGET, slots))
        expected = rows_by_item(calm, report.run.id)
    path = tmp_path / "killed.seedbed"
    new_project(path).close()
    random = Random(slots)
    kills = sum(generate_and_kill(path, slots, random) for _time in range(KILLS))
    assert kills == KILLS, "the run ended before it was killed often enough to say anything"
    with Project.open(path) as project:
        if project.runs.all()[0].state != "finished":  # it may have ended just before the last kill
            finish(run(project, TARGET, slots))
        [ended] = project.runs.all()
        assert project.counts().passing >= TARGET
        assert_each_item_finished_once(project, ended.id)
        rows = rows_by_item(project, ended.id)
        project.check()
    assert len(expected) > 3
    if slots == 1:
        assert any(failed for rows_of_item in rows.values() for *_row, failed in rows_of_item), "nothing was compared"
        assert rows == expected
    else:
        shared = rows.keys() & expected.keys()
        assert len(shared) >= len(expected) - slots
        assert {each: rows[each] for each in shared} == {each: expected[each] for each in shared}
