"""How long the chosen model takes to be asked about one row, as far as its speed was ever tested on this computer."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from desktop.core.errors import UserError
from desktop.ui.loaded_model import chosen_model, chosen_server

if TYPE_CHECKING:
    from desktop.ui.session import Session

_READ, _WRITTEN = 400, 8  # tokens of a row in its prompt, and of what is said of it: about


class AskingTime(QObject):
    """`changed` when `seconds` for a row is another; None: nobody knows."""

    changed = Signal()

    def __init__(self, session: "Session", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.seconds: float | None = None
        session.engine_changed.connect(self.look)

    @Slot()
    def look(self) -> None:
        """Look for what the speed test said of the model that would be asked."""
        if chosen_server(self._session.preferences) is not None:
            self._on_looked(None)
            return
        path = chosen_model(self._session.preferences)
        self._session.fetch(lambda: _seconds(path), self._on_looked)

    @Slot(object)
    def _on_looked(self, seconds: float | None) -> None:
        if seconds != self.seconds:
            self.seconds = seconds
            self.changed.emit()


def _seconds(path: Path) -> float | None:
    from desktop.engine.fingerprint import known_fingerprint
    from desktop.engine.pace import recall_speed

    try:
        fingerprint = known_fingerprint(path)
    except (OSError, UserError):
        return None
    speed = recall_speed(fingerprint) if fingerprint else None
    if speed is None or not speed.read_per_second or not speed.together_per_second:
        return None
    return _READ / speed.read_per_second + _WRITTEN / speed.together_per_second
