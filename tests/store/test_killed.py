"""A generating process that is killed loses nothing it had acknowledged, and doubles nothing."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from desktop.store.project import Project
from tests.store.rows import start_run

GENERATE = """
import sys
from dataclasses import replace
from pathlib import Path
from desktop.core.records import Attempt, Candidate, Instruction, Item, Verdict
from desktop.store.candidates import Judgement
from desktop.store.project import Project

project = Project.open(Path(sys.argv[1]))
run = project.runs.all()[0].id
verdict = {"length": Verdict(True, 3.0)}
waiting = list(project.runs.unfinished_items(run))
while True:
    ordinal = project.runs.next_ordinal(run)
    item = waiting.pop(0) if waiting else project.runs.add_item(run, Item(ordinal, ordinal))
    project.runs.add_attempts([Attempt(item.id, "s", 0, "a", "p", "r", "stop", 1, 2, 3, 0.1)])
    ids = [project.candidates.next_id() for _n in range(3)]
    row = Instruction(f"of item {item.ordinal} " + "x" * 3000)
    rows = [Judgement(Candidate(id, ids[0], row), verdict) for id in ids]
    project.runs.finish_item(run, replace(item, state="done"), rows, [])
    project.user.perform("Accept", lambda edit: edit.decide(ids[:1], "accepted", 1.0)).result()
    print(item.id, *ids, flush=True)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
def test_kill_minus_nine_loses_nothing_that_was_acknowledged(path: Path) -> None:
    with Project.create(path, title="", language="en") as project:
        start_run(project)
    dice = random.Random(3)
    acknowledged: dict[int, list[int]] = {}
    for _kill in range(8):
        acknowledged |= _generate_and_kill(path, 0.05 + dice.random() * 0.3)
        checked: list[float] = []
        with Project.open(path, on_check=checked.append) as project:
            assert checked[-1] == 1.0  # this installation did not close it
            _compare(project, acknowledged)
    assert acknowledged


def _generate_and_kill(path: Path, after: float) -> dict[int, list[int]]:
    child = subprocess.Popen([sys.executable, "-c", GENERATE, str(path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    lines = [child.stdout.readline()]
    time.sleep(after)
    os.kill(child.pid, signal.SIGKILL)
    lines += child.stdout.read().splitlines(keepends=True)
    child.stdout.close()
    child.wait()
    numbers = [[int(word) for word in line.split()] for line in lines if line.endswith("\n")]
    return {item: ids for item, *ids in numbers}


def _compare(project: Project, acknowledged: dict[int, list[int]]) -> None:
    run = project.runs.all()[0].id
    done = {item.id: item.ordinal for item in project.runs.items(run) if item.state == "done"}
    assert acknowledged.keys() <= done.keys()
    views = project.candidates.get(project.candidates.ids())
    rows: dict[int, list[int]] = {}
    for view in views:
        assert view.verdicts["length"].value == 3.0
        rows.setdefault(view.candidate.item or 0, []).append(view.candidate.id)
    assert rows.keys() == done.keys()
    for item, ids in acknowledged.items():
        assert rows[item] == ids
    accepted = {view.candidate.id for view in views if view.review and view.review.decision == "accepted"}
    assert {ids[0] for ids in acknowledged.values()} <= accepted
    assert sorted(done.values()) == list(range(len(done)))
    assert len(project.runs.unfinished_items(run)) <= 1
