"""What a run is handed of a project's passages: those of its form that were not left out, in reading order."""

from pathlib import Path

import pytest

from desktop.core.records import Passage, Source
from desktop.core.shapes import Consumes
from desktop.jobs._passages import StoredPassages
from desktop.store.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project.create(tmp_path / "a.seedbed", title="A", language="en")
    prose = [Passage(0, 0, f"Passage {n}.", first=n, last=n + 1, excluded=n == 3) for n in range(250)]
    others = [Passage(0, 0, "Fee: 12.", "record"), Passage(0, 0, "weather", "function", columns={"name": "weather"})]
    for passages in (prose, others):
        for _done in made.sources.store(Source(0, "a", str(len(passages)), "txt"), [], passages):
            pass
    return made


@pytest.mark.parametrize(
    ("consumes", "count"), [("passages", 250), ("records", 1), ("functions", 1), ("seeds", 0), ("nothing", 0)]
)
def test_each_method_is_handed_what_it_takes(project: Project, consumes: Consumes, count: int) -> None:
    with project:
        assert len(StoredPassages(project, consumes)) == count


def test_they_are_read_as_they_are_looked_at(project: Project) -> None:
    with project:
        found = StoredPassages(project, "passages")
        assert [passage.text for passage in found][:5] == [f"Passage {n}." for n in (0, 1, 2, 4, 5)]
        assert (found[-1].text, found[248].text) == ("Fee: 12.", "Passage 249.")
        assert [passage.text for passage in found[1:3]] == ["Passage 1.", "Passage 2."]
        with pytest.raises(IndexError):
            found[250]


def test_a_source_that_is_removed_meanwhile_ends_nothing_and_moves_nothing(project: Project) -> None:
    with project:
        for _done in project.sources.store(
            Source(0, "b", "3", "txt"), [], [Passage(0, 0, f"Later {n}.") for n in (1, 2)]
        ):
            pass
        found = StoredPassages(project, "passages")
        assert found[0].text == "Passage 0."
        first = project.sources.ids()[0]
        project.user.perform("Remove", lambda edit: edit.remove_sources([first])).result()
        assert [passage.text for passage in found] == ["Fee: 12.", "Later 1.", "Later 2."]
        assert found[251].text == "Later 2."
        with pytest.raises(IndexError):
            found[100]
