"""A later method brings its filters into the chain once, and never those that a person took out."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.catalogue import methods
from desktop.core.progress import Event, Said
from desktop.core.records import ChainLink
from desktop.jobs.adding_filters import add_missing, choose
from desktop.jobs.generating import GenerateRequest, generate
from desktop.jobs.judging import settle_links
from desktop.store.project import Project
from tests.fakes import FakeEngine
from tests.jobs.scripted import by_seed, finish, new_project

METHODS = methods()


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with new_project(tmp_path / "p.seedbed") as project:
        yield project


def chain(project: Project) -> list[str]:
    return [link.filter for link in project.chain.links()]


def take_out(project: Project, filter_id: str) -> None:
    before = project.chain.links()
    after = [link for link in before if link.filter != filter_id]
    project.user.perform("Take out", lambda edit: choose(edit, project, after, before)).result()


def test_a_later_method_adds_what_the_first_one_did_not_ask_for(project: Project) -> None:
    settle_links(project, METHODS["identity"])
    assert chain(project) == ["empty", "exact_duplicate"]
    said = add_missing(project, METHODS["self_instruct"])
    assert said is not None and said.undoable
    assert said.sentence.startswith("The chain has 5 filters more now, which “Self-Instruct” asks for: ")
    assert chain(project)[:2] == ["empty", "exact_duplicate"]
    assert set(chain(project)) == set(METHODS["self_instruct"].default_filters)
    novelty = next(link for link in project.chain.links() if link.filter == "novelty")
    assert novelty.options == {"average": True}, "as it was published"
    assert add_missing(project, METHODS["self_instruct"]) is None


def test_what_was_taken_out_or_undone_does_not_come_again(project: Project) -> None:
    settle_links(project, METHODS["identity"])
    take_out(project, "empty")
    add_missing(project, METHODS["alpaca"])
    assert "empty" not in chain(project) and "novelty" in chain(project)
    assert project.user.undo_title == "Add the filters of “Alpaca”"
    project.user.undo().result()
    assert chain(project) == ["exact_duplicate"]
    assert add_missing(project, METHODS["alpaca"]) is None
    project.user.undo().result()  # taking it out
    assert chain(project) == ["empty", "exact_duplicate"]


def test_a_chain_that_was_never_stored_was_seen_all_the_same(project: Project) -> None:
    """The page shows the published chain before there is one; what is taken out of it stays out."""
    before = settle_links(project, METHODS["self_instruct"])
    project.user.set_up(lambda edit: edit.set_chain([])).result()
    project.user.set_up(lambda edit: edit.set_setting("filters offered", None)).result()
    kept = [link for link in before if link.filter != "novelty"]
    project.user.perform("Take out", lambda edit: choose(edit, project, kept, before)).result()
    assert add_missing(project, METHODS["self_instruct"]) is None
    assert add_missing(project, METHODS["sql"]) is not None
    assert "sql_runs" in chain(project) and "novelty" not in chain(project)


def test_filters_that_were_named_one_by_one_stay_alone(project: Project) -> None:
    project.user.perform("Choose filters", lambda edit: edit.set_chain([ChainLink("length", True, {})])).result()
    assert add_missing(project, METHODS["self_instruct"]) is None
    assert chain(project) == ["length"]


def test_a_run_says_what_it_added_and_judges_by_it(project: Project) -> None:
    settle_links(project, METHODS["identity"])
    events: list[Event] = []
    request = GenerateRequest("self_instruct", {}, 4, random_seed=5)
    finish(generate(project, FakeEngine(by_seed()), request), events)
    assert sum(isinstance(each, Said) for each in events) == 1
    [id] = project.candidates.ids()[:1]
    assert "novelty" in project.verdicts.of([id])[id]
