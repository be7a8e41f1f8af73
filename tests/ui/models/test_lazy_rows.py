"""Lazy rows: nothing is read on the main thread, what is shown follows the store, a million rows stay light."""

import threading
from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from desktop.core.errors import UserError
from desktop.core.records import Seed
from desktop.ui.models import seed_rows
from desktop.ui.models.lazy_rows import ID_ROLE, VIEW_ROLE, LazyRows, Lookup
from desktop.ui.models.splice import place_of, splice
from desktop.ui.session import Session

if TYPE_CHECKING:
    from desktop.store.project import Project


def _loaded(rows: "LazyRows[Seed]", qtbot: QtBot, count: int) -> None:
    qtbot.waitUntil(lambda: not rows.loading and rows.rowCount() == count)
    qtbot.waitUntil(lambda: all(rows.index(row, 0).data(VIEW_ROLE) for row in range(count)))


@pytest.fixture
def rows(opened: Session, qtbot: QtBot) -> "LazyRows[Seed]":
    made: LazyRows[Seed] = LazyRows(opened, seed_rows.columns())
    QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal, made)
    made.show_rows(seed_rows.lookup())
    _loaded(made, qtbot, 10)
    return made


def test_every_read_happens_off_the_main_thread(opened: Session, qtbot: QtBot) -> None:
    threads: set[int] = set()

    def ids(project: "Project") -> "array[int]":
        threads.add(threading.get_ident())
        return project.seeds.ids()

    def get(project: "Project", wanted: Sequence[int]) -> Sequence[Seed]:
        threads.add(threading.get_ident())
        return project.seeds.get(wanted)

    rows: LazyRows[Seed] = LazyRows(opened, seed_rows.columns())
    rows.show_rows(Lookup(ids, get, lambda seed: seed.id))
    assert rows.rowCount() == 0, "it must not wait"
    _loaded(rows, qtbot, 10)
    assert threads
    assert threading.get_ident() not in threads


def test_cells_are_empty_until_they_are_known(opened: Session, qtbot: QtBot) -> None:
    rows: LazyRows[Seed] = LazyRows(opened, seed_rows.columns())
    rows.show_rows(Lookup(lambda project: project.seeds.ids(), lambda project, ids: project.seeds.get(ids), _seed_id))
    qtbot.waitUntil(lambda: rows.rowCount() == 10)
    assert rows.index(0, 0).data() is None
    qtbot.waitUntil(lambda: rows.index(0, 0).data() == "Explain medicine number 0.")


def test_a_removed_row_goes_and_undo_brings_it_back_in_its_place(
    rows: "LazyRows[Seed]", opened: Session, qtbot: QtBot
) -> None:
    third = rows.id_at(2)
    opened.changed.connect(lambda changes, _origin: rows.refresh(changes.ids.get("seeds")))
    with qtbot.waitSignal(rows.rowsRemoved) as removed:
        opened.edits.perform("Remove", lambda edit: edit.remove_seeds([third]))
    assert removed.args[1:] == [2, 2]
    with qtbot.waitSignal(rows.rowsInserted) as inserted:
        opened.edits.undo()
    assert inserted.args[1:] == [2, 2]
    assert rows.id_at(2) == third


def test_a_changed_row_shows_its_new_text(rows: "LazyRows[Seed]", opened: Session, qtbot: QtBot) -> None:
    from dataclasses import replace

    seed = rows.view_at(4)
    assert seed is not None
    opened.changed.connect(lambda changes, _origin: rows.refresh(changes.ids.get("seeds")))
    changed = replace(seed, row=replace(seed.row, instruction="Say it anew."))
    opened.edits.perform("Edit", lambda edit: edit.update_seed(changed))
    qtbot.waitUntil(lambda: rows.index(4, 0).data() == "Say it anew.")


