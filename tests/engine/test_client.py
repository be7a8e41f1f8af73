"""The client against workers of the tests' own making: whatever they do, it answers in words and in time."""

import _ctypes
import ast
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.core.confinement.confine import Held
from desktop.core.engine import Answered, EngineLost, Refused, Report, Streamed
from desktop.core.errors import UserError
from desktop.core.steps import Ask, Reply
from desktop.engine import client, pulse
from desktop.engine.child import Child
from desktop.engine.client import LocalEngine
from tests.engine.gguf_files import write

HEAD = """
import os, sys, time
from desktop.core.steps import Reply, Sample
from desktop.engine.protocol import *
inbox = (decode_to_worker(line) for line in sys.stdin.buffer)
def say(message):
    sys.stdout.buffer.write(encode(message)); sys.stdout.buffer.flush()
def done(ticket, text):
    say(Done(ticket, Reply((Sample(text, "stop", 1),)), Figures(drawn=3)))
def pong(doing="nothing", ticket=0, seconds=0.0):
    say(Pong(doing, ticket, seconds, Figures(drawn=3)))
say(Hello(VERSION))
load = next(inbox)
"""
LOADED = "say(Loaded(load.shape, True))\n"
ECHO = """
for message in inbox:
    if isinstance(message, Ping): pong()
    if isinstance(message, Submit): done(message.ticket, message.question.prompt)
"""

Make = Callable[..., LocalEngine]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    engines: list[LocalEngine] = []

    def start(script: str, loaded: bool = True) -> LocalEngine:
        path = tmp_path / "worker.py"
        path.write_text(HEAD + (LOADED if loaded else "") + textwrap.dedent(script), encoding="utf-8")
        engine = LocalEngine(write(tmp_path / "m.gguf"), command=(sys.executable, str(path)))
        engines.append(engine)
        return engine

    yield start
    for engine in engines:
        engine.close()


@pytest.fixture(autouse=True)
def _find_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))


def reports(engine: LocalEngine, count: int = 1, seconds: float = 10) -> list[Report]:
    found: list[Report] = []
    deadline = time.monotonic() + seconds
    while len(found) < count and time.monotonic() < deadline:
        found.extend(engine.poll(0.1))
    return found


def test_an_ask_is_answered(make: Make) -> None:
    engine = make(ECHO)
    ticket = engine.submit(Ask("s", "hello"), 1)
    (report,) = reports(engine)
    assert isinstance(report, Answered)
    assert isinstance(report.reply, Reply)
    assert (report.ticket, report.reply.text) == (ticket, "hello")
    assert engine.model.context == 2048
    assert engine.model.has_chat_template
    assert engine.model.name == "m"
    assert len(engine.model.fingerprint) == 64
    assert engine.figures.drawn == 3


def test_poll_returns_in_time_when_nothing_happens(make: Make) -> None:
    engine = make(ECHO)
    began = time.monotonic()
    assert engine.poll(0.2) == ()
    assert 0.15 < time.monotonic() - began < 1


def test_streamed_text_grows_and_only_the_newest_waits(make: Make) -> None:
    engine = make(
        """
        ask = next(each for each in inbox if isinstance(each, Submit))
        for piece in ("a", "b", "c"):
            say(More(ask.ticket, 0, piece, 1))
        say(More(ask.ticket, 1, "x", 1))
        time.sleep(60)
        """
    )
    ticket = engine.submit(Ask("s", "hello"), 1)
    time.sleep(0.5)
    assert list(engine.poll(1)) == [Streamed(ticket, 0, "abc", 1), Streamed(ticket, 1, "x", 1)]


def test_a_dead_worker_is_reported_and_replaced(make: Make) -> None:
    engine = make(
        """
        for message in inbox:
            if isinstance(message, Ping): pong()
            if isinstance(message, Submit):
                if message.question.prompt == "die": os._exit(3)
                done(message.ticket, message.question.prompt)
        """
    )
    before = engine.process
    lost = {engine.submit(Ask("s", "die"), 1), engine.submit(Ask("s", "other"), 1)}
    found = reports(engine, 2)
    assert {report.ticket for report in found} == lost
    assert all(isinstance(report, EngineLost) and "ended" in report.why for report in found)
    again = engine.submit(Ask("s", "hello"), 1)
    (report,) = reports(engine)
    assert isinstance(report, Answered)
    assert report.ticket == again
    assert engine.process != before


def test_many_deaths_in_a_row_are_survived_while_it_loads(make: Make) -> None:
    engine = make("next(each for each in inbox if isinstance(each, Submit)); os._exit(3)")
    for _round in range(5):
        engine.submit(Ask("s", "die"), 1)
        (report,) = reports(engine)
        assert isinstance(report, EngineLost)


