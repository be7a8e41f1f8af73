"""A file that someone tampered with, or that a disk damaged, is refused before anything of it is run or written."""

import random
import sqlite3
import sys
from pathlib import Path

import pytest

from desktop.core.errors import UserError
from desktop.core.records import Candidate
from desktop.store.project import Project
from tests.store.rows import FAIL, add_rows, row, use_chain

FAILING = {n: {"length": FAIL} for n in range(9)}
PLANTED = {
    "trigger": "CREATE TRIGGER planted AFTER INSERT ON seeds BEGIN DELETE FROM candidates; END",
    "view": "CREATE VIEW planted AS SELECT 1",
    "table": "CREATE TABLE planted(x)",
    "index": "CREATE INDEX planted ON seeds(name)",
    "virtual table": "CREATE VIRTUAL TABLE planted USING fts5(x)",
    "generated column": "ALTER TABLE seeds ADD COLUMN planted TEXT AS (name || 'x')",
    "column": "ALTER TABLE seeds ADD COLUMN planted TEXT",
    "missing index": "DROP INDEX verdicts_failing",
    "missing table": "DROP TABLE ratings",
    "other view": "DROP VIEW dataset",
    "other name": "ALTER TABLE lists RENAME COLUMN entry TO other",
}


@pytest.fixture
def filled(path: Path) -> Path:
    """A closed project with something in every place that can break."""
    with Project.create(path, title="Sound", language="en") as project:
        use_chain(project, "length", "novelty")
        add_rows(
            project, [row(f"A row of words, number {n}") for n in range(100)], {n: {"length": FAIL} for n in range(9)}
        )
        project.candidates.add(Candidate(0, 0, row("x" * 9000)) for _n in range(5))
        project.user.perform("Edit", lambda edit: edit.edit_row(1, row("Edited"))).result()
    return path


@pytest.mark.parametrize("sql", PLANTED.values(), ids=list(PLANTED))
@pytest.mark.parametrize("write", [True, False])
def test_a_file_with_other_parts_is_refused_and_left_alone(filled: Path, sql: str, write: bool) -> None:
    hand = sqlite3.connect(filled)
    hand.execute(sql)
    hand.commit()
    hand.close()
    before = filled.read_bytes()
    with pytest.raises(UserError, match="holds parts that Seedbed did not make"):
        Project.open(filled, write=write)
    assert filled.read_bytes() == before
    assert list(filled.parent.iterdir()) == [filled]


def test_statistics_that_a_tool_left_are_no_tampering(filled: Path) -> None:
    hand = sqlite3.connect(filled)
    hand.execute("ANALYZE")
    hand.close()
    Project.open(filled).close()


@pytest.mark.parametrize("part", [0.1, 0.5, 0.99])
def test_a_file_that_was_cut_short_is_damaged(filled: Path, part: float) -> None:
    content = filled.read_bytes()
    filled.write_bytes(content[: int(len(content) * part)])
    for write in (True, False):
        with pytest.raises(UserError, match=r"damaged|not a Seedbed project"):
            Project.open(filled, write=write)


@pytest.mark.parametrize("seed", range(25))
def test_flipped_bits_are_told_plainly_or_do_no_harm(filled: Path, seed: int) -> None:
    dice = random.Random(seed)
    content = bytearray(filled.read_bytes())
    for _flip in range(dice.choice([1, 3, 40, 400])):
        content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
    filled.write_bytes(content)
    try:
        with Project.open(filled) as project:
            _read_everything(project)
    except UserError as error:
        assert error.what
        assert error.remedy


def test_a_row_whose_text_is_damaged_is_told_of_and_the_others_can_be_read(filled: Path) -> None:
    hand = sqlite3.connect(filled)
    hand.execute('UPDATE contents SET content = \'{"instruction": "x\' WHERE candidate = 2')
    hand.commit()
    hand.close()
    with Project.open(filled) as project:
        with pytest.raises(UserError, match="damaged"):
            project.candidates.get([2])
        assert len(project.candidates.get([1, 3])) == 2


def _read_everything(project: Project) -> None:
    ids = project.candidates.ids()
    project.candidates.get(ids)
    project.counts()
    project.chain.links()
    project.seeds.all()
    for _example in project.dataset.rows(unreviewed=True):
        pass
    for _candidate in project.candidates.walk():
        pass
    project.user.perform("Decide", lambda edit: edit.decide(ids, "accepted", 1.0)).result()
    project.user.perform("Edit", lambda edit: edit.edit_row(3, row("Other"))).result()
    project.user.undo().result()


def test_a_folder_is_called_a_folder(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is a folder"):
        Project.open(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be deleted there")
def test_a_file_that_is_deleted_while_open_is_said_to_be_gone(project: Project) -> None:
    project.path.unlink()
    with pytest.raises(UserError, match="is gone"):
        project.user.perform("Rename", lambda edit: edit.set_title("New")).result()
    project.close()
    Project.create(project.path, title="Another", language="en").close()
