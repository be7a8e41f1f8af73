"""The one writer of the user's changes."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from desktop.store import search
from desktop.store.connections import Connections
from desktop.store.edit import Edit
from desktop.store.moments import Moments
from desktop.store.undo import Changes, UndoLog

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """What a change returned, and what it touched."""

    result: T
    changes: Changes


@dataclass(frozen=True, slots=True)
class _Step:
    """A change that can be reversed: its entries in the log, (first, last]."""

    title: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A change that is being made, or taken back, and about which part of it is done, 0 to 1."""

    title: str
    part: float = 0.0
    back: bool = False


class UserWriter:
    """Runs changes one after another in its own thread; a Future ends when its change is committed or undone whole."""

    def __init__(self, connections: Connections, moments: Moments) -> None:
        self._connections = connections
        self._moments = moments
        self._done: list[_Step] = []
        self._undone: list[_Step] = []
        self._log: UndoLog | None = None
        self._under_way: UnderWay | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="user-writer")

    @property
    def undo_title(self) -> str | None:
        """The title of the change that `undo` would take back; None: nothing to undo."""
        done = self._done
        return done[-1].title if done else None

    @property
    def redo_title(self) -> str | None:
        """The title of the change that `redo` would make again; None: nothing to redo."""
        undone = self._undone
        return undone[-1].title if undone else None

    @property
    def under_way(self) -> UnderWay | None:
        """What is being written now; None while nothing is."""
        return self._under_way

    def perform(self, title: str, change: Callable[[Edit], T]) -> "Future[Done[T]]":
        """Run a change in one transaction, as one step of undo. An exception leaves nothing of it behind."""
        return self._thread.submit(self._perform, title, change)

    def set_up(self, change: Callable[[Edit], T]) -> "Future[Done[T]]":
        """Like `perform`, for what the program sets up by itself: nobody did it, so nobody is offered to undo it."""
        return self._thread.submit(self._set_up, change)

    def undo(self) -> "Future[Changes | None]":
        """Take the newest step back; None where there is none."""
        return self._thread.submit(self._undo)

    def redo(self) -> "Future[Changes | None]":
        """Make the step that was taken back last again; None where there is none."""
        return self._thread.submit(self._redo)

    def close(self) -> None:
        """Finish what was asked for, then end the thread. Undo lasts until here."""
        self._thread.shutdown(wait=True)

    def _perform(self, title: str, change: Callable[[Edit], T]) -> Done[T]:
        log = self._opened_log()
        with self._told(UnderWay(title)), self._connections.writing() as database:
            first = log.end()
            result = change(Edit(database))
            last = log.end()
            changes = log.changes(title, first, last)
            if last > first:
                for step in self._undone:
                    log.forget(step.first, step.last)
            # Before the commit: a judgement that comes in between is then dropped once too often, never once too few.
            self._moments.mark(search.retexted(database))
        if last > first:
            self._done = [*self._done, _Step(title, first, last)]
            self._undone = []
        return Done(result, changes)

    def _set_up(self, change: Callable[[Edit], T]) -> Done[T]:
        log = self._opened_log()
        with self._connections.writing() as database:
            first = log.end()
            result = change(Edit(database))
            last = log.end()
            changes = log.changes("", first, last)
            log.forget(first, last)
        return Done(result, changes)

    def _undo(self) -> Changes | None:
        if not self._done:
            return None
        changes, step = self._reverse(self._done[-1], back=True)
        self._done, self._undone = self._done[:-1], [*self._undone, step]
        return changes

    def _redo(self) -> Changes | None:
        if not self._undone:
            return None
        changes, step = self._reverse(self._undone[-1], back=False)
        self._done, self._undone = [*self._done, step], self._undone[:-1]
        return changes

    def _reverse(self, step: _Step, *, back: bool) -> tuple[Changes, _Step]:
        log = self._opened_log()
        with self._told(UnderWay(step.title, back=back)) as tell, self._connections.writing() as database:
            first = log.end()
            log.reverse(step.first, step.last, tell)
            last = log.end()
            changes = log.changes(step.title, first, last)
            log.forget(step.first, step.last)
            self._moments.mark(search.retexted(database))
        return changes, _Step(step.title, first, last)

    @contextmanager
    def _told(self, begun: UnderWay) -> Iterator[Callable[[float], None]]:
        """Let others see how far a change is: one half is the change, told by what is handed out, one the search."""

        def tell(part: float) -> None:
            self._under_way = replace(begun, part=part)

        database = self._connections.here()
        database.tell = lambda part: tell(0.5 + part / 2)
        tell(0.0)
        try:
            yield lambda part: tell(part / 2)
        finally:
            self._under_way = database.tell = None

    def _opened_log(self) -> UndoLog:
        if self._log is None:
            self._log = UndoLog(self._connections.here())
        return self._log
