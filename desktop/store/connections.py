"""A connection for each thread, and the one place where a write begins."""

import json
import sqlite3
import threading
import weakref
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, TypeAlias

from desktop.store.trouble import in_plain_words

Mode: TypeAlias = Literal["write", "read", "guest", "frozen"]
"""Beside those who write and those who read: `guest` reads a file that this user may not change, `frozen` one in a
folder where nothing may be made, so that nobody can be writing."""

_OPENED: Mapping[Mode, str] = {
    "write": "mode=rw",
    "read": "mode=rw",  # for tidying up when it is the last to close; it is told to change nothing
    "guest": "mode=ro",
    "frozen": "mode=ro&immutable=1",
}

_PATIENCE = 10_000  # milliseconds to wait for another process's short write
_CACHE = -16_384  # KiB of pages for each connection: a million rows' index fits, the text does not
_LOG_KEPT = 64 * 2**20  # bytes that the write-ahead log keeps after a large write
_AT_ONCE = 1000  # rows fetched together


class Database:
    """One thread's connection. Rows are plain tuples here; they become records in the file of their table."""

    def __init__(self, path: Path, mode: Mode) -> None:
        self._path = path
        self.tell: Callable[[float], None] | None = None  # who hears which part of a write's last work is done, 0 to 1
        with in_plain_words(path):
            self.connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?{_OPENED[mode]}",
                uri=True,
                isolation_level=None,  # transactions begin where we say so
                check_same_thread=False,  # closed by whoever closes the project
                cached_statements=256,
            )
            try:
                self._prepare(mode)
            except BaseException:
                self.connection.close()
                raise

    def _prepare(self, mode: Mode) -> None:
        for pragma in (
            "trusted_schema = OFF",  # first: nothing of a foreign file may call a function
            "cell_size_check = ON",
            "foreign_keys = ON",
            "synchronous = FULL",
            f"busy_timeout = {_PATIENCE}",
            f"cache_size = {_CACHE}",
            f"journal_size_limit = {_LOG_KEPT}",
        ):
            self.connection.execute(f"PRAGMA {pragma}")
        if mode != "write":
            self.connection.execute("PRAGMA query_only = ON")

    def __del__(self) -> None:
        # A thread that ends drops its connection; saying so keeps Python from warning.
        if hasattr(self, "connection"):
            self.connection.close()

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Every row of a query."""
        with in_plain_words(self._path):
            return self.connection.execute(sql, parameters).fetchall()

    def row(self, sql: str, parameters: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """The first row of a query."""
        with in_plain_words(self._path):
            found: tuple[Any, ...] | None = self.connection.execute(sql, parameters).fetchone()
            return found

    def value(self, sql: str, parameters: Sequence[Any] = ()) -> Any:
        """The first column of the first row; None where there is none."""
        found = self.row(sql, parameters)
        return None if found is None else found[0]

    def stream(
        self, sql: str, parameters: Sequence[Any] = (), at_once: int = _AT_ONCE
    ) -> Iterator[list[tuple[Any, ...]]]:
        """The rows of a query, some at a time."""
        with in_plain_words(self._path):
            cursor = self.connection.execute(sql, parameters)
            while batch := cursor.fetchmany(at_once):
                yield batch

    def ids(self, sql: str, parameters: Sequence[Any] = ()) -> "array[int]":
        """The only column of a query, whole numbers, in little memory."""
        found = array("q")
        for rows in self.stream(sql, parameters):
            found.extend([id for (id,) in rows])
        return found

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Change something; returns how many rows changed."""
        with in_plain_words(self._path):
            return self.connection.execute(sql, parameters).rowcount

    def insert(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Insert one row; returns its id."""
        with in_plain_words(self._path):
            return self.connection.execute(sql, parameters).lastrowid or 0

    def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement for each of `rows`."""
        with in_plain_words(self._path):
            self.connection.executemany(sql, rows)

    @contextmanager
    def transaction(self, kind: Literal["DEFERRED", "IMMEDIATE"]) -> Iterator[None]:
        """Everything within is kept, or nothing is. Inside an open transaction it is part of that one."""
        if self.connection.in_transaction:
            yield
            return
        self.run(f"BEGIN {kind}")
        try:
            yield
            self.run("COMMIT")
        finally:
            # A full disk may already have ended the transaction by itself.
            if self.connection.in_transaction:
                self.run("ROLLBACK")

    def close(self) -> None:
        """Close the connection; another call changes nothing."""
        with in_plain_words(self._path):
            self.connection.close()


class Connections:
    """Opens a thread's connection when it first asks for one, and closes them all."""

    def __init__(
        self, path: Path, mode: Mode, prepare: Callable[[Database], None], finish: Callable[[Database], None]
    ) -> None:
        """`prepare` is called with every new writing connection, `finish` before each write is committed."""
        self.path = path
        self.mode = mode
        self._prepare = prepare
        self._finish = finish
        self._own = threading.local()
        self._open: weakref.WeakSet[Database] = weakref.WeakSet()
        self._guard = threading.Lock()
        self._writing = threading.Lock()
        self._closed = False

    def here(self) -> Database:
        """This thread's connection."""
        own: Database | None = getattr(self._own, "database", None)
        if own is not None:
            return own
        if self._closed:
            raise RuntimeError("the project is closed")
        own = Database(self.path, self.mode)
        if self.mode == "write":
            self._prepare(own)
        with self._guard:
            self._open.add(own)
        self._own.database = own
        return own

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """Several queries that see one and the same moment."""
        database = self.here()
        with database.transaction("DEFERRED"):
            yield database

    @contextmanager
    def writing(self) -> Iterator[Database]:
        """One short write: kept whole when the block ends, or not at all."""
        database = self.here()
        if database.connection.in_transaction:
            yield database
            return
        # Threads of this process queue here, without SQLite's waiting in steps of up to 100 ms.
        with self._writing, database.transaction("IMMEDIATE"):
            yield database
            self._finish(database)

    def close(self) -> None:
        """Close every thread's connection; none opens again."""
        with self._guard:
            self._closed = True
            for database in list(self._open):
                database.close()


def made_at(path: Path) -> sqlite3.Connection:
    """A connection to a file that may not be there yet, for making a project or a copy of one."""
    return sqlite3.connect(path, isolation_level=None)


AMONG = "IN (SELECT value FROM json_each(?))"
"""SQL for "is one of `these`"."""


def these(ids: Iterable[int]) -> str:
    """Ids as the parameter of AMONG: any number of them, in one prepared statement."""
    return json.dumps(list(ids))
