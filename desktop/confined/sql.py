"""The task of running one query on tables that are made for it, in memory."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from desktop.core.records import Json, JsonObject

_STEPS = 20_000_000  # of SQLite's machine, for everything together: about a second
_MOST_ROWS = 100  # that are handed back
_LONGEST = 1_000  # characters of one value
_READING = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE})
_BUILDING = _READING | {
    sqlite3.SQLITE_CREATE_TABLE,
    sqlite3.SQLITE_CREATE_INDEX,
    sqlite3.SQLITE_INSERT,
    sqlite3.SQLITE_UPDATE,  # of sqlite_master, by what creates
    sqlite3.SQLITE_REINDEX,
}


def run(given: Mapping[str, Any]) -> Iterator[JsonObject]:
    """`given`: CREATE TABLE statements, rows by table (each an object by column), and perhaps a query.

    Yields the tables, each column with its declared type, and how many rows each took; then, where there is a query,
    its columns and rows, or a fault in SQLite's own words. The query may only read.
    """
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 1 << 20)
    _count(connection)
    try:
        _allow(connection, _BUILDING)
        connection.executescript(given["schema"])
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        connection.set_authorizer(None)
        columns = {name: _columns(connection, name) for name in tables}
        _allow(connection, _BUILDING)
        taken = {name: _fill(connection, name, columns[name], given["rows"].get(name, ())) for name in tables}
        yield {"tables": columns, "taken": taken}
        if given.get("query"):
            _allow(connection, _READING)
            yield _answer(connection, given["query"])
    except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError) as fault:
        yield {"fault": str(fault)[:_LONGEST]}
    finally:
        connection.close()


def _count(connection: sqlite3.Connection) -> None:
    """Stop what goes on for too long."""
    left = [_STEPS // 10_000]

    def tick() -> bool:
        left[0] -= 1
        return left[0] < 0

    connection.set_progress_handler(tick, 10_000)


def _allow(connection: sqlite3.Connection, actions: frozenset[int]) -> None:
    connection.set_authorizer(lambda action, *_what: sqlite3.SQLITE_OK if action in actions else sqlite3.SQLITE_DENY)


def _columns(connection: sqlite3.Connection, table: str) -> dict[str, str]:
    found = connection.execute("SELECT name, type FROM pragma_table_info(?)", (table,))
    return {name: kind.upper() for name, kind in found}


def _fill(connection: sqlite3.Connection, table: str, columns: Iterable[str], rows: Sequence[Mapping[str, Any]]) -> int:
    """Take in the rows that the table accepts; says how many."""
    taken = 0
    for row in rows:
        known = [name for name in columns if name in row]
        names = ", ".join(f'"{_quoted(name)}"' for name in known)
        values = [row[name] if isinstance(row[name], str | int | float | None) else str(row[name]) for name in known]
        if known:
            places = ", ".join("?" * len(known))
            try:
                connection.execute(f'INSERT INTO "{_quoted(table)}" ({names}) VALUES ({places})', values)
            except (sqlite3.IntegrityError, OverflowError):
                continue
            taken += 1
    return taken


def _answer(connection: sqlite3.Connection, query: str) -> JsonObject:
    cursor = connection.execute(query)
    if cursor.description is None:
        return {"fault": "not a query"}
    rows = [[_plain(value) for value in row] for row in cursor.fetchmany(_MOST_ROWS)]
    return {"columns": [column[0] for column in cursor.description], "rows": rows}


def _plain(value: Any) -> Json:
    if isinstance(value, bytes):
        return value.hex()[:_LONGEST]
    return value[:_LONGEST] if isinstance(value, str) else value


def _quoted(name: str) -> str:
    return name.replace('"', '""')
