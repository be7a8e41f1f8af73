"""Python's cyclic garbage, collected on the main thread only: Qt dies when another thread destroys a widget."""

import gc

from PySide6.QtCore import QObject, QTimer, Slot

_EVERY = 100  # milliseconds
_MANY = 20_000  # new objects that are worth a look
_OLDER = 50  # looks at the new ones for one at the older ones


class Garbage(QObject):
    """While it lives, Python does not collect by itself, on whichever thread that would have been.

    The oldest generation is left alone: a full collection walks all that the filters remember of a large
    project, and stops the window for up to a second.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._looks = 0
        self._timer = QTimer(self, interval=_EVERY)
        self._timer.timeout.connect(self._on_timeout)
        self._timer.start()

    def let_go(self) -> None:
        """Let Python collect by itself again."""
        self._timer.stop()
        gc.enable()

    @Slot()
    def _on_timeout(self) -> None:
        if gc.get_count()[0] < _MANY:
            return
        self._looks += 1
        gc.collect(1 if self._looks % _OLDER == 0 else 0)
