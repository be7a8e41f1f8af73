"""Home by clicks: a new project, the sample, the next step, a run that is removed and brought back."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.core.engine import Model
from desktop.core.records import Candidate, Instruction, Item
from desktop.store.candidates import Judgement
from desktop.store.project import Project
from desktop.ui import theme
from desktop.ui.main_window import MainWindow
from desktop.ui.pages.home import HomePage
from desktop.ui.widgets.buttons import Button
from desktop.ui.widgets.project_files import free_path
from tests.ui.conftest import click, open_and_wait


@pytest.fixture
def home(window: MainWindow) -> HomePage:
    """The page without a project."""
    window.go("home")
    page = window.page("home")
    assert isinstance(page, HomePage)
    return page


def words_of(page: HomePage) -> list[str]:
    return [each.text() for each in page.findChildren(QLabel) if each.isVisible()]


def add_run(path: Path, state: str) -> None:
    """A run with one row."""
    model = Model("Qwen", "/q.gguf", "0" * 64, 4096, True)
    with Project.open(path) as project:
        run = project.runs.start(
            "self_instruct",
            {},
            target=300,
            random_seed=1,
            language="en",
            model=model,
            prompts_hash="",
            sampling={},
        )
        item = project.runs.add_item(run.id, Item(0, 1))
        number = project.candidates.next_id()
        row = Candidate(number, number, Instruction("Do it.", output="Done."), run=run.id, item=item.id)
        project.runs.finish_item(run.id, replace(item, state="done"), [Judgement(row, {})], [])
        project.runs.set_state(run.id, "paused" if state == "paused" else "finished")


def test_a_new_project_is_made_by_typing_its_name(home: HomePage, tmp_path: Path, qtbot: QtBot) -> None:
    form = home.welcome
    assert form.isVisible()
    assert not form.make_button.isEnabled()
    QTest.keyClicks(form.title_edit, "Clinic: letters")
    assert form.make_button.isEnabled()
    click(form.make_button)
    qtbot.waitUntil(lambda: home.session.project is not None)
    project = home.session.project
    assert project is not None
    assert project.title == "Clinic: letters"
    assert project.path.parent == tmp_path / "projects"
    assert ":" not in project.path.name
    qtbot.waitUntil(lambda: home.title_label.text() == "Clinic: letters")
    assert home.main_button.text() == "Add seeds"


def test_the_first_page_keeps_its_margin(home: HomePage) -> None:
    recent = home.welcome.recent
    assert recent.mapTo(home, recent.rect().topRight()).x() == home.width() - theme.PAGE_MARGIN - 1


def test_the_sample_project_comes_with_its_seeds(home: HomePage, qtbot: QtBot) -> None:
    click(home.welcome.sample_button)
    qtbot.waitUntil(lambda: home.seeds_figure.figure_label.text() not in ("–", "0"), timeout=10_000)
    assert int(home.seeds_figure.figure_label.text()) >= 40


def test_ctrl_n_offers_the_form_and_the_way_back(home: HomePage, project_file: Path, qtbot: QtBot) -> None:
    open_and_wait(home.session, project_file, qtbot)
    qtbot.waitUntil(lambda: home.title_label.text() == "Clinic letters")
    QTest.keyClick(home.window(), Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert home.welcome.isVisible()
    click(home.welcome.back_button)
    qtbot.waitUntil(lambda: not home.welcome.isVisible())
    qtbot.waitUntil(lambda: home.title_label.text() == "Clinic letters")


def test_the_main_button_goes_where_the_work_is(home: HomePage, project_file: Path, qtbot: QtBot) -> None:
    open_and_wait(home.session, project_file, qtbot)
    qtbot.waitUntil(lambda: home.main_button.isVisible() and bool(home.main_button.text()))
    with qtbot.waitSignal(home.went) as went:
        click(home.main_button)
    assert went.args[0] in ("generate", "models")


def test_a_run_is_removed_with_its_rows_and_brought_back(home: HomePage, project_file: Path, qtbot: QtBot) -> None:
    add_run(project_file, "finished")
    session = home.session
    open_and_wait(session, project_file, qtbot)
    qtbot.waitUntil(lambda: home.candidates_figure.figure_label.text() == "1")
    qtbot.waitUntil(lambda: "1 candidate, 1 of 300 wanted pass" in words_of(home))
    (remove,) = [each for each in home.runs_card.findChildren(Button) if each.text() == "Remove"]
    with qtbot.waitSignal(session.changed):
        click(remove)
    qtbot.waitUntil(lambda: home.candidates_figure.figure_label.text() == "0")
    with qtbot.waitSignal(session.changed):
        session.edits.undo()
    qtbot.waitUntil(lambda: home.candidates_figure.figure_label.text() == "1")


def test_a_paused_run_is_the_next_thing_to_do(home: HomePage, project_file: Path, qtbot: QtBot) -> None:
    add_run(project_file, "paused")
    open_and_wait(home.session, project_file, qtbot)
    qtbot.waitUntil(lambda: any("is paused at 1 of 300 rows" in each for each in words_of(home)))


def test_recent_projects_are_opened_with_a_click_and_forgotten_when_gone(
    home: HomePage, project_file: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    home.session.prefer(recent=(str(project_file), str(tmp_path / "gone.seedbed")))
    recent = home.welcome.recent
    open_button, forget_button = [each for each in recent.findChildren(Button) if not each.isHidden()]
    assert (open_button.text(), forget_button.text()) == ("Open", "Forget")
    click(forget_button)
    assert home.session.preferences.recent == (str(project_file),)
    qtbot.waitUntil(lambda: [each.text() for each in recent.findChildren(Button) if each.isVisible()] == ["Open"])
    (open_button,) = [each for each in recent.findChildren(Button) if each.isVisible()]
    click(open_button)
    assert home.session.opening == project_file or home.session.project is not None


NAMES = {
    "Clinic letters": "Clinic letters",
    "../../etc/passwd": "etc passwd",
    "门诊来信": "门诊来信",
    "a/b\\c:d": "a b c d",
    "...": "project",
    "x" * 300: "x" * 80,
}


@pytest.mark.parametrize(("title", "name"), NAMES.items())
def test_a_title_becomes_a_name_that_any_system_takes(tmp_path: Path, title: str, name: str) -> None:
    path = free_path(tmp_path, title)
    assert path.parent == tmp_path
    assert path.stem == name


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    (tmp_path / "Letters.seedbed").touch()
    (tmp_path / "Letters 2.seedbed").touch()
    assert free_path(tmp_path, "Letters").name == "Letters 3.seedbed"
