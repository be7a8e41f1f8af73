"""The Models page by clicks: choosing, searching, testing the speed, a file that is none, and nothing at all."""

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from desktop.core.engine import Engine
from desktop.core.progress import Event, Progress, Tick
from desktop.core.speed import Speed
from desktop.engine import shelf
from desktop.engine.nature import Nature
from desktop.engine.remembered import recall
from desktop.engine.shelf import ModelFile
from desktop.jobs import speed as speed_job
from desktop.ui.main_window import MainWindow
from desktop.ui.pages.models import ModelsPage
from desktop.ui.preferences import Preferences
from tests.engine.gguf_files import write
from tests.fakes import FAKE_MODEL, FakeEngine
from tests.ui.conftest import click

SPEED = Speed(400.0, 35.0, 57.0, 8, 2059.0, 100, 1.0)


def a_model(path: Path, verdict: shelf.Verdict = "fits", nature: Nature = "text") -> ModelFile:
    return ModelFile(
        path=path,
        name=path.stem,
        verdict=verdict,
        words="Words.",
        size=10**9,
        architecture="llama",
        parameters=1_540_000_000,
        quantisation="Q4_K_M",
        context=32768,
        licence="apache-2.0",
        has_chat_template=True,
        nature=nature,
        tuned="instruct",
        guess=(218.0, 874.0),
        memory_rate=2.1e10,
    )


@pytest.fixture
def page(window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> ModelsPage:
    """The page with four models: one fits, one is slow, one is too large, and one compares texts."""
    return page_with(
        window,
        monkeypatch,
        qtbot,
        a_model(tmp_path / "small.gguf"),
        a_model(tmp_path / "middle.gguf", "slow"),
        a_model(tmp_path / "huge.gguf", "will not fit"),
        a_model(tmp_path / "vectors.gguf", "fits", "embedding"),
    )


def page_with(window: MainWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, *models: ModelFile) -> ModelsPage:
    monkeypatch.setattr(shelf, "find_models", lambda _folders=(), _files=(): models)
    window.go("models")
    made = window.page("models")
    assert isinstance(made, ModelsPage)
    qtbot.waitUntil(lambda: made.models.at(0) is not None)
    return made


def words_of(page: ModelsPage) -> list[str]:
    return [each.text() for each in page.findChildren(QLabel) if each.isVisible()]


def choose(page: ModelsPage, row: int) -> None:
    page.list.setCurrentIndex(page.models.index(row, 0))


def test_a_model_is_told_of_in_plain_words(page: ModelsPage) -> None:
    words = words_of(page)
    for said in ("1.5 B", "Q4_K_M", "32,768 tokens", "1.0 GB", "apache-2.0", "follows instructions", "Words."):
        assert said in words
    assert any(each.startswith("\u2248 200 to 900 rows an hour") for each in words), "a guess is marked as one"
    assert page.models.data(page.models.index(0, 0)) == "small. fits. ≈ 200–900 rows/h · Q4_K_M · 1.0 GB"


def test_what_cannot_write_here_cannot_be_chosen(page: ModelsPage) -> None:
    usable = []
    for row in range(4):
        choose(page, row)
        usable.append(page.card.use_button.isVisible() and page.card.use_button.isEnabled())
    assert usable == [True, True, False, False]
    assert not page.card.test_button.isVisible()


def test_a_click_chooses_a_model_and_is_remembered(page: ModelsPage, tmp_path: Path) -> None:
    choose(page, 1)
    click(page.card.use_button)
    assert page.session.preferences.model == str(tmp_path / "middle.gguf")
    assert page.card.use_badge.isVisible()
    assert not page.card.use_button.isVisible()
    assert page.list.currentIndex().row() == 1


def test_the_keyboard_alone_chooses_a_model(page: ModelsPage, tmp_path: Path) -> None:
    page.list.setFocus()
    QTest.keyClick(page.list, Qt.Key.Key_Down)
    QTest.keyClick(page.list, Qt.Key.Key_Return)
    assert page.session.preferences.model == str(tmp_path / "middle.gguf")
    QTest.keyClick(page.list, Qt.Key.Key_Down)
    QTest.keyClick(page.list, Qt.Key.Key_Return)
    assert page.session.preferences.model == str(tmp_path / "middle.gguf"), "one that will not fit is not taken"


def test_two_hundred_models_can_be_searched(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    models = [a_model(tmp_path / f"model-{number}.gguf") for number in range(200)]
    page = page_with(window, monkeypatch, qtbot, *models)
    assert page.search.isVisible()
    page.search.setText("MODEL-19 gguf")
    qtbot.waitUntil(lambda: page.models.rowCount() == 11)
    page.search.setText("no such model")
    qtbot.waitUntil(lambda: page.models.rowCount() == 0)
    assert not page.card.isVisible()
    page.search.clear()
    qtbot.waitUntil(lambda: page.models.rowCount() == 200)


def test_the_path_is_copied(page: ModelsPage, tmp_path: Path) -> None:
    click(page.card.copy_button)
    assert QGuiApplication.clipboard().text() == str(tmp_path / "small.gguf")


def test_a_file_that_is_no_model_is_refused_in_words(page: ModelsPage, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "letter.gguf"
    path.write_bytes(b"Dear Dr")
    with qtbot.waitSignal(page.session.failed) as caught:
        page.add_file(path)
    assert caught.args[0].remedy
    assert page.session.preferences.model_files == ()


def test_checking_a_file_says_whether_it_is_whole(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    path = write(tmp_path / "m.gguf")
    page = page_with(window, monkeypatch, qtbot, shelf.look_at(path))
    said: list[str] = []
    page.session.noticed.connect(lambda text, _undoable: said.append(text))
    click(page.card.check_button)
    qtbot.waitUntil(lambda: any("is whole" in each for each in said))
    path.write_bytes(path.read_bytes()[:-1])
    with qtbot.waitSignal(page.session.failed) as caught:
        click(page.card.check_button)
    assert "cut off" in caught.args[0].what


def test_a_folder_is_added_by_choosing_it_and_removed(
    page: ModelsPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_asked: str(tmp_path))
    click(page.folder_button)
    click(page.folder_button)
    assert page.session.preferences.model_folders == (str(tmp_path),)


def test_a_folder_and_a_file_are_taken_where_they_are_dropped(
    window: MainWindow, page: ModelsPage, tmp_path: Path, qtbot: QtBot
) -> None:
    path = write(tmp_path / "dropped.GGUF")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path)), QUrl.fromLocalFile(str(path))])
    actions, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    window.dropEvent(QDropEvent(QPoint(5, 5), actions, mime, button, Qt.KeyboardModifier.NoModifier))
    qtbot.waitUntil(lambda: page.session.preferences.model_files == (str(path),))
    assert page.session.preferences.model_folders == (str(tmp_path),)


