"""Judging a whole project says what was said when the rows came, and an edit is judged at once."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from desktop.core.progress import Event, Progress
from desktop.core.records import Candidate, ChainLink, Instruction
from desktop.jobs import filtering
from desktop.jobs.filtering import broken_off, run_filters
from desktop.store.candidates import CandidateView
from desktop.store.project import Project
from tests.fakes import VARIED
from tests.jobs.scripted import finish, new_project, run


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with new_project(tmp_path / "p.seedbed") as project:
        yield project


def bring(project: Project, *rows: tuple[str, str]) -> None:
    """Import rows of instruction and output; their ids are 1, 2, …"""
    project.candidates.add([Candidate(0, 0, Instruction(instruction=one, output=other)) for one, other in rows])


def verdicts_of(project: Project) -> dict[int, dict[str, bool]]:
    views = project.candidates.get(project.candidates.ids())
    return {view.candidate.id: {id: each.passed for id, each in view.verdicts.items()} for view in views}


def test_judging_all_again_changes_nothing(project: Project) -> None:
    finish(run(project, 60, slots=1))
    before, counts = verdicts_of(project), project.counts()
    assert counts.dropped["novelty"]
    report = finish(run_filters(project))
    assert verdicts_of(project) == before
    assert project.counts() == counts
    assert (report.judged, report.passing) == (counts.candidates, counts.passing)
    assert report.dropped == counts.dropped


def test_imported_rows_are_judged_in_order(project: Project) -> None:
    bring(
        project,
        ("Say how bread is made in a village.", "Slowly."),
        ("Say how bread is made in a village now.", "Quickly."),
        ("List four birds that swim well.", ""),
        (VARIED[0], "Because."),
    )
    events: list[Event] = []
    report = finish(run_filters(project), events)
    assert report.dropped == {"novelty": 1, "empty": 1, "conflicting_answers": 1}, "the cheaper filter comes first"
    assert report.passing == project.counts().passing == 1
    last = events[-1]
    assert isinstance(last, Progress)
    assert (last.done, last.total) == (4, 4)


def test_rows_that_are_compared_together_are_decided_alike(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = Random(3)
    bring(project, *((" ".join(draw.choices("abcdefghij", k=draw.randint(3, 9))), "So.") for _ in range(150)))
    finish(run(project, 10, slots=1))
    alone: list[dict[int, object]] = []
    for foreseen in (10**9, 0):
        monkeypatch.setattr("desktop.filters.novelty._FORESEEN", foreseen)
        monkeypatch.setattr("desktop.jobs.filtering._TOGETHER", 40)
        finish(
            run_filters(
                project, [ChainLink("length", True, {"instruction_minimum": 4}), ChainLink("novelty", True, {})]
            )
        )
        views = project.candidates.get(project.candidates.ids())
        alone.append({view.candidate.id: _said(view) for view in views})
    assert alone[0] == alone[1]


def _said(view: CandidateView) -> object:
    verdict = view.verdicts.get("novelty")
    if verdict is None:
        return None
    near = verdict.value if verdict.value is not None and verdict.value >= 0.5 else None
    return verdict.passed, near, verdict.likenesses, verdict.reason, verdict.evidence.twins[:1]


def test_a_chain_of_ones_own_is_used(project: Project) -> None:
    bring(project, ("Go", "Where?"), ("Say how bread is made in a village.", "Slowly."))
    links = [ChainLink("length", True, {"instruction_minimum": 1})]
    assert finish(run_filters(project, links)).dropped == {}


def test_what_a_filter_said_is_forgotten_once_the_row_falls_before_it(project: Project) -> None:
    bring(project, ("Name a bird that swims well.", "Duck."), ("Name a bird that swims so well.", "Duck."))
    finish(run_filters(project))
    assert verdicts_of(project)[2]["novelty"] is False
    stricter = (ChainLink("length", True, {"instruction_minimum": 50}), ChainLink("novelty", True, {}))
    project.user.perform("Ask for more words", lambda edit: edit.set_chain(stricter)).result()
    finish(run_filters(project))
    assert {id: said.keys() & {"length", "novelty"} for id, said in verdicts_of(project).items()} == {
        1: {"length"},
        2: {"length"},
    }


def test_what_was_judged_before_closing_stays(project: Project) -> None:
    bring(project, *((f"Say how number {number} is written in Latin words", "So.") for number in range(1200)))
    job = run_filters(project, [ChainLink("length", True, {})])
    for event in job:
        if isinstance(event, Progress) and event.done:
            break
    job.close()
    finish(run_filters(project, [ChainLink("length", True, {})]))
    assert len(verdicts_of(project)) == 1200
    assert all("length" in verdicts for verdicts in verdicts_of(project).values())


@pytest.mark.parametrize("every_row", [False, True])
def test_a_judging_that_was_broken_off_says_how_far_it_came(
    project: Project, monkeypatch: pytest.MonkeyPatch, every_row: bool
) -> None:
    monkeypatch.setattr(filtering, "_BATCH", 500)
    bring(project, *((f"Say how number {number} is written in Latin words", "So.") for number in range(2500)))
    project.user.perform("Chain", lambda edit: edit.set_chain([ChainLink("length", True, {})])).result()
    assert broken_off(project) is None
    job = run_filters(project, every_row=every_row)
    while not project.verdicts.mark():
        next(job)
    job.close()
    found = broken_off(project)
    assert found is not None and found.every_row == every_row
    assert found.done in range(500, 2500, 500), "how many batches are stored before the stop is a matter of luck"
    other = ChainLink("length", True, {"instruction_minimum": 9})
    project.user.perform("Chain", lambda edit: edit.set_chain([other])).result()
    assert broken_off(project) is None, "nothing of it holds for another chain"
    project.user.undo().result()
    finish(run_filters(project, every_row=every_row))
    assert broken_off(project) is None


def test_an_edited_row_is_judged_again_with_its_siblings(project: Project) -> None:
    finish(run(project, 10, slots=1))
    passing = [view for view in project.candidates.get(project.candidates.ids()) if view.passing]
    first, other = passing[0], next(view for view in passing if view.candidate.family != passing[0].candidate.family)
    edited = Instruction(instruction=_lead(other.row), output="Mine.")
    id = first.candidate.id
    project.user.perform("Edit", lambda edit: edit.edit_row(id, edited)).result()
    report = finish(run_filters(project, ids=[id]))
    assert report.judged == len([view for view in passing if view.candidate.family == first.candidate.family])
    [view] = project.candidates.get([id])
    assert not view.verdicts["novelty"].passed
    assert not view.passing
    [untouched] = project.candidates.get([other.candidate.id])
    assert untouched.passing


def _lead(row: object) -> str:
    assert isinstance(row, Instruction)
    return row.instruction
