"""Settings by keys and clicks: each holds at once."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from desktop.core.confinement.confine import Held
from desktop.ui import theme
from desktop.ui.app import Appearance
from desktop.ui.confined import held_in_words, read_held
from desktop.ui.main_window import MainWindow
from desktop.ui.pages.settings import SettingsPage
from desktop.ui.session import Session
from desktop.ui.widgets.buttons import Button
from tests.ui.conftest import click


@pytest.fixture
def page(session: Session, qapp: QApplication, window: MainWindow) -> SettingsPage:
    """The page in a window whose look and language follow the preferences."""
    session.prefer(language="en", look="light")
    look = Appearance(qapp, session)
    look.setParent(session)
    window.go("settings")
    made = window.page("settings")
    assert isinstance(made, SettingsPage)
    return made


def test_the_look_changes_at_once(page: SettingsPage) -> None:
    assert theme.current() is theme.LIGHT
    page.look_box.setFocus()
    QTest.keyClick(page.look_box, Qt.Key.Key_Down)
    assert page.session.preferences.look == "dark"
    assert theme.current() is theme.DARK
    QTest.keyClick(page.look_box, Qt.Key.Key_Up)
    assert theme.current() is theme.LIGHT


def test_the_language_changes_at_once(page: SettingsPage, window: MainWindow) -> None:
    page.language_box.setFocus()
    QTest.keyClick(page.language_box, Qt.Key.Key_End)
    assert window.session.preferences.language == "zh_CN"
    assert window.page("settings") is not page


def test_threads_are_typed(page: SettingsPage) -> None:
    page.threads_spin.setFocus()
    page.threads_spin.selectAll()
    QTest.keyClicks(page.threads_spin, "3")
    QTest.keyClick(page.threads_spin, Qt.Key.Key_Return)
    assert page.session.preferences.threads == 3


def test_folders_are_added_and_removed(
    page: SettingsPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_asked: str(tmp_path))
    click(page.folders_card.add_button)
    assert list(page.session.preferences.model_folders) == [str(tmp_path)]
    (remove,) = [each for each in page.folders_card.findChildren(Button) if each.text() == "Remove"]
    click(remove)
    assert not list(page.session.preferences.model_folders)


def test_it_says_what_the_system_holds_the_model_to(page: SettingsPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: page.held_label.text() != "", timeout=10_000)
    assert page.held_label.text().splitlines()[:3] == list(held_in_words(read_held()))[:3]  # free memory changes


def test_what_nothing_holds_is_said_as_plainly() -> None:
    for held, words in ((Held(), "nothing in this system"), (Held("seccomp", "Landlock", "seccomp", 2**33), "held by")):
        assert all(words in said for said in held_in_words(held)[:3])
    assert "8.0 GB" in held_in_words(Held(memory=2**33))[-1]