def test_a_worker_that_never_starts_is_given_up_in_words(make: Make) -> None:
    with pytest.raises(UserError, match="as soon as it is started"):
        make("os._exit(1)", loaded=False)


def test_an_engine_that_cannot_come_back_says_so_in_poll(make: Make, tmp_path: Path) -> None:
    engine = make("next(each for each in inbox if isinstance(each, Submit)); os._exit(3)")
    (tmp_path / "worker.py").write_text("raise SystemExit(1)")
    ticket = engine.submit(Ask("s", "die"), 1)
    (report,) = reports(engine)
    assert isinstance(report, EngineLost)
    assert report.ticket == ticket
    with pytest.raises(UserError, match="as soon as it is started"):
        reports(engine)


def test_what_the_worker_cannot_load_is_said_in_its_words(make: Make) -> None:
    with pytest.raises(UserError, match="3 things are wrong") as caught:
        make('say(LoadFailed(Trouble("{n} things are wrong.", "Mend them.", {"n": 3})))', loaded=False)
    assert caught.value.remedy == "Mend them."


@pytest.mark.parametrize("line", [b"not the protocol\\n", b"\\xff\\xfe\\n", b"[]\\n"])
def test_a_worker_that_talks_nonsense_is_replaced_and_given_up(make: Make, line: bytes) -> None:
    with pytest.raises(UserError):
        make(f'sys.stdout.buffer.write(b"{line.decode()}"); sys.stdout.buffer.flush(); time.sleep(60)', loaded=False)


def test_a_silent_worker_is_ended(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "_SILENT_AFTER", 0.5)
    engine = make("time.sleep(60)")
    engine.submit(Ask("s", "hello"), 1)
    (report,) = reports(engine)
    assert isinstance(report, EngineLost)
    assert "stopped answering" in report.why


def test_a_worker_that_gets_no_processor_is_not_taken_for_hung(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "_SILENT_AFTER", 0.5)
    engine = make(
        "ask = next(each for each in inbox if isinstance(each, Submit)); time.sleep(2); done(ask.ticket, 'a')"
    )
    monkeypatch.setattr(Child, "wants_processor", lambda _self: True)
    monkeypatch.setattr(Child, "processor", lambda _self: 1.0)
    engine.submit(Ask("s", "hello"), 1)
    (report,) = reports(engine)
    assert isinstance(report, Answered)


def test_a_worker_nobody_listens_to_is_not_taken_for_silent(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "_SILENT_AFTER", 2.0)
    engine = make(ECHO)
    before = engine.process
    time.sleep(2.5)
    engine.submit(Ask("s", "hello"), 1)
    (report,) = reports(engine)
    assert isinstance(report, Answered)
    assert engine.process == before


def test_a_template_that_never_ends_is_blamed_and_the_others_are_asked_again(make: Make) -> None:
    engine = make(
        """
        ticket = 0
        for message in inbox:
            if isinstance(message, Submit): ticket = message.ticket
            if isinstance(message, Ping): pong("prepare" if ticket == 2 else "nothing", ticket, 99.0)
        """
    )
    other, stuck = engine.submit(Ask("s", "other"), 1), engine.submit(Ask("s", "stuck"), 1)
    found = {report.ticket: report for report in reports(engine, 2)}
    assert isinstance(found[stuck], Refused)
    assert isinstance(found[other], EngineLost)


def test_a_huge_ask_to_a_deaf_worker_does_not_block(make: Make) -> None:
    engine = make("time.sleep(60)")
    began = time.monotonic()
    for _round in range(20):
        engine.submit(Ask("s", "x" * 1_000_000), 1)
    engine.poll(0.1)
    assert time.monotonic() - began < 2


def test_nothing_more_is_reported_of_a_cancelled_ask(make: Make) -> None:
    engine = make(ECHO)
    ticket = engine.submit(Ask("s", "hello"), 1)
    engine.cancel(ticket)
    time.sleep(0.3)
    assert engine.poll(0.1) == ()
    engine.cancel(ticket)
    engine.cancel(999)


def test_close_ends_the_worker_and_may_be_called_twice(make: Make) -> None:
    import psutil

    engine = make("time.sleep(60)")
    pid = engine.process
    engine.close()
    engine.close()
    assert not psutil.pid_exists(pid)


