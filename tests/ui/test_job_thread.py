"""A job on its thread: what it says arrives merged and in order, and it can be closed at any time."""

import threading
import time
from collections.abc import Callable, Generator, Iterator

from PySide6.QtCore import QObject, Slot
from pytestqt.qtbot import QtBot

from desktop.core.errors import UserError
from desktop.core.progress import Event, Landed, Partial, Progress, Tick
from desktop.core.records import Candidate, Instruction
from desktop.ui.job_thread import JobThread


class Listener(QObject):
    """Notes what arrives, and on which thread."""

    def __init__(self, job: JobThread) -> None:
        super().__init__()
        self.heard: list[tuple[str, object]] = []
        self.threads: set[int] = set()
        for name in ("streamed", "landed", "progressed", "failed", "finished_with"):
            getattr(job, name).connect(getattr(self, f"on_{name}"))

    def of(self, name: str) -> list[object]:
        return [what for each, what in self.heard if each == name]

    def _note(self, name: str, what: object) -> None:
        self.heard.append((name, what))
        self.threads.add(threading.get_ident())

    @Slot(list)
    def on_streamed(self, what: object) -> None:
        self._note("streamed", what)

    @Slot(list)
    def on_landed(self, what: object) -> None:
        self._note("landed", what)

    @Slot(object)
    def on_progressed(self, what: object) -> None:
        self._note("progressed", what)

    @Slot(object)
    def on_failed(self, what: object) -> None:
        self._note("failed", what)

    @Slot(object)
    def on_finished_with(self, what: object) -> None:
        self._note("finished_with", what)


def landed(number: int) -> Landed:
    return Landed(Candidate(number, number, Instruction("Do it.", output="Done.")), True, {}, 1.0)


def run(make: Callable[[], Iterator[Event]], qtbot: QtBot) -> tuple[JobThread, Listener]:
    job = JobThread("test", make)
    listener = Listener(job)
    with qtbot.waitSignal(job.finished):
        job.start()
    job.wait()
    qtbot.wait(1)
    return job, listener


def test_the_result_arrives_after_everything_else_on_the_main_thread(qtbot: QtBot) -> None:
    def job() -> Generator[Event, None, str]:
        yield Progress("working", done=1)
        yield landed(1)
        return "result"

    done, listener = run(job, qtbot)
    assert [name for name, _what in listener.heard] == ["progressed", "landed", "finished_with"]
    assert listener.of("finished_with") == ["result"]
    assert done.outcome == "done"
    assert done.result == "result"
    assert listener.threads == {threading.get_ident()}


def test_of_many_partials_only_the_newest_of_each_text_is_streamed(qtbot: QtBot) -> None:
    def job() -> Iterator[Event]:
        for number in range(1000):
            yield Partial(item=1, step="answer", sample=number % 2, text=f"text {number}", tokens=number)

    _job, listener = run(job, qtbot)
    batches = listener.of("streamed")
    assert len(batches) < 20
    assert isinstance(batches[-1], list)
    assert {each.text for each in batches[-1]} == {"text 998", "text 999"}


def test_the_window_is_told_at_most_twenty_times_a_second(qtbot: QtBot) -> None:
    def job() -> Iterator[Event]:
        end = time.monotonic() + 0.5
        number = 0
        while time.monotonic() < end:
            number += 1
            yield Partial(1, "answer", 0, str(number), number)
            time.sleep(0.001)

    _job, listener = run(job, qtbot)
    assert 2 <= len(listener.of("streamed")) <= 12


def test_every_row_that_landed_is_told_once_in_order(qtbot: QtBot) -> None:
    def job() -> Iterator[Event]:
        for number in range(1, 200):
            yield landed(number)

    _job, listener = run(job, qtbot)
    told = [row.candidate.id for batch in listener.of("landed") if isinstance(batch, list) for row in batch]
    assert told == list(range(1, 200))


def test_a_pause_closes_the_job_at_its_next_breath(qtbot: QtBot) -> None:
    closed: list[str] = []

    def job() -> Iterator[Event]:
        try:
            while True:
                yield Tick()
                time.sleep(0.01)
        finally:
            closed.append("tidied up")

    thread = JobThread("test", job)
    listener = Listener(thread)
    thread.start()
    qtbot.wait(30)
    began = time.monotonic()
    with qtbot.waitSignal(thread.finished):
        thread.pause()
    assert time.monotonic() - began < 0.5
    assert closed == ["tidied up"]
    assert thread.outcome == "paused"
    assert listener.of("finished_with") == []


def test_a_stop_says_so(qtbot: QtBot) -> None:
    def job() -> Iterator[Event]:
        while True:
            yield Tick()

    thread = JobThread("test", job)
    thread.start()
    with qtbot.waitSignal(thread.finished):
        thread.pause()
        thread.stop()
    thread.wait()
    assert thread.outcome in ("paused", "stopped")


def test_a_job_that_is_stopped_before_it_starts_is_never_made(qtbot: QtBot) -> None:
    def job() -> Iterator[Event]:
        raise AssertionError("made")

    thread = JobThread("test", job)
    thread.stop()
    with qtbot.waitSignal(thread.finished):
        thread.start()
    thread.wait()
    assert thread.outcome == "stopped"


def test_what_a_person_can_act_on_is_told_as_it_is(qtbot: QtBot) -> None:
    def job() -> Iterator[Event]:
        yield landed(1)
        raise UserError("The disk is full.", "Make room.")

    thread, listener = run(job, qtbot)
    (error,) = listener.of("failed")
    assert isinstance(error, UserError)
    assert (error.what, error.remedy) == ("The disk is full.", "Make room.")
    assert thread.outcome == "failed"
    assert [name for name, _what in listener.heard] == ["landed", "failed"]


def test_a_bug_becomes_a_sentence_and_a_report(qtbot: QtBot) -> None:
    def job() -> Iterator[Event]:
        yield Tick()
        raise ZeroDivisionError("secret row")

    _thread, listener = run(job, qtbot)
    (error,) = listener.of("failed")
    assert isinstance(error, UserError)
    assert "went wrong" in error.what
    assert "reports" in error.remedy
