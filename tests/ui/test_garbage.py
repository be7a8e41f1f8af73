"""Garbage is collected on the main thread, however much another thread makes of it."""

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop.ui.garbage import Garbage


class Cyclic:
    """In a cycle with itself; says on which thread it ended."""

    def __init__(self, ended_on: list[int]) -> None:
        self.itself = self
        self.ended_on = ended_on

    def __del__(self) -> None:
        self.ended_on.append(threading.get_ident())


@pytest.fixture
def garbage() -> Iterator[Garbage]:
    gc.enable()
    parent = QObject()
    made = Garbage(parent)
    yield made
    made.let_go()
    gc.disable()  # as every test of the window has it


def test_a_cycle_ends_on_the_main_thread(garbage: Garbage, qtbot: QtBot) -> None:
    ended_on: list[int] = []
    Cyclic(ended_on)
    worker = threading.Thread(target=lambda: [[] for _number in range(300_000)])
    worker.start()
    worker.join()
    assert ended_on == []
    keep: list[list[int]] = [[] for _number in range(30_000)]
    qtbot.waitUntil(lambda: ended_on == [threading.get_ident()])
    assert keep


def test_python_collects_by_itself_again_afterwards(garbage: Garbage) -> None:
    assert not gc.isenabled()
    garbage.let_go()
    assert gc.isenabled()
