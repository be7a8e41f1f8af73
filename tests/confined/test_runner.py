"""The confined process: what it says arrives, and whatever it does, we live and are told."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.confined.runner import ConfinedProcess
from desktop.core.confined import ConfinedLost, Limits
from desktop.core.errors import UserError

_TASKS = """
import os, sys, time
from desktop.confined import child, tasks
from desktop.core.errors import UserError

def count(given):
    for number in range(given["to"]):
        print("noise")
        yield {"number": number, "process": os.getpid()}

def loop(given):
    yield {"ready": True}
    while True:
        pass

def sleep(given):
    yield {"ready": True}
    time.sleep(60)

def swell(given):
    held = []
    while True:
        held.append(bytearray(16 << 20))
        yield {}

def write(given):
    with open(given["file"], "wb") as file:
        file.write(b"x")
    yield {}

def die(given):
    os.kill(os.getpid(), 11)
    yield {}

def refuse(given):
    raise UserError("It is wrong.", "Do it right.")
    yield {}

def fail(given):
    yield {}
    raise KeyError("surprise")

tasks.TASKS = {each.__name__: each for each in (count, loop, sleep, swell, write, die, refuse, fail)}
child.main()
"""
_SHORT = Limits(seconds=0.2, patience=10)


@pytest.fixture
def confined() -> Iterator[ConfinedProcess]:
    with ConfinedProcess((sys.executable, "-c", _TASKS, "--confined")) as made:
        yield made


def test_what_a_task_says_arrives_in_order_and_the_process_serves_the_next(confined: ConfinedProcess) -> None:
    first = [said for said in confined.run("count", {"to": 300}) if said]
    second = [said for said in confined.run("count", {"to": 1}) if said]
    assert [said["number"] for said in first] == list(range(300))
    assert second[0]["process"] == first[0]["process"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows counts no seconds of the processor")
def test_a_task_without_end_is_killed_by_its_processor_time(confined: ConfinedProcess) -> None:
    began = time.monotonic()
    with pytest.raises(ConfinedLost) as lost:
        list(confined.run("loop", {}, _SHORT))
    assert lost.value.why == "time"
    assert time.monotonic() - began < 9
    assert list(filter(None, confined.run("count", {"to": 1}))), "the next task has a process again"


def test_a_task_that_says_nothing_is_killed_by_the_clock(confined: ConfinedProcess) -> None:
    with pytest.raises(ConfinedLost) as lost:
        list(confined.run("sleep", {}, Limits(patience=0.3)))
    assert lost.value.why == "time"


def test_memory_is_bounded(confined: ConfinedProcess) -> None:
    with pytest.raises((ConfinedLost, ValueError)):
        list(confined.run("swell", {}, Limits(memory=128 << 20)))


def test_no_file_is_written(confined: ConfinedProcess, tmp_path: Path) -> None:
    target = tmp_path / "planted"
    with pytest.raises((ConfinedLost, ValueError)):
        list(confined.run("write", {"file": str(target)}))
    assert not target.exists() or target.stat().st_size == 0


def test_a_crash_is_told(confined: ConfinedProcess) -> None:
    with pytest.raises(ConfinedLost) as lost:
        list(confined.run("die", {}))
    assert lost.value.why == "died"


def test_refusals_come_in_words_and_other_failures_as_such(confined: ConfinedProcess) -> None:
    with pytest.raises(UserError, match=r"It is wrong\. Do it right\."):
        list(confined.run("refuse", {}))
    with pytest.raises(ValueError, match="surprise"):
        list(confined.run("fail", {}))


def test_closing_the_iterator_stops_the_task(confined: ConfinedProcess) -> None:
    running = confined.run("loop", {})
    while next(running) is None:
        pass
    began = time.monotonic()
    assert hasattr(running, "close")
    running.close()
    assert time.monotonic() - began < 1
