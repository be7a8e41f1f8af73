"""The files that left."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from desktop.core.records import Export
from desktop.store.connections import Connections, Database
from desktop.store.encoding import plain


class Exports:
    """Append-only."""

    def __init__(self, connections: Connections, clock: Callable[[], float]) -> None:
        self._connections = connections
        self._clock = clock

    def add(self, format: str, path: Path, rows: int, unreviewed: bool) -> Export:
        """Note a file that left.

        Works on a project opened for reading too: a short write that takes no lock. Where the disk is
        read-only nothing is noted, for the file has left all the same.
        """
        export = Export(0, format, plain(str(path)), rows, unreviewed, self._clock())
        if self._connections.mode == "write":
            with self._connections.writing() as database:
                return _insert(database, export)
        if not all(os.access(each, os.W_OK) for each in (self._connections.path, self._connections.path.parent)):
            return export
        database = Database(self._connections.path, "write")
        try:
            with database.transaction("IMMEDIATE"):
                return _insert(database, export)
        finally:
            database.close()

    def all(self) -> tuple[Export, ...]:
        """Every export, oldest first."""
        rows = self._connections.here().rows(
            "SELECT id, format, path, rows, unreviewed, created FROM exports ORDER BY id"
        )
        return tuple(
            Export(id, format, path, count, bool(unreviewed), created)
            for id, format, path, count, unreviewed, created in rows
        )


def _insert(database: Database, export: Export) -> Export:
    id = database.insert(
        "INSERT INTO exports(format, path, rows, unreviewed, created) VALUES (?, ?, ?, ?, ?)",
        [export.format, export.path, export.rows, export.unreviewed, export.created],
    )
    return replace(export, id=id)