def test_no_model_at_all_is_a_designed_state(page: ModelsPage, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    monkeypatch.setattr(shelf, "find_models", lambda _folders=(), _files=(): ())
    page.refresh()
    qtbot.waitUntil(lambda: "No model on this disk yet" in words_of(page))


# ── the speed test ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def engine(page: ModelsPage, monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """Whatever model is to be loaded, this engine is there at once."""
    made = FakeEngine(lambda _ask, _seed: "")

    def ready(_wanted: Preferences) -> Generator[Event, None, Engine]:
        yield Tick()
        return made

    monkeypatch.setattr(page.session.model, "ready", ready)
    return made


def test_a_speed_test_shows_how_far_it_is_and_is_remembered(
    page: ModelsPage, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    go_on: list[bool] = []

    def measured(_engine: Engine) -> Generator[Event, None, Speed]:
        while not go_on:
            yield Progress("Writing one text", 20, 80, tokens_per_second=35.0, seconds_left=60)
        return SPEED

    monkeypatch.setattr(speed_job, "measure_speed", measured)
    click(page.card.test_button)
    qtbot.waitUntil(lambda: "Writing one text · 35 tokens/s · 1 minute left" in words_of(page))
    assert page.card.stop_button.isVisible()
    assert not page.card.test_button.isEnabled()
    choose(page, 1)
    assert not page.card.stop_button.isVisible(), "it stands at the model that is tested"
    choose(page, 0)
    go_on.append(True)
    qtbot.waitUntil(lambda: page.session.speed_test is None)
    assert recall(FAKE_MODEL.fingerprint, "speed") is not None
    qtbot.waitUntil(lambda: any(each.startswith("Measured just now") for each in words_of(page)))
    assert page.card.test_button.isEnabled()


def test_a_speed_test_can_be_stopped(
    page: ModelsPage, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    def endless(_engine: Engine) -> Generator[Event, None, Speed]:
        while True:
            yield Progress("Writing one text", 20, 80)

    monkeypatch.setattr(speed_job, "measure_speed", endless)
    click(page.card.test_button)
    qtbot.waitUntil(page.card.stop_button.isVisible)
    click(page.card.stop_button)
    qtbot.waitUntil(lambda: page.session.speed_test is None)
    assert "The speed test was stopped; nothing of it is kept." in words_of(page)
    assert recall(FAKE_MODEL.fingerprint, "speed") is None


def test_a_speed_test_that_fails_says_why(
    page: ModelsPage, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    engine.model = replace(FAKE_MODEL, writes=False)
    with qtbot.waitSignal(page.session.failed):
        click(page.card.test_button)
    qtbot.waitUntil(lambda: any("does not write text" in each for each in words_of(page)))


def test_nothing_else_may_work_beside_a_speed_test(page: ModelsPage, qtbot: QtBot) -> None:
    ended: list[bool] = []

    def waits() -> Generator[Event, None, None]:
        while not ended:
            yield Tick()

    page.session.start_job("import", waits)
    assert not page.card.test_button.isEnabled()
    ended.append(True)
    qtbot.waitUntil(page.card.test_button.isEnabled)
