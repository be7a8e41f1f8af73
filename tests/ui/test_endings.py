"""A signal that asks the program to end closes the window, with all that closing does."""

import os
import signal
import sys

import pytest
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.endings import Endings


class Closing(QWidget):
    """Counts how often it was closed."""

    closed = 0

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        self.closed += 1
        event.accept()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no such signals")
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_closes_the_window_and_is_given_back(ending: signal.Signals, qtbot: QtBot) -> None:
    before = signal.getsignal(ending)
    window = Closing()
    qtbot.addWidget(window)
    window.show()
    endings = Endings(window)
    os.kill(os.getpid(), ending)
    qtbot.waitUntil(lambda: window.closed == 1)
    endings.let_go()
    assert signal.getsignal(ending) is before
