"""Trying a method on one item asks as a run would, and leaves nothing behind."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core.errors import UserError
from desktop.core.progress import Event, Partial
from desktop.core.records import Instruction
from desktop.jobs.trying import Tried, TryRequest, try_one
from desktop.store.project import Project
from tests.fakes import FakeEngine, Refuses, by_step
from tests.jobs.scripted import by_seed, finish, new_project

ANSWERED = {"instructions": " Name a tree.\n10. Name a river.", "classify": " No", "input_first": "Output: An oak."}
SELF_INSTRUCT = TryRequest("self_instruct", {}, 5)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with new_project(tmp_path / "p.seedbed") as project:
        yield project


def tried(
    project: Project, engine: FakeEngine, request: TryRequest = SELF_INSTRUCT, events: list[Event] | None = None
) -> Tried:
    return finish(try_one(project, engine, request), events)


def test_it_shows_what_was_asked_and_what_came_and_stores_nothing(project: Project) -> None:
    events: list[Event] = []
    found = tried(project, FakeEngine(by_step(ANSWERED), stream=True), events=events)
    assert {each.step for each in found.replies} == {"instructions", "classify", "input_first"}
    assert "Explain why the sky is blue" in found.replies[0].prompt
    assert [row.instruction for row in found.rows if isinstance(row, Instruction)] == ["Name a tree.", "Name a river."]
    assert any(isinstance(each, Partial) for each in events)
    assert not project.runs.all()
    assert not project.candidates.count()


def test_a_prompt_that_is_not_saved_yet_is_tried(project: Project) -> None:
    engine = FakeEngine(by_step(ANSWERED))
    tried(project, engine, replace(SELF_INSTRUCT, templates={"instructions": "Our own words: {{tasks}}"}))
    assert str(engine.asked_of("instructions")[0].prompt).startswith("Our own words: ")
    assert project.prompts.get("self_instruct", "instructions", "en") is None


def test_another_place_is_another_item_and_past_the_last_it_begins_again(project: Project) -> None:
    engine = FakeEngine(by_step({"answer": "So."}))
    first, second, again = (
        tried(project, engine, TryRequest("answers", {}, 5, place, "stage:seeds")).rows for place in (0, 1, 999)
    )
    assert first != second
    assert again == first


def test_unusable_replies_are_told_with_their_reason(project: Project) -> None:
    found = tried(project, FakeEngine(by_step({**ANSWERED, "instructions": ""})))
    assert not found.rows
    assert found.discards


def test_what_the_model_refuses_is_said_and_ends_it(project: Project) -> None:
    found = tried(project, FakeEngine(by_step({**ANSWERED, "instructions": Refuses("Too long.")})))
    assert found.why == "Too long."


def test_closing_it_lets_go_of_the_engine(project: Project) -> None:
    engine = FakeEngine(by_seed(), seconds=0.01, stream=True)
    job = try_one(project, engine, SELF_INSTRUCT)
    while not isinstance(next(job), Partial):
        pass
    job.close()
    assert not engine._queue


def test_what_is_missing_is_said(project: Project) -> None:
    with pytest.raises(UserError, match="documents"):
        tried(project, FakeEngine(by_seed()), TryRequest("self_qa", {}, 5))
