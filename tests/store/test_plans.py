"""How SQLite goes about what pages ask again and again: of large tables it reads an index, and nobody's text."""

from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.core.records import Passage, Source
from desktop.store.project import Project
from desktop.store.show import Show


@pytest.fixture
def project(path: Path) -> Project:
    with Project.create(path, title="Plans", language="en") as made:
        for _stored in made.sources.store(Source(0, "a.txt", "f" * 64, "txt"), [], [Passage(0, 0, "Some text.")]):
            pass
        return made


def plans(project: Project, ask: Callable[[Project], object]) -> list[str]:
    """What SQLite says of each step of the queries that are asked."""
    with Project.open(project.path) as opened:
        connection = opened._connections.here().connection
        asked: list[str] = []
        connection.set_trace_callback(asked.append)
        ask(opened)
        connection.set_trace_callback(None)
        queries = [sql for sql in asked if sql.startswith("SELECT")]
        assert queries
        return [row[3] for sql in queries for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}")]


@pytest.mark.parametrize(
    "ask",
    [
        lambda project: project.passages.count(excluded=False),
        lambda project: project.passages.count(source=1, excluded=True),
        lambda project: project.passages.ids(source=1),
        lambda project: project.passages.ids(excluded=False, forms=("prose", "record")),
    ],
)
def test_passages_are_counted_and_listed_in_order_without_their_text(
    project: Project, ask: Callable[[Project], object]
) -> None:
    steps = [step for step in plans(project, ask) if "json_each" not in step and "LIST SUBQUERY" not in step]
    assert all("passages USING COVERING INDEX passages_in_order" in step for step in steps), steps


def test_a_file_is_known_by_its_fingerprint_without_a_look_at_the_others(project: Project) -> None:
    [step] = plans(project, lambda project: project.sources.known("f" * 64))
    assert "USING INDEX sources_by_fingerprint" in step


@pytest.mark.parametrize("stage", ["passing", "unreviewed", "dropped", "all"])
def test_the_first_rows_of_a_stage_come_without_sorting_all(project: Project, stage: str) -> None:
    steps = plans(project, lambda project: project.candidates.ids(Show(stage), limit=100))  # type: ignore[arg-type]
    assert not [step for step in steps if "TEMP B-TREE" in step], steps


@pytest.mark.parametrize("show", [Show("passing"), Show("dropped", "novelty")])
def test_of_a_stage_a_stretch_of_ids_is_read_without_the_others(project: Project, show: Show) -> None:
    steps = plans(project, lambda project: list(project.candidates.ids_in_stretches(show)))
    tables = [step for step in steps if "SUBQUERY" not in step and "sqlite_sequence" not in step]
    assert any(">? AND" in step for step in tables)
    assert all(step.startswith("SEARCH") for step in tables), tables
