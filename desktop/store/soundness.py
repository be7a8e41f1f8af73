"""Whether a file is a project, ours, and whole."""

import hashlib
import re
import sqlite3
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.store.connections import Database
from desktop.store.schema import APPLICATION_ID, SCHEMA, VERSION
from desktop.store.trouble import damaged, in_plain_words

_MAGIC = b"SQLite format 3\0"
_HEADER = 100  # bytes
_COMMENT = re.compile(r"--[^\n]*")
_LOOKS = re.compile(r'[\s"`\[\]]+')
_SHADOW = re.compile(r"\w+_words_(data|idx|content|docsize|config)")
_STATISTICS = ("sqlite_stat1", "sqlite_stat4")


def read_header(path: Path, whole: bool = True) -> None:
    """See that a file is there, says it is a Seedbed project and, if `whole`, is not cut short; UserError otherwise.

    SQLite is not asked, so that no byte of a foreign file is run or written.
    """
    if path.is_dir():
        raise UserError(_("“{file}” is a folder.").format(file=path), _("Choose a file inside it."))
    if not path.is_file():
        raise UserError(_("There is no file “{name}”.").format(name=path), _("Choose another file, or make a project."))
    with in_plain_words(path):
        header = _header_of(path)
        size = path.stat().st_size
    if not header.startswith(_MAGIC) or len(header) < _HEADER:
        raise _foreign(path)
    if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise _foreign(path)
    # With a log beside it the file may be shorter than it says, and SQLite makes it whole from the log.
    if whole and size < length_of(path) and not path.with_name(path.name + "-wal").exists():
        raise damaged(path)


def length_of(path: Path) -> int:
    """How many bytes a file says that it has."""
    header = _header_of(path)
    page = int.from_bytes(header[16:18], "big")
    return int.from_bytes(header[28:32], "big") * (65536 if page == 1 else page)


def version_of(database: Database, path: Path) -> int:
    """The schema that a project file was written with. Raises UserError for one newer than this Seedbed's."""
    version: int = database.value("PRAGMA user_version")
    if version > VERSION:
        raise UserError(
            _("“{name}” was made by a newer Seedbed.").format(name=path.name),
            _("Open it with that version, or update this one. The file was not changed."),
        )
    if version < 1:
        raise _foreign(path)
    return version


def compare_objects(database: Database, path: Path, expected: str = "") -> None:
    """See that the file holds Seedbed's tables, views and indexes and nothing beside them.

    A trigger or a view that someone planted would run when we write. Raises UserError; nothing is written.
    `expected` is the fingerprint of an older schema; empty: the present one.
    """
    if fingerprint_of(database) != (expected or _own_fingerprint()):
        raise UserError(
            _("“{name}” holds parts that Seedbed did not make.").format(name=path.name),
            _("It may have been tampered with, and is not opened. Ask whoever gave it to you for an export instead."),
        )


def fingerprint_of(database: Database) -> str:
    """SHA-256, in hex, of everything a file defines: how its SQL is spaced and quoted does not matter."""
    found = database.rows("SELECT type, name, tbl_name, sql FROM sqlite_master")
    return _fingerprint(found)


def quick_check(database: Database, path: Path, on_progress: Callable[[float], None] | None = None) -> None:
    """Read the whole file and raise UserError where it is damaged. `on_progress` is told the part done, 0 to 1."""
    names = database.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0 ORDER BY name")
    tables = [(name, _weight(database, name)) for (name,) in names]
    total, done = sum(weight for _name, weight in tables), 0
    for name, weight in tables:
        # Table by table, for SQLite says nothing while it checks.
        if database.rows(f"PRAGMA quick_check('{name}')") != [("ok",)]:
            raise damaged(path)
        done += weight
        if on_progress is not None:
            on_progress(done / total)


def _weight(database: Database, table: str) -> int:
    # A guess at the work: the largest id, which is found without reading the table. Tables without ids, and those
    # behind the search index, grow with the candidates.
    columns = {name for (name,) in database.rows("SELECT name FROM pragma_table_info(?)", [table])}
    counted = table if "id" in columns and not _SHADOW.fullmatch(table) else "candidates"
    return 1 + int(database.value(f"SELECT max(id) FROM {counted}") or 0)


def _header_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEADER)


def _fingerprint(objects: list[tuple[Any, ...]]) -> str:
    lines = sorted(
        f"{kind} {name} {table} {_plain(sql)}"
        for kind, name, table, sql in objects
        if name not in _STATISTICS and sql is not None
    )
    # The search index keeps its words in tables of its own, whose SQL differs between versions of SQLite.
    lines = sorted({_plain_shadow(line) for line in lines})
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _plain(sql: str) -> str:
    return _LOOKS.sub("", _COMMENT.sub("", sql))


def _plain_shadow(line: str) -> str:
    kind, name, table, _sql = line.split(" ", 3)
    return f"{kind} {name}" if kind == "table" and name == table and _SHADOW.fullmatch(name) else line


@cache
def _own_fingerprint() -> str:
    connection = sqlite3.connect(":memory:")
    try:
        connection.executescript(SCHEMA)
        return _fingerprint(connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall())
    finally:
        connection.close()


def _foreign(path: Path) -> UserError:
    return UserError(
        _("“{name}” is not a Seedbed project.").format(name=path.name),
        _("Choose a file that Seedbed made; its name ends in .seedbed. Examples are imported on the Seeds page."),
    )
