"""Counts on either side of a cut while a person drags it, off the main thread."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from desktop.core.shapes import Filter
from desktop.ui.models.measured import Measured, Sides, read_measured

if TYPE_CHECKING:
    from desktop.ui.session import Session


class CutCount(QObject):
    """`read` asks what is stored of a filter, `measured` tells it; `try_cut` is answered by `tried`, the newest one."""

    measured = Signal(object)  # Measured
    tried = Signal(object)  # Sides

    def __init__(self, session: "Session", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._filter = ""
        self._held: Measured | None = None
        session.project_changed.connect(self.forget)

    def read(self, filter_id: str, about: Filter, cut: float | None) -> None:
        """Read what is stored of a filter, which cuts at `cut`."""
        if filter_id != self._filter:
            self._held = None
        self._filter = filter_id
        self._session.read(lambda project: read_measured(project, filter_id, about, cut), self._on_read)

    def try_cut(self, cut: float) -> None:
        """Count as if the cut were here."""
        held = self._held
        if held is not None:
            self._session.fetch(lambda: (held.filter, held.at(cut)), self._on_tried)

    @Slot()
    def forget(self) -> None:
        """Another project is open."""
        self._filter, self._held = "", None

    @Slot(object)
    def _on_read(self, measured: Measured) -> None:
        if measured.filter == self._filter:
            self._held = measured
            self.measured.emit(measured)

    @Slot(object)
    def _on_tried(self, answer: tuple[str, Sides]) -> None:
        filter_id, sides = answer
        if filter_id == self._filter:
            self.tried.emit(sides)
