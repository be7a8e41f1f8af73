"""What tests of the window stand on: a dressed application, a session of its own, a window nobody sees."""

import gc
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.core.progress import Event
from desktop.core.records import Instruction
from desktop.store.project import Project
from desktop.ui import theme
from desktop.ui.main_window import MainWindow
from desktop.ui.preferences import Preferences
from desktop.ui.session import Session
from desktop.ui.widgets import project_files, welcome
from tests.fakes import FakeEngine


@pytest.fixture(autouse=True)
def _garbage_on_the_main_thread() -> Iterator[None]:
    """No worker thread destroys what a test before left behind: Qt dies of it."""
    gc.disable()
    yield
    gc.collect(0)


@pytest.fixture(autouse=True)
def _projects_of_the_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """New projects go into a folder of the test's own, not among this user's documents."""
    for module in (project_files, welcome):
        monkeypatch.setattr(module, "projects_folder", lambda: tmp_path / "projects")


@pytest.fixture
def dressed(qapp: QApplication) -> QApplication:
    """The application in the light look, counting in English."""
    QLocale.setDefault(QLocale("en"))
    theme.apply(qapp, "light")
    return qapp


@pytest.fixture
def session(dressed: QApplication, tmp_path: Path) -> Iterator[Session]:
    """A session with no project, and preferences of its own."""
    made = Session(tmp_path / "preferences.json")
    yield made
    made.shut_down()


@pytest.fixture
def project_file(tmp_path: Path) -> Path:
    """A closed project with ten seeds."""
    path = tmp_path / "letters.seedbed"
    with Project.create(path, title="Clinic letters", language="en") as project:
        seeds = [
            (Instruction(f"Explain medicine number {n}.", output="Take it with water.", task_type=kind), "", None, "")
            for n, kind in enumerate(["explanation", "summary"] * 5)
        ]
        project.user.perform("Add seeds", lambda edit: edit.add_seeds(seeds)).result()
    return path


@pytest.fixture
def opened(session: Session, project_file: Path, qtbot: QtBot) -> Session:
    """The session with the project open."""
    open_and_wait(session, project_file, qtbot)
    return session


@pytest.fixture
def window(session: Session, qtbot: QtBot) -> MainWindow:
    """The window at 1280 x 800, shown."""
    made = MainWindow(session)
    made.resize(1280, 800)
    qtbot.addWidget(made, before_close_func=_shut)
    made.show()
    made.activateWindow()  # shortcuts reach the active window only
    qtbot.waitUntil(made.isActiveWindow)
    return made


def click(widget: QWidget) -> None:
    """Press the left button in the middle of a widget, and let it go."""
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def open_and_wait(session: Session, path: Path, qtbot: QtBot) -> None:
    """Open a project and wait until it is there."""
    session.open_project(path)
    qtbot.waitUntil(lambda: session.project is not None)


def lend(session: Session, engine: FakeEngine) -> None:
    """Let the session's model be ready at once, and be this engine."""

    def ready(_wanted: Preferences) -> Generator[Event, None, FakeEngine]:
        yield from ()
        return engine

    session.model.ready = ready  # type: ignore[method-assign, assignment]


def _shut(window: MainWindow) -> None:
    window.session.close_project()
