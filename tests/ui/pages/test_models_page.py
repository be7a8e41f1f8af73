"""The Models page by clicks: choosing a model, a file that is none, and nothing at all."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from desktop.engine import shelf
from desktop.engine.shelf import ModelFile
from desktop.ui.main_window import MainWindow
from desktop.ui.pages.models import ModelsPage
from desktop.ui.widgets.buttons import Button
from tests.ui.conftest import click


def a_model(path: Path, verdict: shelf.Verdict) -> ModelFile:
    return ModelFile(
        path, path.stem, "llama", 1_540_000_000, "Q4_K_M", 32768, 10**9, "apache-2.0", True, verdict, "Words."
    )


@pytest.fixture
def page(window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> ModelsPage:
    """The page with three models, of which one fits, one is slow and one is too large."""
    models = (
        a_model(tmp_path / "small.gguf", "fits"),
        a_model(tmp_path / "middle.gguf", "slow"),
        a_model(tmp_path / "huge.gguf", "will not fit"),
    )
    monkeypatch.setattr(shelf, "find_models", lambda _extra=(): models)
    window.go("models")
    made = window.page("models")
    assert isinstance(made, ModelsPage)
    qtbot.waitUntil(lambda: "small" in words_of(made))
    return made


def words_of(page: ModelsPage) -> list[str]:
    return [each.text() for each in page.findChildren(QLabel) if not each.isHidden()]


def uses(page: ModelsPage) -> list[Button]:
    found = page.list_card.findChildren(Button)
    return [each for each in found if each.text() == "Use this model" and each.isVisible()]


def test_models_are_listed_in_plain_words(page: ModelsPage) -> None:
    words = words_of(page)
    assert "1.5 B parameters · Q4_K_M · reads 32,768 tokens · 1.0 GB · apache-2.0" in words
    assert [each.isEnabled() for each in uses(page)] == [True, True, False]


def test_a_click_chooses_a_model_and_is_remembered(page: ModelsPage, tmp_path: Path, qtbot: QtBot) -> None:
    click(uses(page)[1])
    assert page.session.preferences.model == str(tmp_path / "middle.gguf")
    qtbot.waitUntil(lambda: len(uses(page)) == 2)


def test_a_file_that_is_no_model_is_refused_in_words(page: ModelsPage, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "letter.gguf"
    path.write_bytes(b"Dear Dr")
    with qtbot.waitSignal(page.session.failed) as caught:
        page.add_file(path)
    assert caught.args[0].remedy
    assert page.session.preferences.model_files == ()


def test_a_folder_is_added_by_choosing_it(page: ModelsPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_asked: str(tmp_path))
    click(page.folder_button)
    click(page.folder_button)
    assert page.session.preferences.model_folders == (str(tmp_path),)


def test_no_model_at_all_is_a_designed_state(page: ModelsPage, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    monkeypatch.setattr(shelf, "find_models", lambda _extra=(): ())
    page.refresh()
    qtbot.waitUntil(lambda: "No model on this disk yet" in words_of(page))
