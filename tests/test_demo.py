"""The demo runs the whole loop with the real starter model and leaves a dataset behind."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.jobs.demo import free_folder
from desktop.store.project import Project

ROWS = 3


@pytest.mark.model
@pytest.mark.slow
def test_the_demo_ends_with_a_file_that_loads(starter_model: Path, tmp_path: Path) -> None:
    out = tmp_path / "made"
    command = [sys.executable, "-m", "desktop", "demo", "--headless", "--rows", str(ROWS), "--out", str(out), "--json"]
    environment = {**os.environ, "SEEDBED_CACHE": str(starter_model.parents[1])}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    [told] = [json.loads(line) for line in done.stdout.splitlines()]
    assert told["passing"] >= ROWS
    assert {Path(file).name for file in told["files"]} == {"demo.jsonl", "demo.provenance.jsonl", "demo.card.md"}
    assert done.stderr.count("kept ") >= ROWS

    rows = [json.loads(line) for line in (out / "demo.jsonl").read_text(encoding="utf-8").splitlines()]
    origins = [json.loads(line) for line in (out / "demo.provenance.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(rows) == len(origins) == told["rows"] == told["passing"]
    assert all(row["instruction"] and isinstance(row["output"], str) for row in rows)
    assert all(row.keys() == {"instruction", "input", "output"} for row in rows), "trainers want the same columns"
    assert all(len(origin["record"]["most_similar"]) == 10 for origin in origins)
    assert all(origin["method"] == "self_instruct" and origin["fingerprint"] for origin in origins)
    assert "unreviewed" in (out / "demo.card.md").read_text(encoding="utf-8")
    with Project.open(out / "demo.seedbed", write=False) as project:
        counts = project.counts()
        assert (counts.passing, counts.seeds) == (told["passing"], len(project.seeds.all()))
        assert dict(counts.dropped) == told["dropped"]


def test_a_demo_never_writes_over_another(tmp_path: Path) -> None:
    wanted = tmp_path / "seedbed-demo"
    assert free_folder(wanted) == wanted
    wanted.mkdir()
    assert free_folder(wanted) == wanted
    (wanted / "demo.seedbed").touch()
    assert free_folder(wanted).name == "seedbed-demo-2"
    (tmp_path / "seedbed-demo-2").touch()
    assert free_folder(wanted).name == "seedbed-demo-3"
