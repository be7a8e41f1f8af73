"""Before there is a run: what it lacks, what its options lack, and whether a model is loaded at all."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.core.catalogue import methods
from desktop.core.engine import NO_MODEL, NoEngine
from desktop.core.errors import UserError
from desktop.core.options import OptionError
from desktop.core.records import ChainLink, JsonObject, Passage, Source
from desktop.jobs.beginning import look_first, needs_model
from desktop.jobs.generating import GenerateReport, GenerateRequest, generate
from desktop.jobs.trying import TryRequest, try_one
from desktop.store.project import Project
from tests.confined.inside import Inside
from tests.jobs.scripted import finish, new_project

SPRIG: JsonObject = {"name": "Sprig", "maker": "Greenhouse Lab"}
ROWS = [{"text": "Lovely soup.", "label": "glad"}, {"text": "Cold soup.", "label": "angry"}]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with new_project(tmp_path / "p.seedbed") as project:
        yield project


def bring(project: Project, *entries: JsonObject, form: Any = "record") -> None:
    passages = [Passage(0, 0, str(each), form, columns=each) for each in entries]
    list(project.sources.store(Source(0, "table.csv", "f", "csv"), (), passages))


def go(project: Project, method: str, options: JsonObject, target: int = 5) -> GenerateReport:
    request = GenerateRequest(method, options, target, random_seed=3)
    return finish(generate(project, NoEngine(), request, Inside()))


# ── without a model ──────────────────────────────────────────────────────────────────────────────


def test_only_methods_without_prompts_ask_no_model() -> None:
    assert {id for id, each in methods().items() if not each.asks_model} == {"identity", "templates", "eda", "noise"}


@pytest.mark.parametrize(
    ("method", "options"), [("identity", SPRIG), ("templates", {}), ("eda", {}), ("noise", {"copies": 2})]
)
def test_they_run_without_one_and_the_run_says_so(project: Project, method: str, options: JsonObject) -> None:
    bring(project, *ROWS)
    if methods()[method].consumes == "rows":
        go(project, "templates", {}, 2)
    assert not needs_model(project, method)
    report = go(project, method, options, 2)
    assert report.passing >= 2
    assert (report.run.model, report.run.fingerprint) == ("", "no model")
    assert (report.run.state, report.cost.asks) == ("finished", 0)


def test_a_judge_in_the_chain_needs_one_all_the_same(project: Project) -> None:
    links = [ChainLink("empty", True, {}), ChainLink("rating", True, {})]
    project.user.perform("Choose filters", lambda edit: edit.set_chain(links)).result()
    assert needs_model(project, "identity")
    off = [ChainLink("empty", True, {}), ChainLink("rating", False, {})]
    project.user.perform("Choose filters", lambda edit: edit.set_chain(off)).result()
    assert not needs_model(project, "identity")


def test_one_is_tried_without_a_model_too(project: Project) -> None:
    bring(project, *ROWS)
    for method, options in (("identity", SPRIG), ("templates", {})):
        tried = finish(try_one(project, NoEngine(), TryRequest(method, options, 1), Inside()))
        assert len(tried.rows) == 1 and not tried.replies


def test_a_question_to_no_model_is_a_bug() -> None:
    from desktop.core.steps import Ask

    with pytest.raises(TypeError):
        NoEngine().submit(Ask("answer", "Why?"), 1)
    assert NoEngine().poll(1.0) == () and NoEngine().model is NO_MODEL


# ── what is refused ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("method", "options", "wrong"),
    [
        ("identity", {}, "name"),
        ("identity", {"name": "Sprig"}, "maker"),
        ("sql", {}, "tables"),
        ("sql", {"tables": "create tabel town (name)"}, "tables"),
        ("templates", {"label": "mood"}, "label"),
        ("templates", {"template": "{{ text }"}, "template"),
        ("noise", {"copies": 99}, "copies"),
    ],
)
def test_options_that_cannot_work_are_refused_before_there_is_a_run(
    project: Project, method: str, options: JsonObject, wrong: str
) -> None:
    bring(project, *ROWS)
    with pytest.raises(OptionError) as refused:
        finish(look_first(project, Inside(), method, options))
    assert refused.value.name == wrong and refused.value.remedy
    with pytest.raises(OptionError):
        go(project, method, options)
    with pytest.raises(OptionError):
        finish(try_one(project, NoEngine(), TryRequest(method, options, 1), Inside()))
    assert not project.runs.all()


def test_functions_that_cannot_be_called_are_refused_before_there_is_a_run(project: Project) -> None:
    with pytest.raises(UserError):
        finish(look_first(project, Inside(), "tool_calls", {}))
    bring(project, {"name": "tide", "parameters": {"type": "object", "properties": {}}}, form="function")
    finish(look_first(project, Inside(), "tool_calls", {}))
    bring(project, {"name": "wind", "parameters": ["port"]}, form="function")
    with pytest.raises(UserError, match="wind"):
        finish(look_first(project, Inside(), "tool_calls", {}))


# ── what it takes ────────────────────────────────────────────────────────────────────────────────


def test_the_clock_counts_on_from_one_stretch_of_work_to_the_next(project: Project) -> None:
    first = go(project, "identity", SPRIG, 3)
    assert 0 < first.seconds < 60
    paused = generate(project, NoEngine(), GenerateRequest("identity", SPRIG, 900, resume=True), Inside())
    for _event, _number in zip(paused, range(40), strict=False):
        pass
    paused.close()
    run = project.runs.all()[-1]
    before = project.settings.get(f"worked.{run.id}")
    assert run.state == "paused" and isinstance(before, float) and before > 0
    again = finish(generate(project, NoEngine(), GenerateRequest("identity", SPRIG, 900, resume=True), Inside()))
    assert again.run.id == run.id and again.seconds > before
    assert not project.user.undo_title or "worked" not in project.user.undo_title
