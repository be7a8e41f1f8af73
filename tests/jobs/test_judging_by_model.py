"""A model judges what the rules let pass, once, and goes on where it was stopped."""

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.core.engine import Engine
from desktop.core.progress import Event, Progress, Tick
from desktop.core.records import Candidate, ChainLink, Instruction, Verdict
from desktop.core.steps import Choose, Chosen, Embed, Embedded, Scored
from desktop.jobs.filtering import FilterReport, run_filters
from desktop.jobs.generating import generate
from desktop.jobs.judging_by_model import filter_rows, judge_rows
from desktop.store.project import Project
from tests.fakes import FakeEngine, Line, Refuses, Says, by_step
from tests.jobs.scripted import by_seed, finish, new_project, request

RATING = ChainLink("rating", True, {})


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with new_project(tmp_path / "p.seedbed") as project:
        rows = [("Name a bird.", "Heron, 5."), ("Name a fish.", "Carp, 3."), ("Name a tree.", ""), ("Name it.", None)]
        project.candidates.add([Candidate(0, 0, Instruction(one, output=other)) for one, other in rows])
        yield project


def grade(ask: Any, random_seed: int) -> Line:
    """A model that gives the grade that stands in the answer."""
    assert isinstance(ask, Choose)
    text = str(ask.prompt)
    return Chosen(tuple(float(f", {option}." in text) for option in ask.options), 1.0)


def choose(project: Project, *links: ChainLink) -> None:
    project.user.perform("Choose", lambda edit: edit.set_chain(links)).result()


def judge(
    project: Project, engine: FakeEngine, every_row: bool = False, events: list[Event] | None = None
) -> FilterReport:
    def ready() -> Generator[Event, None, Engine]:
        yield Tick()
        return engine

    return finish(filter_rows(project, ready, every_row), events)


def values(project: Project, filter_id: str = "rating") -> dict[int, float | None]:
    views = project.candidates.get(project.candidates.ids())
    return {view.candidate.id: view.verdicts[filter_id].value for view in views if filter_id in view.verdicts}


def test_no_model_is_made_ready_where_no_filter_needs_one(project: Project) -> None:
    choose(project, ChainLink("empty", True, {}), ChainLink("rating", False, {}))

    def never() -> Generator[Event, None, Engine]:
        raise AssertionError
        yield

    assert finish(filter_rows(project, never)).dropped == {"empty": 1}


def test_only_what_the_rules_let_pass_is_asked_about(project: Project) -> None:
    choose(project, RATING, ChainLink("empty", True, {}))
    engine, events = FakeEngine(grade), list[Event]()
    report = judge(project, engine, events=events)
    assert values(project) == {1: 5.0, 2: 3.0}
    assert len(engine.questions) == 2
    assert (report.passing, report.unanswered, dict(report.dropped)) == (1, 1, {"rating": 1, "empty": 1})
    [asked] = report.asked
    assert (asked.judged, asked.failed, asked.unreadable) == (2, 1, 0)
    last = events[-1]
    assert isinstance(last, Progress) and (last.done, last.total) == (2, 2)
    [view] = project.candidates.get([2])
    by = view.verdicts["rating"].by
    assert by is not None and (by.model, by.fingerprint) == (engine.model.name, engine.model.fingerprint)


def test_on_request_every_row_with_an_answer_is_asked_about(project: Project) -> None:
    choose(project, ChainLink("length", True, {"instruction_minimum": 50}), RATING)
    engine = FakeEngine(grade)
    judge(project, engine)
    assert not engine.questions
    judge(project, engine, every_row=True)
    assert values(project) == {1: 5.0, 2: 3.0, 3: None}, "an empty answer is nothing to grade"


def test_one_judge_is_asked_about_a_few_rows_alone(project: Project) -> None:
    choose(project, ChainLink("length", True, {"instruction_minimum": 50}), ChainLink("rating", False, {}))
    finish(run_filters(project))
    engine = FakeEngine(grade)

    def ready() -> Generator[Event, None, Engine]:
        yield Tick()
        return engine

    report = finish(judge_rows(project, ready, "rating", [2, 4]))
    assert (report.filter, report.judged) == ("rating", 1), "the fourth has no answer"
    assert values(project) == {2: 3.0}, "though the rules drop it, and the judge is switched off"
    finish(judge_rows(project, ready, "rating", [1, 2]))
    assert len(engine.questions) == 2


def test_what_is_judged_is_not_judged_again(project: Project) -> None:
    choose(project, RATING)
    judge(project, FakeEngine(grade))
    again = FakeEngine(grade)
    judge(project, again)
    finish(run_filters(project))
    assert values(project)[2] == 3.0, "the rules leave what a model said"
    choose(project, ChainLink("rating", True, {"minimum": 2}))
    assert judge(project, again).dropped == {}
    assert not again.questions, "another cut is decided from what is stored"
    project.user.perform("Edit", lambda edit: edit.edit_row(2, Instruction("Name a fish.", output="Pike, 1."))).result()
    judge(project, again)
    assert len(again.questions) == 1 and values(project)[2] == 1.0
    choose(project, ChainLink("rating", True, {"dimension": "helpfulness"}))
    judge(project, again)
    assert len(again.questions) == 3


