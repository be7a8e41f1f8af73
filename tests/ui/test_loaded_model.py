"""The model is loaded when a job first needs it, kept for the next one, and given back when another is chosen."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.core.engine import Engine, Model
from desktop.core.errors import UserError
from desktop.core.progress import Event, Progress, Tick
from desktop.engine import client
from desktop.engine.sizing import EngineSettings
from desktop.store.project import Project
from desktop.ui.session import Session


@dataclass
class FakeEngine:
    """As much of a LocalEngine as is held; `opened` and `closed` note every one."""

    path: Path
    threads: int | None
    model: Model
    closed: bool = False

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def opened_engines(monkeypatch: pytest.MonkeyPatch) -> list[FakeEngine]:
    engines: list[FakeEngine] = []

    def open_engine(
        path: Path, settings: EngineSettings, on_load: Callable[[float], None], *, tune: bool
    ) -> FakeEngine:
        assert tune
        if "broken" in path.name:
            raise UserError("This is no model.", "Choose another.")
        on_load(0.5)
        made = FakeEngine(path, settings.threads, Model(path.stem.title(), str(path), "0" * 64, 4096, True))
        engines.append(made)
        return made

    monkeypatch.setattr(client, "LocalEngine", open_engine)
    return engines


@pytest.fixture
def chosen(opened: Session, tmp_path: Path) -> Session:
    """A session with a project and a chosen model."""
    for name in ("small", "large", "broken"):
        (tmp_path / f"{name}.gguf").touch()
    opened.prefer(model=str(tmp_path / "small.gguf"))
    return opened


def work(_project: Project, _engine: Engine) -> Iterator[Event]:
    yield Progress("working", 1, 1)
    yield Tick()


def run(session: Session, qtbot: QtBot) -> None:
    session.start_model_job("generate", work)
    qtbot.waitUntil(lambda: not session.jobs)


def test_a_model_is_loaded_once_and_kept(chosen: Session, opened_engines: list[FakeEngine], qtbot: QtBot) -> None:
    assert chosen.model_state()[0] == "idle"
    run(chosen, qtbot)
    run(chosen, qtbot)
    assert len(opened_engines) == 1
    assert chosen.model_state() == ("ready", "Small")
    chosen.shut_down()
    assert opened_engines[0].closed


def test_a_file_that_was_replaced_is_loaded_anew(
    chosen: Session, opened_engines: list[FakeEngine], qtbot: QtBot, tmp_path: Path
) -> None:
    run(chosen, qtbot)
    (tmp_path / "small.gguf").write_bytes(b"another model")
    run(chosen, qtbot)
    assert [each.closed for each in opened_engines] == [True, False]


def test_another_model_takes_its_place(
    chosen: Session, opened_engines: list[FakeEngine], tmp_path: Path, qtbot: QtBot
) -> None:
    run(chosen, qtbot)
    chosen.prefer(model=str(tmp_path / "large.gguf"), threads=3)
    assert chosen.model_state() == ("idle", "large")
    qtbot.waitUntil(lambda: opened_engines[0].closed)
    run(chosen, qtbot)
    assert [(each.path.stem, each.threads) for each in opened_engines] == [("small", None), ("large", 3)]


def test_a_file_that_is_no_model_is_told_and_nothing_is_held(
    chosen: Session, opened_engines: list[FakeEngine], tmp_path: Path, qtbot: QtBot
) -> None:
    chosen.prefer(model=str(tmp_path / "broken.gguf"))
    with qtbot.waitSignal(chosen.failed) as caught:
        chosen.start_model_job("generate", work)
    assert caught.args[0].what == "This is no model."
    qtbot.waitUntil(lambda: not chosen.jobs)
    assert chosen.model_state()[0] == "idle"


def test_a_model_that_is_not_there_is_none(chosen: Session, tmp_path: Path) -> None:
    chosen.prefer(model=str(tmp_path / "gone.gguf"))
    assert chosen.model_state() == ("none", "")


def test_an_engine_that_cannot_go_on_is_let_go(chosen: Session, opened_engines: list[FakeEngine], qtbot: QtBot) -> None:
    def fail(_project: Project, _engine: Engine) -> Iterator[Event]:
        yield Tick()
        raise UserError("The model's process cannot be started.", "Choose another model.")

    with qtbot.waitSignal(chosen.failed):
        chosen.start_model_job("generate", fail)
    qtbot.waitUntil(lambda: opened_engines[0].closed)
    qtbot.waitUntil(lambda: not chosen.jobs)
    run(chosen, qtbot)
    assert len(opened_engines) == 2


def test_a_job_that_is_stopped_while_the_model_loads_never_begins(
    chosen: Session, opened_engines: list[FakeEngine], qtbot: QtBot
) -> None:
    def never(_project: Project, _engine: Engine) -> Iterator[Event]:
        raise AssertionError("begun")

    job = chosen.start_model_job("generate", never)
    job.stop()
    qtbot.waitUntil(lambda: not chosen.jobs)
    assert job.outcome == "stopped"