def test_rows_that_arrive_stand_where_their_ids_belong(opened: Session, qtbot: QtBot) -> None:
    made: LazyRows[int] = LazyRows(opened)
    made.show_rows(Lookup(lambda _project: array("q", [9, 5, 1]), lambda _project, ids: list(ids), lambda each: each))
    qtbot.waitUntil(lambda: not made.loading)
    made.add([12, 7, 9])
    assert [made.id_at(row) for row in range(made.rowCount())] == [12, 9, 7, 5, 1]


def test_rows_that_arrive_while_the_ids_are_read_are_not_lost(opened: Session, qtbot: QtBot) -> None:
    made: LazyRows[int] = LazyRows(opened)
    made.show_rows(Lookup(lambda _project: array("q", [5, 1]), lambda _project, ids: list(ids), lambda each: each))
    made.add([7])
    qtbot.waitUntil(lambda: not made.loading)
    assert [made.id_at(row) for row in range(made.rowCount())] == [7, 5, 1]


def test_rows_that_cannot_be_read_keep_no_others_away(opened: Session, qtbot: QtBot) -> None:
    def get(_project: "Project", ids: Sequence[int]) -> Sequence[int]:
        if 1 in ids:
            raise UserError("A row of this file is damaged.", "Open a backup.")
        return list(ids)

    made: LazyRows[int] = LazyRows(opened)
    made.show_rows(Lookup(lambda _project: array("q", range(1, 1001)), get, lambda each: each))
    qtbot.waitUntil(lambda: made.rowCount() == 1000)
    with qtbot.waitSignal(opened.failed):
        made.index(0, 0).data(VIEW_ROLE)
    qtbot.waitUntil(lambda: made.index(900, 0).data(VIEW_ROLE) == 901)
    with qtbot.assertNotEmitted(opened.failed, wait=100):  # said once, not with every painting
        assert made.index(0, 0).data(VIEW_ROLE) is None


def test_a_million_rows_read_only_what_is_looked_at(opened: Session, qtbot: QtBot) -> None:
    asked: list[int] = []

    def get(_project: "Project", ids: Sequence[int]) -> Sequence[int]:
        asked.extend(ids)
        return list(ids)

    made: LazyRows[int] = LazyRows(opened)
    made.show_rows(Lookup(lambda _project: array("q", range(1, 1_000_001)), get, lambda each: each))
    qtbot.waitUntil(lambda: made.rowCount() == 1_000_000)
    assert made.index(777_777, 0).data(ID_ROLE) == 777_778
    made.index(777_777, 0).data(VIEW_ROLE)
    qtbot.waitUntil(lambda: made.index(777_777, 0).data(VIEW_ROLE) == 777_778)
    assert len(asked) < 200
    assert 777_778 in asked


def test_headings_are_the_columns(rows: "LazyRows[Seed]") -> None:
    titles = [rows.headerData(section, Qt.Orientation.Horizontal) for section in range(rows.columnCount())]
    assert titles == ["Instruction", "Input", "Answer", "Task type", "Language"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([], [], (0, 0, 0)),
        ([1, 2, 3], [1, 2, 3], (3, 0, 0)),
        ([], [1, 2], (0, 0, 2)),
        ([1, 2, 3], [1, 3], (1, 1, 0)),
        ([1, 3], [1, 2, 3], (1, 0, 1)),
        ([1, 2, 3, 4], [1, 9, 8, 4], (1, 2, 2)),
        ([1, 1, 1], [1, 1], (2, 1, 0)),
        ([1, 2], [3, 4, 5], (0, 2, 3)),
    ],
)
def test_splice(old: list[int], new: list[int], expected: tuple[int, int, int]) -> None:
    start, gone, came = splice(array("q", old), array("q", new))
    assert (start, gone, came) == expected
    assert old[:start] + new[start : start + came] + old[start + gone :] == new


def test_place_of() -> None:
    ids = array("q", [9, 7, 5])
    assert [place_of(ids, each) for each in (10, 9, 8, 6, 5, 1)] == [0, -1, 1, 2, -1, 3]


def _seed_id(seed: Seed) -> int:
    return seed.id
