"""Pages alone, on the screen, with an engine of the test's."""

from typing import TypeVar

from pytestqt.qtbot import QtBot

from desktop.ui.loaded_model import chosen_model
from desktop.ui.pages.generate import GeneratePage
from desktop.ui.session import Session
from desktop.ui.widgets.page import Page
from tests.fakes import FakeEngine
from tests.ui.conftest import lend

P = TypeVar("P", bound=Page)


def generate_page(session: Session, engine: FakeEngine, qtbot: QtBot) -> GeneratePage:
    """The Generate page as large as in a window of 1280 x 800, with the engine loaded; it may not be filled yet."""
    lend(session, engine)
    session.model.state, session.model.loaded_name = "ready", engine.model.name
    session.model.path = chosen_model(session.preferences)
    return shown(GeneratePage(session), session, qtbot)


def shown(page: P, session: Session, qtbot: QtBot) -> P:
    """A page as large as in a window of 1280 x 800; the project closes with it."""
    page.resize(1084, 770)
    qtbot.addWidget(page, before_close_func=lambda _page: session.close_project())
    page.show()
    page.show_now()
    qtbot.waitExposed(page)
    return page
