"""Pours what can still be read of a damaged project into a new file beside it."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.store import lock, search, soundness
from desktop.store.connections import Database
from desktop.store.making import make
from desktop.store.trouble import in_plain_words


@dataclass(frozen=True, slots=True)
class Repaired:
    """A sound project made of a damaged one."""

    path: Path
    whole: bool  # False: some rows could not be read


def repair(path: Path, on_progress: Callable[[float], None] | None = None) -> Repaired:
    """Make `name.repaired.seedbed` of everything that can be read; the damaged file is left as it is.

    Indexes and search are built from the rows, so damage to them costs nothing. Raises UserError where not even the
    file's table of contents can be read, where it is open elsewhere, or where there is such a file already.
    """
    soundness.read_header(path, whole=False)
    target = path.with_name(f"{path.stem}.repaired{path.suffix}")
    if target.exists():
        raise UserError(
            _("There is already a file “{name}”.").format(name=target), _("Move it away, then repair again.")
        )
    held = lock.take(path)
    source = target.with_name(target.name + ".source")
    try:
        with in_plain_words(target):
            _copy(path, source)
        damaged = Database(source, "read")
        try:
            soundness.version_of(damaged, path)
            soundness.compare_objects(damaged, path)
            return Repaired(target, _pour(damaged, target, on_progress))
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        finally:
            damaged.close()
    finally:
        for file in _with_log(source):
            file.unlink(missing_ok=True)
        held.release()


def _with_log(path: Path) -> list[Path]:
    return [path.with_name(path.name + ending) for ending in ("", "-wal", "-shm")]


def _copy(path: Path, source: Path) -> None:
    """Copy the file and its log, and fill up what was cut off: SQLite opens no file shorter than it says."""
    for given, copy in zip(_with_log(path)[:2], _with_log(source)[:2], strict=True):
        if given.exists():
            shutil.copyfile(given, copy)
    missing = soundness.length_of(source) - source.stat().st_size
    if missing > 0:
        with source.open("ab") as file:
            file.truncate(source.stat().st_size + missing)


def _pour(damaged: Database, target: Path, on_progress: Callable[[float], None] | None) -> bool:
    damaged.connection.text_factory = lambda read: read.decode("utf-8", "replace")
    with in_plain_words(target):
        make(target, target.stem, "en", 0.0)
    sound = Database(target, "write")
    whole = True
    try:
        sound.run("PRAGMA foreign_keys = OFF")
        tables = _tables(sound)
        with sound.transaction("IMMEDIATE"):
            for number, table in enumerate(tables):
                whole &= _pour_table(damaged, sound, table)
                if on_progress is not None:
                    on_progress((number + 1) / len(tables))
            for table in tables:
                _drop_orphans(sound, table)
            search.rebuild(sound)
        soundness.quick_check(sound, target)
    finally:
        sound.close()
    return whole


def _tables(database: Database) -> list[str]:
    """The tables in the order of the schema, parents before children; those behind the search index aside."""
    rows = database.rows(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0 AND name NOT GLOB '*_words_*' "
        "ORDER BY rowid"
    )
    return [name for (name,) in rows]


def _pour_table(damaged: Database, sound: Database, table: str) -> bool:
    marks = ", ".join("?" * len(sound.rows("SELECT 1 FROM pragma_table_info(?)", [table])))
    if table == "sqlite_sequence":
        sound.run("DELETE FROM sqlite_sequence")
    # What lies behind the damage is reached from the other end.
    for order in ("ASC", "DESC"):
        rows = _Readable(damaged, f"SELECT * FROM {table} NOT INDEXED ORDER BY 1 {order}")
        sound.many(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", rows)
        if rows.whole:
            return order == "ASC"
    return False


class _Readable:
    """The rows of a query up to the damage, and, after the last, whether there was none."""

    def __init__(self, damaged: Database, sql: str) -> None:
        self._damaged = damaged
        self._sql = sql
        self.whole = True

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        try:
            for rows in self._damaged.stream(self._sql, at_once=1):
                yield from rows
        except UserError:
            self.whole = False


def _drop_orphans(sound: Database, table: str) -> None:
    links = sound.rows('SELECT "table", "from" FROM pragma_foreign_key_list(?)', [table])
    for parent, column in links:
        sound.run(f"DELETE FROM {table} WHERE {column} IS NOT NULL AND {column} NOT IN (SELECT id FROM {parent})")
    if table == "candidates":
        sound.run("DELETE FROM candidates WHERE id NOT IN (SELECT candidate FROM contents)")
