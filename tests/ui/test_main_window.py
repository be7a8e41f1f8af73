"""The window by real clicks and keys: pages, undo, language, what is remembered, what is dropped on it, and its end."""

import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QThread, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.core.progress import Event, Progress, Tick
from desktop.store.edit import Edit
from desktop.store.project import Project
from desktop.ui.main_window import PAGES, MainWindow
from desktop.ui.session import Session
from tests.ui.conftest import click, open_and_wait

CONTROLS = (QAbstractButton, QLineEdit, QAbstractSpinBox, QComboBox, QPlainTextEdit, QTextEdit, QAbstractItemView)


def remove_first(edit: Edit) -> None:
    edit.remove_seeds([1])


def remove(edit: Edit, seed: int) -> None:
    edit.remove_seeds([seed])


def press(window: MainWindow, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    held = Qt.KeyboardModifier.NoModifier
    for each in modifiers:
        held |= each
    target = window.focusWidget() or window
    QTest.keyClick(target, key, held)


def drop(window: MainWindow, *paths: Path) -> bool:
    """Drop files on the window; True where it took them."""
    carried = QMimeData()
    carried.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(QPoint(400, 300), copy, carried, left, none)
    QApplication.sendEvent(window, entered)
    dropped = QDropEvent(QPointF(400, 300), copy, carried, left, none)
    QApplication.sendEvent(window, dropped)
    return entered.isAccepted() and dropped.isAccepted()


def test_a_click_in_the_rail_goes_to_the_page(window: MainWindow, qtbot: QtBot) -> None:
    for place in PAGES:
        click(window.rail.items[place.id])
        assert window.current == place.id
        assert window.page(place.id).isVisible()
        assert [item.isChecked() for item in window.rail.items.values()].count(True) == 1


def test_every_page_is_what_the_rail_says_it_is(window: MainWindow) -> None:
    for place in PAGES:
        page = window.page(place.id)
        assert (place.id, place.title, place.icon) == (page.ID, page.TITLE, page.ICON)


def test_the_rail_is_worked_with_arrows_and_enter(window: MainWindow) -> None:
    window.go("home")
    window.rail.items["home"].setFocus()
    press(window, Qt.Key.Key_Down)
    assert window.rail.items["sources"].hasFocus()
    assert window.current == "home"
    press(window, Qt.Key.Key_Return)
    assert window.current == "sources"
    click(window.rail.items["sources"])
    assert window.rail.items["sources"].isChecked()


def test_ctrl_and_a_number_goes_to_the_page(window: MainWindow, qtbot: QtBot) -> None:
    for number, place in enumerate(PAGES[:10], 1):
        press(window, Qt.Key(Qt.Key.Key_0.value + number % 10), Qt.KeyboardModifier.ControlModifier)
        assert window.current == place.id
    press(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    press(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    assert window.current == "settings"


def test_pages_are_made_when_they_are_first_shown(session: Session, qtbot: QtBot) -> None:
    window = MainWindow(session)
    qtbot.addWidget(window)
    assert len(window.pages()) == 1


def test_the_rail_shows_the_project_and_how_much_there_is(window: MainWindow, project_file: Path, qtbot: QtBot) -> None:
    open_and_wait(window.session, project_file, qtbot)
    qtbot.waitUntil(lambda: window.rail.items["seeds"].count == "10")
    assert window.rail.items["review"].count == ""
    assert window.rail.project_label.text() == "Clinic letters"
    assert "Clinic letters" in window.windowTitle()
    assert window.strip.saved_label.text() == "all changes saved"
    assert window.strip.network_label.text() == "network: none"


def test_ctrl_z_undoes_and_says_what(window: MainWindow, project_file: Path, qtbot: QtBot) -> None:
    session = window.session
    open_and_wait(session, project_file, qtbot)
    with qtbot.waitSignal(session.changed):
        session.edits.perform("Remove a seed", remove_first, say="A seed was removed.")
    qtbot.waitUntil(window.toast.isVisible)
    assert window.toast.accessibleName() == "A seed was removed."
    with qtbot.waitSignal(session.changed):
        press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert session.project is not None
    assert session.project.seeds.count() == 10
    qtbot.waitUntil(lambda: window.toast.accessibleName() == "Undone: Remove a seed")
    with qtbot.waitSignal(session.changed):
        press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier)
    assert session.project.seeds.count() == 9


def test_the_message_itself_can_undo(window: MainWindow, project_file: Path, qtbot: QtBot) -> None:
    session = window.session
    open_and_wait(session, project_file, qtbot)
    with qtbot.waitSignal(session.changed):
        session.edits.perform("Remove a seed", remove_first, say="A seed was removed.")
    qtbot.waitUntil(window.toast.isVisible)
    with qtbot.waitSignal(session.changed):
        click(window.toast.action_button)
    assert session.project is not None
    assert session.project.seeds.count() == 10


def test_a_message_stays_above_a_page_that_is_made_while_it_is_shown(window: MainWindow) -> None:
    window.toast.say("A seed was removed.")
    window.go("settings")
    middle = window.toast.mapTo(window, window.toast.rect().center())
    at = window.childAt(middle)
    assert at is window.toast or (at is not None and window.toast.isAncestorOf(at))


def test_the_strip_names_what_can_be_undone(window: MainWindow, project_file: Path, qtbot: QtBot) -> None:
    session = window.session
    open_and_wait(session, project_file, qtbot)
    assert not window.strip.undo_button.isVisible()
    with qtbot.waitSignal(session.changed):
        session.edits.perform("Remove a seed", remove_first)
    assert window.strip.undo_button.text() == "Undo “Remove a seed”"
    with qtbot.waitSignal(session.changed):
        click(window.strip.undo_button)
    assert session.project is not None
    assert session.project.seeds.count() == 10
    assert not window.strip.undo_button.isVisible()


def test_another_language_makes_the_pages_anew(window: MainWindow, qtbot: QtBot) -> None:
    window.go("settings")
    before = window.page("settings")
    window.session.prefer(language="zh_CN")
    assert window.current == "settings"
    assert window.page("settings") is not before
    click(window.rail.items["home"])
    assert window.current == "home"


def test_geometry_and_page_are_remembered(session: Session, tmp_path: Path, qtbot: QtBot) -> None:
    first = MainWindow(session)
    first.resize(1000, 700)
    first.show()
    first.go("settings")
    first.close()
    again = Session(tmp_path / "preferences.json")
    second = MainWindow(again)
    qtbot.addWidget(second)
    assert (second.width(), second.height()) == (1000, 700)
    assert second.current == "settings"
    again.shut_down()


def test_the_rail_collapses_to_icons_when_the_window_is_narrow(window: MainWindow, qtbot: QtBot) -> None:
    assert window.rail.width() == 196
    window.resize(1000, 640)
    qtbot.waitUntil(lambda: window.rail.width() == 60)
    assert window.rail.items["seeds"].toolTip().startswith("Seeds")
    assert (window.width(), window.height()) == (1000, 640)
    window.resize(1400, 900)
    qtbot.waitUntil(lambda: window.rail.width() == 196)


def test_no_page_needs_more_room_than_the_smallest_window(window: MainWindow, project_file: Path, qtbot: QtBot) -> None:
    open_and_wait(window.session, project_file, qtbot)
    window.resize(1000, 640)
    for place in PAGES:
        window.go(place.id)
        qtbot.wait(30)
        assert (window.width(), window.height()) == (1000, 640), place.id


def test_a_long_change_is_told_and_waited_for(window: MainWindow, project_file: Path, qtbot: QtBot) -> None:
    session, go_on = window.session, threading.Event()
    open_and_wait(session, project_file, qtbot)
    session.edits.perform("Remove a source", lambda _edit: go_on.wait(20))
    qtbot.waitUntil(lambda: window.strip.saved_label.text() == "saving “Remove a source” · 0 %")
    window.close()
    assert window.isVisible()
    assert "still being saved" in window.toast.accessibleName()
    go_on.set()
    qtbot.waitUntil(lambda: not window.isVisible())


def test_undo_pressed_again_while_it_takes_long_takes_one_step_back(
    window: MainWindow, project_file: Path, qtbot: QtBot
) -> None:
    session, go_on = window.session, threading.Event()
    open_and_wait(session, project_file, qtbot)
    for seed in (1, 2):
        with qtbot.waitSignal(session.changed):
            session.edits.perform(f"Remove seed {seed}", partial(remove, seed=seed))
    assert session.project is not None
    session.project.user._thread.submit(go_on.wait, 20)
    session.edits.undo()
    qtbot.waitUntil(lambda: not window.strip.undo_button.isVisible())
    session.edits.undo()
    with qtbot.waitSignal(session.noticed) as said:
        go_on.set()
    assert said.args == ["Undone: Remove seed 2", False]
    assert session.project.seeds.count() == 9
    assert session.edits.undo_title == "Remove seed 1"


def test_a_project_dropped_on_the_window_is_opened(window: MainWindow, project_file: Path, qtbot: QtBot) -> None:
    assert drop(window, project_file)
    qtbot.waitUntil(lambda: window.session.project is not None)


def test_seed_files_dropped_without_a_project_ask_for_one(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(window.session.project_changed):
        drop(window, tmp_path / "seeds.json")
    assert window.toast.isVisible()
    assert "No project is open." in window.toast.accessibleName()


def test_a_dropped_model_is_offered_to_the_models_page(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "no_model.gguf"
    path.write_bytes(b"not a model")
    with qtbot.waitSignal(window.session.failed):
        drop(window, path)
    assert window.current == "models"


def test_a_dropped_document_is_read_on_the_sources_page(
    window: MainWindow, project_file: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    open_and_wait(window.session, project_file, qtbot)
    path = tmp_path / "a.md"
    path.write_text("# Fees\n\nDue in May.", encoding="utf-8")
    drop(window, path)
    assert window.current == "sources"
    qtbot.waitUntil(lambda: window.rail.items["sources"].count == "1", timeout=20_000)


def working() -> Iterator[Event]:
    while True:
        yield Progress("Writing rows", 3, 10, rows_per_minute=2.44, tokens_per_second=41.0, seconds_left=600)
        yield Tick()
        time.sleep(0.005)


def test_the_strip_tells_the_pace_and_the_rail_that_something_works(
    window: MainWindow, project_file: Path, qtbot: QtBot
) -> None:
    open_and_wait(window.session, project_file, qtbot)
    job = window.session.start_job("generate", working)
    qtbot.waitUntil(lambda: "2.4 rows/min · 41 tokens/s" in window.strip.pace_label.text())
    assert window.strip.end_label.text().startswith("done about")
    assert window.rail.items["generate"].busy
    with qtbot.waitSignal(job.finished):
        job.stop()
    qtbot.waitUntil(lambda: window.strip.pace_label.text() == "")
    assert not window.rail.items["generate"].busy


def test_closing_pauses_what_works_says_so_then_closes(window: MainWindow, project_file: Path, qtbot: QtBot) -> None:
    session = window.session
    open_and_wait(session, project_file, qtbot)
    job = session.start_job("generate", working)
    qtbot.wait(40)
    window.close()
    assert "paused" in window.toast.accessibleName()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert job.outcome == "paused"
    assert session.project is None
    with Project.open(project_file) as project:  # nobody holds it any more
        assert project.writable


def test_ctrl_q_closes_the_window(window: MainWindow, qtbot: QtBot) -> None:
    press(window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not window.isVisible())


def test_no_thread_outlives_the_window(session: Session, project_file: Path, qtbot: QtBot) -> None:
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.show()
    open_and_wait(session, project_file, qtbot)
    job = session.start_job("generate", working)
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert job.isFinished()
    assert not [thread for thread in session.findChildren(QThread) if thread.isRunning()]


@pytest.fixture(params=["empty", "project"])
def every_page(request: pytest.FixtureRequest, window: MainWindow, project_file: Path, qtbot: QtBot) -> MainWindow:
    if request.param == "project":
        open_and_wait(window.session, project_file, qtbot)
    for place in PAGES:
        window.go(place.id)
        qtbot.wait(30)
    return window


def test_every_control_has_a_name_to_be_read_out(every_page: MainWindow) -> None:
    nameless = [
        f"{type(each).__name__} {each.objectName()} in {type(each.parentWidget()).__name__}"
        for each in every_page.findChildren(QWidget)
        if isinstance(each, CONTROLS) and not each.isHidden() and not _is_part_of_another(each)
        if not (each.accessibleName() or (isinstance(each, QAbstractButton) and each.text()))
    ]
    assert nameless == []


def test_every_label_shows_its_text_literally(every_page: MainWindow) -> None:
    marked_up = [
        label.text() for label in every_page.findChildren(QLabel) if label.textFormat() != Qt.TextFormat.PlainText
    ]
    assert [text for text in marked_up if text] == []


def test_the_tab_key_goes_round_all_controls_of_a_page(every_page: MainWindow, qtbot: QtBot) -> None:
    every_page.go("settings")
    every_page.activateWindow()
    seen: set[int] = set()
    for _step in range(60):
        press(every_page, Qt.Key.Key_Tab)
        focused = every_page.focusWidget()
        assert focused is not None
        seen.add(id(focused))
    wanted = {id(each) for each in every_page.page("settings").findChildren(QComboBox)}
    assert wanted <= seen
    assert {id(item) for item in every_page.rail.items.values()} <= seen


def _is_part_of_another(widget: QWidget) -> bool:
    """Whether a bigger control holds it: the line edit of a number field, the list of a choice, a clear button."""
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, CONTROLS):
            return True
        parent = parent.parentWidget()
    return False
