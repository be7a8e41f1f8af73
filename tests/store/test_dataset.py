"""What leaves says where it comes from."""

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core.records import Candidate, Ref, Verdict
from desktop.store.project import Project
from tests.store.rows import FAIL, MODEL, PASS, add_rows, row, use_chain


def test_a_row_that_leaves_can_be_walked_back_to_its_origin(project: Project) -> None:
    use_chain(project, "novelty", "length")
    verdicts = {"novelty": Verdict(True, 0.4), "length": FAIL, "empty": PASS}
    noted = {"most_similar": {"Make": 0.4}}
    (id,) = add_rows(project, [replace(row("Made"), extra=noted)], {0: verdicts})
    project.user.perform("Edit", lambda edit: edit.edit_row(id, replace(row("Mended"), extra=noted))).result()
    project.verdicts.put([(id, verdicts)])
    project.user.perform("Accept", lambda edit: edit.decide([id], "accepted", 1.0)).result()
    (example,) = project.dataset.rows()
    assert example.id == id
    assert example.row == row("Mended")
    assert example.provenance == {
        "candidate": id,
        "family": id,
        "parents": [],
        "origin": "",
        "decision": "accepted",
        "edited": True,
        "run": 1,
        "method": "self_instruct",
        "model": MODEL.name,
        "fingerprint": MODEL.fingerprint,
        "prompts_hash": "p" * 64,
        "options": {"samples": 1},
        "sampling": {},
        "item": 0,
        "random_seed": 1,
        "record": noted,
        "filters": {"novelty": 0.4, "empty": True},
        "failed": ["length"],
    }


def test_an_imported_row_names_its_file_and_parents(project: Project) -> None:
    given = replace(row("Given"), extra={"source": "leaflet"})
    project.candidates.add([Candidate(0, 0, given, parents=(Ref("seed", 3),), origin="alpaca.json")])
    assert list(project.dataset.rows()) == []
    (example,) = project.dataset.rows(unreviewed=True)
    assert example.row.extra == {"source": "leaflet"}, "its own columns leave with it"
    assert example.provenance["origin"] == "alpaca.json"
    assert example.provenance["parents"] == [{"stage": "seed", "id": 3}]
    assert example.provenance["decision"] is None


def test_many_rows_leave_in_order_and_a_preview_takes_the_first(project: Project) -> None:
    ids = list(project.candidates.add(Candidate(0, 0, row(f"Row {n}")) for n in range(1201)))
    assert [example.id for example in project.dataset.rows(unreviewed=True)] == ids
    assert [example.id for example in project.dataset.rows(unreviewed=True, limit=3)] == ids[:3]


def test_exports_are_noted(project: Project, tmp_path: Path) -> None:
    made = project.exports.add("alpaca", tmp_path / "data.jsonl", 12, False)
    assert project.exports.all() == (made,)
    assert (made.format, made.path, made.rows, made.unreviewed, made.created) == (
        "alpaca",
        str(tmp_path / "data.jsonl"),
        12,
        False,
        1000.0,
    )


def test_a_file_that_leaves_a_read_only_disk_leaves_all_the_same(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Project.open(project.path, write=False) as reader:
        monkeypatch.setattr("desktop.store.exports.os.access", lambda _path, _mode: False)
        made = reader.exports.add("alpaca", tmp_path / "data.jsonl", 12, False)
        assert (made.rows, reader.exports.all()) == (12, ())
