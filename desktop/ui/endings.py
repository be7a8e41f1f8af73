"""Ending by a signal (a shutdown, `kill`, Ctrl+C in the terminal) closes the window as its own button does."""

import os
import signal
import sys

from PySide6.QtCore import QObject, QSocketNotifier
from PySide6.QtWidgets import QWidget


class Endings(QObject):
    """Made once, on the main thread. Python runs a handler only between its own steps, and the event loop waits in
    Qt; so each signal is written to a pipe that the loop watches. Windows has no such signals to listen to.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        if sys.platform == "win32":
            return
        self._reading, self._writing = os.pipe()
        os.set_blocking(self._writing, False)
        self._before = signal.set_wakeup_fd(self._writing)
        self._handlers = {each: signal.signal(each, _heard) for each in (signal.SIGINT, signal.SIGTERM)}
        notifier = QSocketNotifier(self._reading, QSocketNotifier.Type.Read, self)
        notifier.activated.connect(self._drain)
        notifier.activated.connect(window.close)

    def let_go(self) -> None:
        """Give the signals back to whoever had them."""
        if sys.platform == "win32":
            return
        signal.set_wakeup_fd(self._before)
        for each, handler in self._handlers.items():
            signal.signal(each, handler)
        os.close(self._reading)
        os.close(self._writing)

    def _drain(self) -> None:
        os.read(self._reading, 64)


def _heard(_number: int, _frame: object) -> None:
    """Nothing to do: the pipe has it."""
