"""What can still be read of a damaged project comes into a new file, and the damaged one is left as it is."""

from pathlib import Path

import pytest

from desktop.core.errors import UserError
from desktop.store.project import Project
from desktop.store.repair import repair
from desktop.store.show import Show
from tests.store.rows import FAIL, add_rows, row, use_chain


def _damage(path: Path, kind: str) -> None:
    """Overwrite the root page of an index or table with zeros."""
    with Project.open(path) as project:
        database = project._connections.here()
        number = database.value("SELECT rootpage FROM sqlite_master WHERE name = ?", [kind])
        size = database.value("PRAGMA page_size")
    with path.open("r+b") as file:
        file.seek((number - 1) * size)
        file.write(b"\0" * size)


@pytest.fixture
def filled(path: Path) -> Path:
    with Project.create(path, title="Hurt", language="en") as project:
        use_chain(project, "length")
        add_rows(
            project,
            [row(f"Row 智能 {n} " + "long " * 200) for n in range(50)],
            {n: {"length": FAIL} for n in range(0, 50, 7)},
        )
    return path


@pytest.mark.parametrize(
    "index", ["verdicts_failing", "verdicts_of_filter", "candidate_words_data", "candidates_of_run"]
)
def test_damage_to_an_index_costs_nothing(filled: Path, index: str) -> None:
    _damage(filled, index)
    before = filled.read_bytes()
    with pytest.raises(UserError, match="damaged"):
        Project.open(filled)
    repaired = repair(filled)
    assert repaired.whole
    assert filled.read_bytes() == before
    with Project.open(repaired.path) as project:
        assert project.title == "Hurt"
        assert project.counts().dropped == {"length": 8}
        assert len(project.candidates.ids(Show(query="智能"))) == 50


def test_damage_to_rows_costs_those_rows_alone(filled: Path) -> None:
    content = bytearray(filled.read_bytes())
    place = content.index(b"Row \xe6\x99\xba\xe8\x83\xbd 25") // 4096 * 4096
    content[place : place + 200] = b"\xff" * 200
    filled.write_bytes(content)
    repaired = repair(filled)
    assert not repaired.whole
    with Project.open(repaired.path) as project:
        ids = project.candidates.ids()
        assert 0 < len(ids) < 50
        assert len(project.candidates.get(ids)) == len(ids)
        assert project.candidates.next_id() == 51
        assert {1, 50} <= set(ids)


def test_a_file_cut_short_gives_what_is_left_of_it_or_says_that_nothing_is(filled: Path) -> None:
    content = filled.read_bytes()
    filled.write_bytes(content[: len(content) - 8192])
    repaired = repair(filled)
    Project.open(repaired.path).close()
    filled.write_bytes(content[:4096])
    repaired.path.unlink()
    with pytest.raises(UserError):
        repair(filled)
    assert not repaired.path.exists()


def test_a_project_in_use_is_not_repaired_nor_an_earlier_repair_overwritten(project: Project, path: Path) -> None:
    with pytest.raises(UserError, match="open in another window"):
        repair(path)
    project.close()
    repair(path)
    with pytest.raises(UserError, match="already a file"):
        repair(path)
