"""The session: projects open and close off the main thread, answers are the newest, changes are told once."""

import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.core.errors import UserError
from desktop.core.progress import Event, Landed, Progress, Tick
from desktop.core.records import Candidate, Instruction
from desktop.store.project import Project
from desktop.ui.session import Session
from tests.ui.conftest import open_and_wait
from tests.ui.reader import Reader


def test_a_project_is_opened_and_remembered(session: Session, project_file: Path, qtbot: QtBot) -> None:
    open_and_wait(session, project_file, qtbot)
    assert session.project is not None
    assert session.project.title == "Clinic letters"
    assert session.preferences.recent == (str(project_file),)
    session.close_project()
    assert session.project is None


def test_what_is_no_project_is_refused_in_words(session: Session, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "letter.seedbed"
    path.write_text("Dear Dr", encoding="utf-8")
    with qtbot.waitSignal(session.failed) as caught:
        session.open_project(path)
    (error,) = caught.args
    assert isinstance(error, UserError)
    assert error.what and error.remedy
    assert session.project is None
    assert session.opening is None


def test_open_in_another_place_means_reading_only(session: Session, project_file: Path, qtbot: QtBot) -> None:
    with Project.open(project_file):
        open_and_wait(session, project_file, qtbot)
        assert session.project is not None
        assert not session.project.writable
        assert session.read_only_because
        session.close_project()


def test_a_new_project_is_made_where_it_was_asked_for(session: Session, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "deep" / "new.seedbed"
    session.new_project(path, "New", "zh")
    qtbot.waitUntil(lambda: session.project is not None)
    assert session.project is not None
    assert (session.project.title, session.project.language) == ("New", "zh")


def test_questions_are_answered_on_the_main_thread(opened: Session, qtbot: QtBot) -> None:
    reader = Reader()
    asked_on: list[int] = []

    def count(project: Project) -> int:
        asked_on.append(threading.get_ident())
        return project.seeds.count()

    opened.read(count, reader.take)
    qtbot.waitUntil(lambda: bool(reader.answers))
    assert reader.answers == [10]
    assert asked_on != [threading.get_ident()]
    assert reader.threads == {threading.get_ident()}


def test_only_the_newest_of_many_questions_is_answered(opened: Session, qtbot: QtBot) -> None:
    reader = Reader()

    def slowly(number: int, _project: Project) -> int:
        time.sleep(0.005)
        return number

    for number in range(20):
        opened.read(partial(slowly, number), reader.take)
    opened.read(lambda _project: "another key", reader.take, key="other")
    qtbot.waitUntil(lambda: len(reader.answers) >= 2)
    qtbot.wait(50)
    assert sorted(map(str, reader.answers)) == ["19", "another key"]


def test_nobody_answers_a_receiver_that_is_gone_or_a_project_that_is_closed(opened: Session, qtbot: QtBot) -> None:
    gone, reader = Reader(), Reader()
    opened.read(lambda _project: time.sleep(0.02), gone.take)
    gone.deleteLater()
    del gone
    opened.read(lambda _project: time.sleep(0.02), reader.take)
    opened.close_project()
    qtbot.wait(120)
    assert reader.answers == []


def test_a_question_that_fails_is_told_to_whoever_wants_to_know(opened: Session, qtbot: QtBot) -> None:
    def fail(_project: Project) -> None:
        raise UserError("It is damaged.", "Take the copy.")

    reader = Reader()
    opened.read(fail, reader.take, failed=reader.take_error)
    qtbot.waitUntil(lambda: bool(reader.errors))
    assert reader.errors[0].what == "It is damaged."
    with qtbot.waitSignal(opened.failed) as caught:
        opened.read(fail, reader.take)
    assert caught.args[0].remedy == "Take the copy."
    assert reader.answers == []


def test_rows_that_land_are_told_as_one_change(opened: Session, qtbot: QtBot) -> None:
    def job() -> Iterator[Event]:
        for number in range(1, 6):
            yield Landed(Candidate(number, number, Instruction("Do it.")), True, {}, 1.0)
            yield Progress("working", done=number)

    reader = Reader()
    opened.changed.connect(reader.take_changes)
    opened.start_job("import", job)
    qtbot.waitUntil(lambda: bool(reader.changes))
    qtbot.waitUntil(lambda: not opened.jobs)
    qtbot.wait(450)
    assert len(reader.changes) <= 2
    assert "candidates" in reader.changes[0][0].stages


def test_a_job_of_one_name_works_once_at_a_time(opened: Session, qtbot: QtBot) -> None:
    def job() -> Iterator[Event]:
        while True:
            yield Tick()
            time.sleep(0.005)

    thread = opened.start_job("generate", job)
    assert opened.generate_job is thread
    with pytest.raises(UserError):
        opened.start_job("generate", job)
    with qtbot.waitSignal(thread.finished):
        thread.stop()
    qtbot.waitUntil(lambda: not opened.jobs)
    assert not thread.isRunning()


def test_closing_a_project_pauses_its_jobs_first(opened: Session, qtbot: QtBot) -> None:
    seen: list[bool] = []

    def job() -> Iterator[Event]:
        project = opened.project
        assert project is not None
        try:
            while True:
                yield Tick()
                time.sleep(0.005)
        finally:
            seen.append(project.seeds.count() == 10)  # the project is still open

    thread = opened.start_job("generate", job)
    qtbot.wait(40)
    opened.close_project()
    assert seen == [True]
    assert thread.isFinished()
    assert thread.outcome == "paused"


def test_a_job_that_needs_a_model_needs_a_project(session: Session) -> None:
    with pytest.raises(UserError):
        session.start_model_job("generate", lambda _project, _engine: iter(()))


def test_preferences_are_saved_at_once_and_told_by_name(session: Session, tmp_path: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(session.preferences_changed) as told:
        session.prefer(look="dark", language="")
    assert told.args == [frozenset({"look"})]
    assert '"look": "dark"' in (tmp_path / "preferences.json").read_text(encoding="utf-8")
    with qtbot.assertNotEmitted(session.preferences_changed):
        session.prefer(look="dark")


def test_one_job_at_a_time_asks_the_model(opened: Session, qtbot: QtBot) -> None:
    def asking(_project: Project, _engine: object) -> Iterator[Event]:
        while True:
            time.sleep(0.01)
            yield Tick()

    opened.model.ready = lambda _wanted: iter(())  # type: ignore[method-assign, assignment, return-value]
    assert opened.model_is_free
    job = opened.start_model_job("try", asking)
    assert not opened.model_is_free
    with pytest.raises(UserError, match="at work on something else"):
        opened.start_model_job("generate", asking)
    with qtbot.waitSignal(opened.job_changed):
        job.stop()
    assert opened.model_is_free
