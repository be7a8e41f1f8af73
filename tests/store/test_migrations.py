"""An older file is copied, then brought up to date, or left as it was."""

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from desktop.core.errors import UserError
from desktop.store import migrations, soundness
from desktop.store.connections import Database
from desktop.store.migrations import Step, upgrade
from desktop.store.project import Project
from desktop.store.schema import VERSION
from tests.store.rows import add_rows, row

if TYPE_CHECKING:
    import sqlite_utils

OLD = Path(__file__).parents[1] / "projects"


@pytest.fixture
def older(path: Path) -> Path:
    """A closed project of the schema before the next one."""
    with Project.create(path, title="Old", language="en") as project:
        add_rows(project, [row("Kept")])
    return path


def add_column(db: "sqlite_utils.Database") -> None:
    """What a step may do: plain SQL and sqlite-utils, in one transaction."""
    db["seeds"].add_column("colour", str)  # type: ignore[union-attr]
    db["lists"].transform(rename={"entry": "word"})  # type: ignore[union-attr]


def break_off(db: "sqlite_utils.Database") -> None:
    add_column(db)
    raise RuntimeError("the power failed")


def fingerprint(path: Path) -> str:
    database = Database(path, "read")
    try:
        return soundness.fingerprint_of(database)
    finally:
        database.close()


def ask(path: Path, sql: str) -> object:
    hand = sqlite3.connect(path)
    try:
        return hand.execute(sql).fetchall()
    finally:
        hand.close()


def test_a_step_changes_the_file_and_keeps_a_copy_of_the_old_one(older: Path) -> None:
    upgrade(older, VERSION, {VERSION: Step(fingerprint(older), add_column)})
    assert ask(older, "PRAGMA user_version") == [(VERSION + 1,)]
    assert ask(older, "SELECT colour FROM seeds") == []
    assert ask(older, "SELECT word FROM lists") == []
    assert ask(older, "SELECT count(*) FROM candidates") == [(1,)]
    copy = older.with_name(f"a.seedbed.v{VERSION}-backup")
    assert ask(copy, "PRAGMA user_version") == [(VERSION,)]
    with Project.open(copy) as project:
        assert project.counts().candidates == 1


def test_a_step_that_breaks_off_leaves_the_file_as_it_was(older: Path) -> None:
    before = fingerprint(older)
    with pytest.raises(RuntimeError, match="power"):
        upgrade(older, VERSION, {VERSION: Step(before, break_off)})
    assert fingerprint(older) == before
    with Project.open(older) as project:
        assert project.counts().candidates == 1


def test_an_older_file_with_other_parts_is_refused_before_it_is_copied(older: Path) -> None:
    step = Step(fingerprint(older), add_column)
    ask(older, "CREATE TRIGGER planted AFTER UPDATE ON project BEGIN DELETE FROM candidates; END")
    with pytest.raises(UserError, match="holds parts"):
        upgrade(older, VERSION, {VERSION: step})
    assert sorted(older.parent.iterdir()) == [older]


def test_every_version_before_this_one_has_its_step() -> None:
    assert sorted(migrations.STEPS) == list(range(1, VERSION))


@pytest.mark.parametrize("old", sorted(OLD.glob("*.seedbed")), ids=lambda path: path.name)
def test_old_projects_still_open(old: Path, path: Path) -> None:
    path.write_bytes(old.read_bytes())
    with Project.open(path) as project:
        counts = project.counts()
        assert (counts.seeds, counts.candidates, counts.dataset) == (1, 3, 1)
        assert len(project.candidates.get(project.candidates.ids())) == 3
        assert len(project.candidates.ids()) == 3


def test_a_file_of_this_very_schema_is_among_the_old_projects() -> None:
    """Whoever changes the schema without raising VERSION meets this file, and would meet the user's."""
    assert (OLD / f"v{VERSION}.seedbed").is_file()
