"""The files that left."""

from collections.abc import Callable
from pathlib import Path

from desktop.core.records import Export
from desktop.store.connections import Connections


class Exports:
    """Append-only."""

    def __init__(self, connections: Connections, clock: Callable[[], float]) -> None:
        self._connections = connections
        self._clock = clock

    def add(self, format: str, path: Path, rows: int, unreviewed: bool) -> Export:
        """Note a file that left. Works on a project opened for reading too: a short write that takes no lock."""
        raise NotImplementedError

    def all(self) -> tuple[Export, ...]:
        """Every export, oldest first."""
        raise NotImplementedError
