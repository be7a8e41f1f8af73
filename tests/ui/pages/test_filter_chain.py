"""The chain of the Filter page by real keys and clicks: its groups, its order, its search, its presets."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from desktop.core.presets import PRESETS
from desktop.ui.main_window import MainWindow
from desktop.ui.pages.filter import FilterPage
from tests.ui.conftest import click
from tests.ui.judged import add_judged
from tests.ui.pages.test_filter import SLOW, idle, shown

NO_KEYS = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(window: MainWindow, project_file: Path, qtbot: QtBot) -> FilterPage:
    add_judged(project_file)
    return shown(window, project_file, qtbot)


def stored(page: FilterPage) -> list[str]:
    assert page.session.project is not None
    return [link.filter for link in page.session.project.chain.links()]


def pick(page: FilterPage, words: str, qtbot: QtBot) -> None:
    """Open the presets and click on the one that is called so; in "Remove a preset" with a ">" before it."""
    click(page.preset_button)
    menu = page.preset_button.opened
    assert menu is not None
    qtbot.waitUntil(menu.isVisible)
    if words.startswith(">"):
        last = menu.actions()[-1].menu()
        assert isinstance(last, QMenu)
        action = next(each for each in last.actions() if each.text() == words[1:])
        action.trigger()
        menu.close()
        return
    action = next(each for each in menu.actions() if each.text() == words)
    QTest.mouseClick(menu, LEFT, NO_KEYS, menu.actionGeometry(action).center())


def test_the_chain_stands_in_the_groups_that_run_one_after_another(page: FilterPage, qtbot: QtBot) -> None:
    ids = list(page.chain.rows)
    assert ids.index("blocked_phrases") < ids.index("exact_duplicate") < len(ids)
    assert list(page.chain.heads) == ["cheap", "rows"]
    assert page.chain.heads["cheap"].figures_label.text() == "7 in"
    assert page.chain.heads["rows"].figures_label.text().startswith("6 in")
    qtbot.waitUntil(lambda: page.chain.rows["length"].seconds is not None, timeout=SLOW)
    assert page.chain.rows["length"].words.endswith("s per 1,000")
    assert page.chain.rows["novelty"].words.startswith("≤ 0.70")


def test_a_filter_is_moved_by_keys_within_its_group(page: FilterPage, qtbot: QtBot) -> None:
    before = list(page.chain.rows)
    row = page.chain.rows["length"]
    row.setFocus()
    QTest.keyClick(row, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: page.session.edits.undo_title == "Move “Length”", timeout=SLOW)
    assert list(page.chain.rows)[:2] == [before[1], "length"]
    assert page.chain.rows["length"].hasFocus()
    assert stored(page) == list(page.chain.rows)
    page.session.edits.undo()
    qtbot.waitUntil(lambda: list(page.chain.rows) == before, timeout=SLOW)
    idle(page, qtbot)


def test_a_filter_is_dragged_to_another_place(page: FilterPage, qtbot: QtBot) -> None:
    first, second, third = list(page.chain.rows)[:3]
    row = page.chain.rows[first]
    start = QPoint(120, row.height() // 2)
    QTest.mousePress(row, LEFT, NO_KEYS, start)
    for part in (1, 2, 3):
        QTest.mouseMove(row, start + QPoint(0, part * (2 * row.height() + 10) // 3))
    QTest.mouseRelease(row, LEFT, NO_KEYS, start + QPoint(0, 2 * row.height() + 10))
    qtbot.waitUntil(lambda: list(page.chain.rows)[:3] == [second, third, first], timeout=SLOW)
    idle(page, qtbot)
    assert stored(page)[:3] == [second, third, first]


def test_a_filter_is_added_and_taken_out(page: FilterPage, qtbot: QtBot) -> None:
    click(page.chain.add_button)
    qtbot.waitUntil(page.panels.picker.search.hasFocus)
    QTest.keyClicks(page.panels.picker.search, "refus")
    QTest.keyClick(page.panels.picker.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "refusal" in page.chain.rows and page.chain.rows["refusal"].isChecked(), timeout=SLOW)
    idle(page, qtbot)
    assert "refusal" in stored(page)
    row = page.chain.rows["refusal"]
    row.setFocus()
    QTest.keyClick(row, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: "refusal" not in page.chain.rows, timeout=SLOW)
    qtbot.waitUntil(lambda: page.session.edits.undo_title == "Take “Refusals” out", timeout=SLOW)
    idle(page, qtbot)


def test_escape_leads_back_from_the_list_of_filters(page: FilterPage, qtbot: QtBot) -> None:
    click(page.chain.add_button)
    qtbot.waitUntil(page.panels.picker.isVisible)
    QTest.keyClick(page.panels.picker.list, Qt.Key.Key_Escape)
    qtbot.waitUntil(page.panels.view.card.isVisible)


def test_a_long_chain_can_be_searched(page: FilterPage, qtbot: QtBot) -> None:
    assert page.chain.search.isHidden()
    pick(page, "LIMA, strict", qtbot)
    qtbot.waitUntil(page.chain.search.isVisible, timeout=SLOW)
    QTest.keyClicks(page.chain.search, "voice")
    qtbot.waitUntil(page.chain.rows["length"].isHidden, timeout=SLOW)
    assert page.chain.rows["style"].isVisible()
    assert page.chain.heads["cheap"].isHidden()
    QTest.keyClicks(page.chain.search, "zzz")
    qtbot.waitUntil(page.chain.none_label.isVisible, timeout=SLOW)
    QTest.keyClick(page.chain.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(page.chain.rows["length"].isVisible, timeout=SLOW)
    idle(page, qtbot)


def test_a_preset_is_one_step_that_can_be_undone(page: FilterPage, qtbot: QtBot) -> None:
    before = stored(page)
    pick(page, "Documents", qtbot)
    qtbot.waitUntil(lambda: page.preset_button.text() == "Preset: Documents", timeout=SLOW)
    idle(page, qtbot)
    assert set(stored(page)) == {link.filter for link in PRESETS["documents"].links}
    page.session.edits.undo()
    qtbot.waitUntil(lambda: stored(page) == before, timeout=SLOW)
    idle(page, qtbot)


def test_the_chain_becomes_a_preset_of_ones_own(page: FilterPage, qtbot: QtBot) -> None:
    click(page.chain.rows["novelty"].switch)
    qtbot.waitUntil(lambda: not page.chain.rows["novelty"].switch.isChecked())
    pick(page, "Save this chain as a preset…", qtbot)
    qtbot.waitUntil(page.naming.field.hasFocus)
    assert not page.naming.save_button.isEnabled()
    QTest.keyClicks(page.naming.field, "Ours & theirs")
    click(page.naming.save_button)
    assert page.naming.isHidden()
    assert page.preset_button.text() == "Preset: Ours && theirs"
    pick(page, "Self-Instruct as published", qtbot)
    qtbot.waitUntil(lambda: page.preset_button.text() == "Preset: Self-Instruct as published", timeout=SLOW)
    pick(page, "Ours && theirs", qtbot)
    qtbot.waitUntil(lambda: page.preset_button.text() == "Preset: Ours && theirs", timeout=SLOW)
    assert not page.chain.rows["novelty"].switch.isChecked()
    pick(page, ">Ours && theirs", qtbot)
    assert not page.changes.presets.own
    idle(page, qtbot)
