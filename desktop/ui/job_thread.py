"""The one place where a job meets a thread: it runs the generator and tells the window what it says."""

import time
from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from PySide6.QtCore import QObject, QThread, Signal

from desktop.ui import report

if TYPE_CHECKING:
    from desktop.core.progress import Event, Landed, Partial, Progress

Make: TypeAlias = "Callable[[], Iterator[Event]]"
Outcome: TypeAlias = Literal["", "done", "failed", "paused", "stopped"]

_INTERVAL = 0.05  # seconds: the window is told at most 20 times a second


class JobThread(QThread):
    """Runs one job. Connect slot methods of GUI objects, so that they are called on the main thread.

    `pause` and `stop` both close the generator: the job puts its affairs in order and what it committed
    stays. They differ in `outcome` only. A paused run goes on when a new job is started with `resume`.
    """

    streamed = Signal(list)  # of Partial: the newest of each text that is being written
    landed = Signal(list)  # of Landed, in order
    settled = Signal()  # what was asked for counts; the job goes on with what follows from it
    progressed = Signal(object)  # Progress, the newest
    said = Signal(str, bool)  # what the job did by itself, and whether that can be undone
    failed = Signal(object)  # UserError
    finished_with = Signal(object)  # what the job returned; only where it came to its end

    def __init__(self, name: str, make: Make, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.outcome: Outcome = ""
        self.progress: Progress | None = None
        self.result: Any = None
        self._make = make
        self._wish: Outcome = ""
        self._partials: dict[tuple[int, str, int], Partial] = {}
        self._landed: list[Landed] = []
        self._progress: Progress | None = None
        self._told = 0.0

    def pause(self) -> None:
        """Close the job at its next breath; what it did stays, and it can be taken up again."""
        self._wish = self._wish or "paused"

    def stop(self) -> None:
        """Close the job at its next breath, for good."""
        self._wish = "stopped"

    @property
    def closing(self) -> bool:
        """Whether the job has been asked to close and has not ended yet."""
        return bool(self._wish) and not self.outcome

    def run(self) -> None:
        """The job's life, on its own thread."""
        try:
            self.outcome = self._work()
        except Exception as error:  # noqa: BLE001 - a job may fail in any way; the window must live and say so
            self._tell()
            self.outcome = "failed"
            self.failed.emit(report.as_user_error(error))
            return
        self._tell()
        if self.outcome == "done":
            self.finished_with.emit(self.result)

    def _work(self) -> Outcome:
        if self._wish:
            return self._wish
        events = self._make()
        while not self._wish:
            try:
                self._hear(next(events))
            except StopIteration as end:
                self.result = end.value
                return "done"
            if time.monotonic() - self._told >= _INTERVAL:
                self._tell()
        if isinstance(events, Generator):
            events.close()
        return self._wish

    def _hear(self, event: "Event") -> None:
        from desktop.core.progress import Landed, Partial, Progress, Said, Settled

        match event:
            case Said():
                self.said.emit(event.sentence, event.undoable)
            case Partial():
                self._partials[event.item, event.step, event.sample] = event
            case Landed():
                self._landed.append(event)
            case Progress():
                self._progress = event
            case Settled():
                self.settled.emit()

    def _tell(self) -> None:
        """Emit what has gathered; the texts first, so that a row lands after the last of its text."""
        self._told = time.monotonic()
        if self._partials:
            self.streamed.emit(list(self._partials.values()))
            self._partials.clear()
        if self._landed:
            self.landed.emit(self._landed)
            self._landed = []
        if self._progress is not None:
            self.progress = self._progress
            self.progressed.emit(self._progress)
            self._progress = None
