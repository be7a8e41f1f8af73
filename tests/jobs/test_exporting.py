"""Exporting: what leaves, with what beside it, and what a failure leaves behind (nothing)."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.errors import UserError
from desktop.core.records import Candidate, ChainLink, Conversation, Example, Instruction, Message
from desktop.formats import _json_writing
from desktop.jobs._spool import Spool
from desktop.jobs.exporting import ExportRequest, export, preview
from desktop.store.project import Project
from tests.jobs.test_importing import run


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Twelve instructions in six families, three of the rows accepted, and one conversation."""
    with Project.create(tmp_path / "test.seedbed", title="Test | rows", language="en") as project:
        rows = [
            Candidate(
                number,
                number - (number - 1) % 2,
                Instruction(f"Question {number}", output="=a\nb", language="en", task_type="question"),
                origin="in.jsonl",
            )
            for number in range(1, 13)
        ]
        chat = Conversation((Message("user", "Hi"), Message("assistant", "Ho")), language="zh")
        project.candidates.add([*rows, Candidate(13, 13, chat, origin="chats.json")])
        project.user.perform("Accept", lambda edit: edit.decide([1, 2, 3], "accepted", 1.0)).result()
        yield project


def left_behind(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_only_accepted_rows_leave_unless_asked(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "out" / "rows.jsonl"
    report = run(export(project, ExportRequest("alpaca", path)))
    assert (report.rows, report.unreviewed, report.left_out) == (3, 0, {})
    assert left_behind(path.parent) == ["rows.card.md", "rows.jsonl", "rows.provenance.jsonl"]
    assert [json.loads(line)["instruction"] for line in path.read_text(encoding="utf-8").splitlines()] == [
        "Question 1",
        "Question 2",
        "Question 3",
    ]
    assert [(each.format, each.path, each.rows, each.unreviewed) for each in project.exports.all()] == [
        ("alpaca", str(path), 3, False)
    ]


def test_rows_that_the_format_cannot_hold_are_counted_with_the_reason(project: Project, tmp_path: Path) -> None:
    report = run(export(project, ExportRequest("csv", tmp_path / "rows.csv", unreviewed=True)))
    assert (report.rows, report.left_out) == (12, {"a conversation does not fit the format CSV": 1})
    assert run(export(project, ExportRequest("messages", tmp_path / "rows.jsonl", unreviewed=True))).rows == 13


def test_provenance_has_a_line_for_each_row_in_order(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    run(export(project, ExportRequest("alpaca", path, unreviewed=True)))
    rows = json.loads(path.read_bytes())
    lines = [json.loads(line) for line in (tmp_path / "rows.provenance.jsonl").read_bytes().splitlines()]
    assert [f"Question {line['candidate']}" for line in lines] == [row["instruction"] for row in rows]
    assert [line["row"] for line in lines] == list(range(1, 13))
    assert [line["decision"] for line in lines[:4]] == ["accepted", "accepted", "accepted", None]
    assert lines[0]["origin"] == "in.jsonl"


def test_the_card_says_what_it_is_and_that_rows_were_not_reviewed(project: Project, tmp_path: Path) -> None:
    chain = [
        ChainLink("length", True, {"instruction_minimum": 4, "instruction_maximum": 90}),
        ChainLink("novelty", True, {"threshold": 0.7, "average": True}),
    ]
    project.user.perform("Chain", lambda edit: edit.set_chain(chain)).result()
    run(export(project, ExportRequest("messages", tmp_path / "all.jsonl", unreviewed=True)))
    card = (tmp_path / "all.card.md").read_text(encoding="utf-8")
    for part in (
        'language: ["en", "zh"]',
        'path: "all.jsonl"',
        "# Test \\| rows",
        "Accepted by a person: 3 (23%).",
        "accepted by a person: 10.",
        "| question | 12 |",
        "| chats.json | 1 |",
        "| Length | Instruction, at most: 90 |",
        "| Novelty | as published |",
        "| English | 12 |",
        "| instruction | 12 |",
    ):
        assert part in card
    run(export(project, ExportRequest("alpaca", tmp_path / "good.jsonl")))
    assert "unreviewed" not in (tmp_path / "good.card.md").read_text(encoding="utf-8")


def test_splits_never_tear_siblings_apart(project: Project, tmp_path: Path) -> None:
    request = ExportRequest("alpaca", tmp_path / "rows.jsonl", unreviewed=True, splits={"train": 0.67, "test": 0.33})
    report = run(export(project, request))
    assert [path.name for path in report.files] == [
        "rows.train.jsonl",
        "rows.test.jsonl",
        "rows.train.provenance.jsonl",
        "rows.test.provenance.jsonl",
        "rows.card.md",
    ]
    parts = [{json.loads(line)["family"] for line in path.read_bytes().splitlines()} for path in report.files[2:4]]
    assert not parts[0] & parts[1]
    assert [len(path.read_bytes().splitlines()) for path in report.files[:2]] == [8, 4]
    assert not request.path.exists()


def test_too_few_rows_for_the_splits_are_told(project: Project, tmp_path: Path) -> None:
    splits = dict.fromkeys(("a", "b", "c"), 1.0)
    with pytest.raises(UserError, match="too few rows"):
        run(export(project, ExportRequest("alpaca", tmp_path / "rows.jsonl", splits=splits)))


@pytest.mark.parametrize("format", ["alpaca", "csv", "messages", "sharegpt"])
def test_the_preview_is_what_will_be_written(project: Project, tmp_path: Path, format: str) -> None:
    request = ExportRequest(format, tmp_path / ("rows.csv" if format == "csv" else "rows.json"), unreviewed=True)
    shown = preview(project, request, 5)
    run(export(project, request))
    text = request.path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    assert len(shown) == (5 if format == "messages" else 6)
    assert text.startswith("\n".join(each.replace("\r\n", "\n") for each in shown))
    assert sorted(path.suffix for path in tmp_path.glob("rows.*")) == [
        ".json" if format != "csv" else ".csv",
        ".jsonl",
        ".md",
    ]


def test_options_reach_the_file(project: Project, tmp_path: Path) -> None:
    request = ExportRequest("csv", tmp_path / "rows.csv", {"neutralise": True, "byte_order_mark": False})
    run(export(project, request))
    assert "'=a" in request.path.read_text(encoding="utf-8")
    with pytest.raises(UserError):
        run(export(project, ExportRequest("csv", tmp_path / "rows.csv", {"nonsense": 1})))


def test_nothing_to_export_is_told_with_what_to_do(project: Project, tmp_path: Path) -> None:
    project.user.perform("Reject", lambda edit: edit.decide(range(1, 13), "rejected", 1.0)).result()
    with pytest.raises(UserError, match="No row has been accepted yet"):
        run(export(project, ExportRequest("alpaca", tmp_path / "rows.jsonl")))
    with pytest.raises(UserError, match="None of the 1 rows can be written"):
        run(export(project, ExportRequest("alpaca", tmp_path / "rows.jsonl", unreviewed=True)))
    project.user.perform("Reject", lambda edit: edit.decide([13], "rejected", 1.0)).result()
    with pytest.raises(UserError, match="no rows to export"):
        run(export(project, ExportRequest("alpaca", tmp_path / "rows.jsonl", unreviewed=True)))
    assert left_behind(tmp_path) == left_behind(project.path.parent)
    assert not list(tmp_path.glob("rows*"))


@pytest.mark.parametrize("format", ["xlsx", "nonsense"])
def test_formats_that_cannot_be_written_are_refused(project: Project, tmp_path: Path, format: str) -> None:
    with pytest.raises(UserError):
        run(export(project, ExportRequest(format, tmp_path / "rows.x")))


def test_a_place_that_cannot_be_written_is_refused(project: Project, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path in (tmp_path, project.path, tmp_path / "file" / "rows.jsonl"):
        with pytest.raises(UserError):
            run(export(project, ExportRequest("alpaca", path)))
    assert project.path.stat().st_size > 0


def test_a_full_disk_leaves_the_old_files_and_no_half_of_new_ones(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = ExportRequest("alpaca", tmp_path / "rows.jsonl", unreviewed=True)
    run(export(project, request))
    before = {path: path.read_bytes() for path in tmp_path.glob("rows*")}

    def full(value: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(_json_writing, "dump", full)
    with pytest.raises(UserError, match="The disk is full"):
        run(export(project, request))
    assert {path: path.read_bytes() for path in tmp_path.glob("*rows*")} == before
    assert not list(tmp_path.glob(".*"))
    assert len(project.exports.all()) == 1


def test_a_disk_that_fills_while_rows_are_gathered_is_told(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_spool: Spool, _example: Example) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Spool, "put", full)
    with pytest.raises(UserError, match="The disk is full"):
        run(export(project, ExportRequest("alpaca", tmp_path / "rows.jsonl")))
    assert not list(tmp_path.glob("*rows*"))


def test_an_export_that_is_closed_leaves_nothing(project: Project, tmp_path: Path) -> None:
    job = export(project, ExportRequest("alpaca", tmp_path / "rows.jsonl", unreviewed=True))
    next(job)
    job.close()
    assert not list(tmp_path.glob("*rows*")) + list(tmp_path.glob(".*"))


def test_a_project_opened_for_reading_can_be_exported(project: Project, tmp_path: Path) -> None:
    with Project.open(project.path, write=False) as reader:
        assert run(export(reader, ExportRequest("alpaca", tmp_path / "rows"))).rows == 3
    assert (tmp_path / "rows.jsonl").is_file()
    assert len(project.exports.all()) == 1


def test_a_number_beyond_64_bits_leaves_as_it_is(project: Project, tmp_path: Path) -> None:
    huge = Instruction("Big", output="x", extra={"number": 2**70, "note": "y" * 100_000})
    (id,) = project.candidates.add([Candidate(0, 0, huge)])
    project.user.perform("Accept", lambda edit: edit.decide([id], "accepted", 1.0)).result()
    run(export(project, ExportRequest("alpaca", tmp_path / "rows.jsonl")))
    last = json.loads((tmp_path / "rows.jsonl").read_bytes().splitlines()[-1])
    assert (last["number"], len(last["note"])) == (2**70, 100_000)
