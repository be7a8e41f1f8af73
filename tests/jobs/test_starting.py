"""A run starts from named rows, in an order that a resumed run finds again, and what it makes is of their families."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from desktop.core.errors import UserError
from desktop.core.records import Candidate, ChainLink, Decision, Instruction, Ref
from desktop.jobs.generating import GenerateReport, GenerateRequest, generate
from desktop.jobs.starting import given_rows
from desktop.store.project import Project
from desktop.store.show import Show
from tests.fakes import VARIED, FakeEngine, Line, Script, by_step
from tests.jobs.scripted import finish, new_project

LIST = "1. How does one prune a rose in March?\n2. Name three shrubs for a shady yard.\n3. Why do leaves fall?"
SCRIPT: dict[str, Line | Sequence[Line] | Script] = {
    "instructions": [LIST, ""],
    "answer": lambda ask, seed: f"Because of {seed}.",
}


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with new_project(tmp_path / "p.seedbed") as project:
        yield project


def go(
    project: Project, method: str, target: int = 3, *, starts_from: str = "", resume: bool = False
) -> GenerateReport:
    request = GenerateRequest(method, {}, target, random_seed=5, starts_from=starts_from, resume=resume)
    return finish(generate(project, FakeEngine(by_step(SCRIPT), slots=1), request))


def leads(project: Project, start: str, run: int | None = None) -> list[str]:
    return [each.row.instruction for each in given_rows(project, start, run) if isinstance(each.row, Instruction)]


def decide(project: Project, id: int, decision: Decision) -> None:
    project.user.perform("Decide", lambda edit: edit.decide([id], decision, 1.0)).result()


def imported(project: Project, *texts: str) -> list[int]:
    return list(project.candidates.add(Candidate(0, 0, Instruction(text, output="Yes.")) for text in texts))


# ── linked runs ──────────────────────────────────────────────────────────────────────────────────


def test_instructions_meet_their_target_unanswered(project: Project) -> None:
    report = go(project, "instructions")
    assert (report.passing, report.run.note) == (3, "The target is met.")
    counts = project.counts()
    assert (counts.candidates, counts.passing) == (3, 0)


def test_curated_instructions_are_answered_and_novelty_lets_their_answers_be(project: Project) -> None:
    go(project, "instructions")
    first, second, third = project.candidates.ids()
    decide(project, second, "rejected")
    project.user.perform(
        "Edit", lambda edit: edit.edit_row(third, Instruction("Why do leaves fall in autumn?"))
    ).result()
    report = go(project, "answers")
    assert (report.passing, report.run.starts_from) == (2, "stage:unanswered")
    assert report.run.note == "Everything the method starts from is used up."
    views = project.candidates.get(project.candidates.ids(Show(run=report.run.id)))
    assert [(view.candidate.family, view.candidate.parents) for view in views] == [
        (first, (Ref("candidate", first),)),
        (third, (Ref("candidate", third),)),
    ]
    assert [view.row.instruction for view in views if isinstance(view.row, Instruction)] == [
        "How does one prune a rose in March?",
        "Why do leaves fall in autumn?",
    ]
    assert all(view.passing and "novelty" in view.verdicts for view in views)


def test_what_has_a_passing_answer_does_not_wait_for_one(project: Project) -> None:
    go(project, "instructions")
    go(project, "answers", 1)
    assert leads(project, "stage:unanswered") == [line[3:] for line in LIST.splitlines()[1:]]


def test_an_answered_row_of_a_seed_is_of_the_seeds_family(project: Project) -> None:
    report = go(project, "explanation_traces", 10, starts_from="stage:seeds")
    assert report.passing == len(VARIED)
    assert "novelty" not in report.dropped
    [view, *_rest] = project.candidates.get(project.candidates.ids())
    assert (view.candidate.family, view.candidate.parents) == (-1, (Ref("seed", 1),))


def test_novelty_still_compares_with_strangers(project: Project) -> None:
    imported(project, VARIED[0])
    project.user.perform("Filters", lambda edit: edit.set_chain([ChainLink("novelty", True, {})])).result()
    report = go(project, "answers", 3, starts_from="stage:candidates")
    assert report.dropped == {"novelty": 1}, "the row is a copy of a seed that it was not made from"


# ── what is named ────────────────────────────────────────────────────────────────────────────────


def test_each_way_to_name_rows(project: Project, tmp_path: Path) -> None:
    ids = imported(project, "One", "Two", "Three")
    decide(project, ids[0], "accepted")
    decide(project, ids[1], "rejected")
    assert leads(project, "stage:accepted") == ["One"]
    assert leads(project, "stage:passing") == ["One", "Three"]
    assert leads(project, "stage:rejected") == ["Two"]
    assert leads(project, "stage:candidates") == ["One", "Two", "Three"]
    assert leads(project, f"ids:{ids[2]}, {ids[0]}") == ["Three", "One"]
    assert leads(project, "stage:seeds") == list(VARIED)
    run = go(project, "instructions").run.id
    assert leads(project, f"run:{run}") == [line[3:] for line in LIST.splitlines()]


def test_rows_come_as_they_were_edited(project: Project) -> None:
    [id] = imported(project, "One")
    project.user.perform("Edit", lambda edit: edit.edit_row(id, Instruction("Uno", output="Sí."))).result()
    assert leads(project, "stage:edited") == ["Uno"]


def test_a_file_is_imported_once(project: Project, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    rows = [{"instruction": text, "input": "", "output": "Yes."} for text in ("One", "Two")]
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    for _time in range(2):
        report = go(project, "answers", 5, starts_from=f"file:{file}")
        assert report.asked == 2
    assert [view.candidate.origin for view in project.candidates.get(project.candidates.ids())].count("rows.jsonl") == 2


@pytest.mark.parametrize("start", ["run:x", "run:99", "stage:nowhere", "ids:", "ids:1,a", "file:", "passing", "run"])
def test_what_names_nothing_is_refused(project: Project, start: str) -> None:
    with pytest.raises(UserError):
        go(project, "answers", starts_from=start)
    assert not project.runs.all()


def test_nothing_to_start_from_is_an_error_and_no_run(project: Project) -> None:
    with pytest.raises(UserError, match="no rows"):
        go(project, "answers")
    with pytest.raises(UserError, match="no documents"):
        go(project, "self_qa")
    assert not project.runs.all()


def test_a_method_that_starts_from_seeds_takes_no_rows(project: Project) -> None:
    with pytest.raises(UserError, match="does not start from rows"):
        go(project, "alpaca", starts_from="stage:seeds")


# ── resuming ─────────────────────────────────────────────────────────────────────────────────────


def test_a_resumed_run_goes_on_with_its_rows_whatever_was_reviewed_meanwhile(project: Project) -> None:
    ids = imported(project, *(f"{text}?" for text in ("One", "Two", "Three", "Four", "Five")))
    request = GenerateRequest("answers", {}, 9, random_seed=5, starts_from="stage:passing")
    job = generate(project, FakeEngine(by_step(SCRIPT), slots=1), request)
    while len(project.runs.items(1)) < 3 if project.runs.all() else True:
        next(job)
    job.close()
    decide(project, ids[0], "rejected")
    report = go(project, "answers", 9, starts_from="stage:passing", resume=True)
    assert report.run.id == 1
    assert [item.inputs for item in project.runs.items(1)] == [(Ref("candidate", id),) for id in ids]
    assert report.asked == 5


def test_another_start_is_another_run(project: Project) -> None:
    imported(project, "One?", "Two?")
    request = GenerateRequest("answers", {}, 9, random_seed=5, starts_from="stage:passing")
    job = generate(project, FakeEngine(by_step(SCRIPT), slots=1), request)
    next(job)
    while not project.runs.all():
        next(job)
    job.close()
    assert go(project, "answers", 9, starts_from="stage:candidates", resume=True).run.id == 2