def test_a_client_that_was_held_back_itself_does_not_blame_the_worker(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = make(ECHO)
    before = engine.process
    engine.poll(0.4)  # a ping may be under way
    later = time.monotonic() + 3_600
    with monkeypatch.context() as patch:
        patch.setattr(time, "monotonic", lambda: later)  # as after Ctrl+Z and fg
        engine.poll(0)
    engine.submit(Ask("s", "hello"), 1)
    (report,) = reports(engine)
    assert isinstance(report, Answered)
    assert engine.process == before


# ── the real worker, without a real model ────────────────────────────────────────────────────────


def real_worker(before: str = "") -> tuple[str, ...]:
    return (sys.executable, "-c", f"{before}\nfrom desktop.engine.worker import main; main()")


@pytest.mark.skipif(sys.platform == "win32", reason="signals are Unix's")
@pytest.mark.parametrize(
    ("end", "words"),
    [
        (f"os.kill(os.getpid(), {int(signal.SIGILL)})", "instruction that this processor does not have"),
        (f"os.kill(os.getpid(), {int(signal.SIGSEGV)})", "as soon as it is started.*llama.cpp.* broke down"),
        ("os.abort()", "broke down"),
        (f"os.kill(os.getpid(), {int(signal.SIGKILL)})", "memory ran out"),
        (f"os.kill(os.getpid(), {int(signal.SIGBUS)})", "could not be read on"),
        ("sys.stderr.write('std::bad_alloc'); sys.stderr.flush(); os.abort()", "ran out of memory"),
        ("raise MemoryError", "ran out of memory"),
        ("os._exit(7)", "ended unexpectedly"),
    ],
)
def test_whatever_ends_the_worker_while_it_starts_is_said_in_words(make: Make, end: str, words: str) -> None:
    with pytest.raises(UserError, match=words) as caught:
        make(end, loaded=False)
    assert caught.value.remedy


@pytest.mark.parametrize("before", ["sys.modules['llama_cpp'] = None", "os.environ['LLAMA_CPP_LIB_PATH'] = {folder!r}"])
@pytest.mark.parametrize("library", [None, b"", b"\x7fELF and then nothing", "another"])
def test_a_library_that_does_not_load_is_said_in_words(
    tmp_path: Path, before: str, library: bytes | str | None
) -> None:
    folder = tmp_path / "lib"
    folder.mkdir()
    for name in ("libllama.so", "libllama.dylib", "llama.dll") if library is not None else ():
        if isinstance(library, bytes):
            (folder / name).write_bytes(library)
        else:
            shutil.copy(Path(_ctypes.__file__), folder / name)  # sound, but without the functions
    command = real_worker(f"import os, sys; {before.format(folder=str(folder))}")
    with pytest.raises(UserError, match="library that runs models does not start") as caught:
        LocalEngine(write(tmp_path / "m.gguf"), command=command)
    assert "bootstrap" in caught.value.remedy


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), 9)", "os._exit(3)"])
def test_a_worker_that_never_answers_anything_is_given_up(make: Make, end: str) -> None:
    engine = make(f"next(each for each in inbox if isinstance(each, Submit)); {end}")
    with pytest.raises(UserError, match="again and again"):
        for _round in range(12):
            engine.submit(Ask("s", "die"), 1)
            reports(engine)


def test_a_processor_that_lacks_an_instruction_is_not_tried_again(make: Make) -> None:
    engine = make("next(each for each in inbox if isinstance(each, Submit)); os.kill(os.getpid(), 4)")
    engine.submit(Ask("s", "die"), 1)
    with pytest.raises(UserError, match="instruction") as caught:
        for _round in range(5):
            engine.poll(1)
    assert "bootstrap" in caught.value.remedy


def test_loading_that_does_not_go_on_is_given_up(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "_LOAD_MOST", 0.5)
    with pytest.raises(UserError, match="loading it does not come to an end"):
        make("say(Loading(0.1))\nfor message in inbox: pong('load', 0, 99.0)", loaded=False)


def test_a_template_that_is_endless_each_time_ends_the_engine(make: Make) -> None:
    engine = make(
        """
        for message in inbox:
            if isinstance(message, Submit): pong("prepare", message.ticket, 99.0)
        """
    )
    with pytest.raises(UserError, match="chat template does not come to an end"):
        for _round in range(12):
            engine.submit(Ask("s", "stuck"), 1)
            reports(engine)


@pytest.mark.skipif(sys.platform != "linux", reason="it looks at how Linux confines")
def test_the_real_worker_is_confined_and_says_so(tmp_path: Path) -> None:
    said = (
        "from dataclasses import asdict; from desktop.core.confinement.confine import confine; print(asdict(confine()))"
    )
    alone = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    expected = Held(**ast.literal_eval(alone.stdout))
    held = client.held_here()
    assert (held.network, held.files, held.programs) == (expected.network, expected.files, expected.programs)
    assert held.memory > 0


def test_a_model_that_llama_cpp_refuses_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be loaded"):
        LocalEngine(write(tmp_path / "m.gguf"), command=real_worker())