def test_the_project_s_own_prompt_is_asked_and_asks_anew(project: Project) -> None:
    choose(project, RATING)
    judge(project, FakeEngine(grade))
    own = "My way: {{task}} {{answer}}"
    project.user.perform("Prompt", lambda edit: edit.set_prompt("rating", "accuracy", "en", own)).result()
    engine = FakeEngine(grade)
    judge(project, engine)
    assert len(engine.questions) == 2
    assert all("My way: Name a" in str(question) for question in engine.questions)


def test_a_judging_that_is_closed_keeps_what_it_said(project: Project) -> None:
    project.candidates.add([Candidate(0, 0, Instruction(f"Say {n}.", output="So, 5.")) for n in range(40)])
    choose(project, RATING)
    first = FakeEngine(grade, slots=1)

    def ready() -> Generator[Event, None, Engine]:
        yield Tick()
        return first

    job = filter_rows(project, ready)
    for _event in job:
        if len(first.questions) > 20:
            break
    job.close()
    kept = [value for value in values(project).values() if value is not None]
    assert 0 < len(kept) < 42
    engine = FakeEngine(grade)
    judge(project, engine)
    assert len(engine.questions) == 42 - len(kept)
    assert sum(value is not None for value in values(project).values()) == 42


def test_what_cannot_be_read_or_taken_is_dropped_and_counted(project: Project) -> None:
    choose(project, ChainLink("rating", True, {"how": "written"}))
    lines: list[Line] = [Says("Well, well."), Refuses()]
    report = judge(project, FakeEngine(by_step({"rating": lines})))
    assert report.asked[0].unreadable == report.asked[0].failed == 2
    [one, other] = project.candidates.get([1, 2])
    assert "Well, well." in str(one.verdicts["rating"].reason)
    assert "longer than the model can read" in str(other.verdicts["rating"].reason)
    again = FakeEngine(by_step({"rating": "5"}))
    judge(project, again)
    assert len(again.questions) == 1, "what could not be taken is tried again, what was said stays"


def test_filters_are_asked_from_cheap_to_dear_each_of_what_is_left(project: Project) -> None:
    choose(project, RATING, ChainLink("perplexity", True, {"maximum": 2.0}))

    def script(ask: Any, random_seed: int) -> Line:
        if ask.step == "perplexity":
            return Scored((-5.0 if "Heron" in ask.answer else -0.1,))
        return grade(ask, random_seed)

    engine = FakeEngine(script)
    report = judge(project, engine)
    assert [question.step for question in engine.questions] == ["perplexity", "perplexity", "rating"]
    assert [each.filter for each in report.asked] == ["perplexity", "rating"]


@pytest.mark.parametrize("slots", [7, 64])  # all are answered at once, more than are compared together
def test_meaning_is_compared_in_the_order_of_the_rows(project: Project, slots: int) -> None:
    project.candidates.add([Candidate(0, 0, Instruction(f"Say {n}.", output=f"{n % 3}")) for n in range(30)])
    choose(project, ChainLink("semantic_duplicate", True, {}))

    def script(ask: Any, random_seed: int) -> Line:
        assert isinstance(ask, Embed)
        return Embedded((1.0, 0.0) if ask.text.endswith("0") else (0.0, 1.0))

    report = judge(project, FakeEngine(script, slots=slots))
    assert (report.asked[0].judged, report.passing) == (33, 1), "seeds and rows are all of two meanings"
    views = project.candidates.get(project.candidates.ids())
    fallen = [view for view in views if view.verdicts.get("semantic_duplicate", Verdict(True)).passed is False]
    assert len(fallen) == 32
    engine = FakeEngine(script)
    choose(project, ChainLink("semantic_duplicate", True, {"threshold": 1.0}))
    assert judge(project, engine).passing == 33
    assert not engine.questions, "another threshold is decided by what is stored"
    for view in fallen:
        twin = view.verdicts["semantic_duplicate"].evidence.twins[0].ref
        assert twin.stage == "seed" or twin.id < view.candidate.id


def test_a_run_asks_the_judges_that_are_switched_on(tmp_path: Path) -> None:
    with new_project(tmp_path / "run.seedbed") as project:
        choose(project, ChainLink("length", True, {}), ChainLink("toxicity", True, {}))
        written = by_seed()

        def script(ask: Any, random_seed: int) -> Line:
            if isinstance(ask, Choose):
                bad, asks_for_bad = "0.1" in str(ask.prompt), "decent" not in str(ask.prompt)
                return Chosen((0.9, 0.1) if bad == asks_for_bad else (0.1, 0.9), 1.0)
            return written(ask, random_seed)

        report = finish(generate(project, FakeEngine(script), request(12)))
        assert report.passing >= 12
        assert report.dropped.get("toxicity")
        assert sum(report.dropped.values()) == sum(project.counts().dropped.values())
        views = [view for view in project.candidates.get(project.candidates.ids()) if view.passing]
        assert views and all(view.verdicts["toxicity"].value == pytest.approx(0.1) for view in views)
