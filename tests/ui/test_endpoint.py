"""A model server in the window: off by default, allowed in the Settings, chosen on the Models page, always in sight."""

import contextlib
import stat
import sys
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.ui import preferences
from desktop.ui.main_window import MainWindow
from desktop.ui.pages.models import ModelsPage
from desktop.ui.pages.settings import SettingsPage
from desktop.ui.preferences import Preferences
from desktop.ui.widgets.buttons import Button
from desktop.ui.widgets.endpoint_card import EndpointCard
from tests.engine.scripted_server import LLAMA, ScriptedServer, llama_events
from tests.ui.conftest import click


@pytest.fixture
def card(window: MainWindow) -> EndpointCard:
    window.go("settings")
    page = window.page("settings")
    assert isinstance(page, SettingsPage)
    return page.endpoint_card


def allow(card: EndpointCard, address: str) -> None:
    card.address_edit.clear()
    QTest.keyClicks(card.address_edit, address)
    click(card.allow_button)


def test_no_address_is_allowed_until_a_person_allows_one(window: MainWindow, card: EndpointCard) -> None:
    session = window.session
    assert (session.preferences.endpoint, session.preferences.use_endpoint) == ("", False)
    assert window.strip.network_label.text() == "network: none"
    assert not card.allow_button.isEnabled()
    allow(card, "localhost:8080/v1")
    assert session.preferences.endpoint == "http://localhost:8080"
    assert not session.preferences.use_endpoint
    assert window.strip.network_label.text() == "network: localhost:8080"
    click(card.allow_button)  # now it forbids
    assert session.preferences.endpoint == "" and card.address_edit.text() == ""
    assert window.strip.network_label.text() == "network: none"


def test_what_is_no_address_is_told_and_not_kept(window: MainWindow, card: EndpointCard, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.session.failed):
        allow(card, "ftp://host")
    assert window.session.preferences.endpoint == ""


def test_a_far_address_is_warned_of(card: EndpointCard) -> None:
    allow(card, "http://models.example.org")
    assert "models.example.org:80" in card.told_label.text()


def test_the_key_is_hidden_and_kept_where_only_this_user_reads(
    window: MainWindow, card: EndpointCard, tmp_path: Path
) -> None:
    QTest.keyClicks(card.key_edit, "sk-1")
    allow(card, "localhost:1")
    assert card.key_edit.echoMode() == card.key_edit.EchoMode.Password
    assert window.session.preferences.endpoint_key == "sk-1"
    kept = tmp_path / "kept.json"
    preferences.save(window.session.preferences, kept)
    assert preferences.load(kept).endpoint_key == "sk-1"
    if sys.platform != "win32":
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_settings_file_with_nonsense_allows_nothing(window: MainWindow) -> None:
    window.session.prefer(endpoint="ftp://x", use_endpoint=True)
    assert window.strip.network_label.text() == "network: none"


def test_the_server_is_chosen_on_the_models_page_and_loaded_when_needed(window: MainWindow, qtbot: QtBot) -> None:
    server = ScriptedServer({**LLAMA, "/completion": llama_events()})
    session = window.session
    with contextlib.closing(server):
        window.go("models")
        page = window.page("models")
        assert isinstance(page, ModelsPage)
        assert page.server_card.isHidden()
        session.prefer(endpoint=str(server.address))
        assert not page.server_card.isHidden()
        use = next(each for each in page.server_card.findChildren(Button) if each.text() == "Use this model")
        click(use)
        assert session.model_state() == ("idle", server.address.place)
        events = list(session.model.ready(session.preferences))
        assert events and session.model_state() == ("ready", "Tiny")
        session.prefer(use_endpoint=False)
        qtbot.waitUntil(lambda: session.model.server is None)
    assert session.model_state()[1] != "Tiny"


def test_old_settings_know_no_address() -> None:
    assert Preferences().endpoint == "" and not Preferences().use_endpoint
