"""The one writer of the user's changes."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from desktop.store.edit import Edit
from desktop.store.undo import Changes

if TYPE_CHECKING:
    from desktop.store.connections import Connections

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """What a change returned, and what it touched."""

    result: T
    changes: Changes


class UserWriter:
    """Runs changes one after another in its own thread; a Future ends when its change is committed or undone whole."""

    def __init__(self, connections: "Connections") -> None:
        self._connections = connections

    @property
    def undo_title(self) -> str | None:
        """The title of the change that `undo` would take back; None: nothing to undo."""
        raise NotImplementedError

    @property
    def redo_title(self) -> str | None:
        """The title of the change that `redo` would make again; None: nothing to redo."""
        raise NotImplementedError

    def perform(self, title: str, change: Callable[[Edit], T]) -> "Future[Done[T]]":
        """Run a change in one transaction, as one step of undo. An exception leaves nothing of it behind."""
        raise NotImplementedError

    def undo(self) -> "Future[Changes | None]":
        """Take the newest step back; None where there is none."""
        raise NotImplementedError

    def redo(self) -> "Future[Changes | None]":
        """Make the step that was taken back last again; None where there is none."""
        raise NotImplementedError

    def close(self) -> None:
        """Finish what was asked for, then end the thread. Undo lasts until here."""
        raise NotImplementedError
