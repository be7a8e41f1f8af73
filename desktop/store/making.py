"""Makes an empty project file."""

from pathlib import Path

from desktop.store import search
from desktop.store.connections import made_at
from desktop.store.encoding import plain
from desktop.store.schema import APPLICATION_ID, SCHEMA, VERSION


def make(path: Path, title: str, language: str, created: float) -> None:
    """Make a project file at `path`; it is there whole, or not at all."""
    unfinished = path.with_name(path.name + ".part")
    unfinished.unlink(missing_ok=True)
    connection = made_at(unfinished)
    try:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(f"BEGIN;{SCHEMA};COMMIT")
        connection.execute(
            "INSERT INTO project(id, title, language, created, words) VALUES (1, ?, ?, ?, ?)",
            [plain(title), plain(language), created, search.RULE],
        )
    finally:
        connection.close()
    for ending in ("-wal", "-shm"):
        # Left of a project of this name that was removed; SQLite would take them for parts of the new one.
        path.with_name(path.name + ending).unlink(missing_ok=True)
    unfinished.replace(path)
