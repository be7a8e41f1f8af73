"""The log from which the user's steps are taken back and made again."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from desktop.store.connections import Database


@dataclass(frozen=True, slots=True)
class Changes:
    """What a step, or its undoing, touched.

    `stages` are of "sources", "passages", "seeds", "candidates", "reviews", "selections", "chain", "settings",
    "prompts", "lists" and "runs". `ids` is by stage (reviews by candidate id); an empty tuple means many or unknown.
    """

    title: str
    stages: frozenset[str]
    ids: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class _Logged:
    """A table whose changes can be undone."""

    stage: str
    columns: tuple[str, ...]  # the key's first
    key: int = 1  # how many columns the key has
    named: bool = True  # whether the first column is an id that `Changes` names


def _table(stage: str, columns: str, key: int = 1, named: bool = True) -> _Logged:
    return _Logged(stage, tuple(columns.split()), key, named)


_LOGGED: Mapping[str, _Logged] = {
    "project": _table("settings", "id title language", named=False),
    "sources": _table("sources", "id path fingerprint format pages unread imported"),
    "pages": _table("sources", "id source number first last blocks", named=False),
    "passages": _table("passages", "id source form page first last content excluded"),
    "seeds": _table("seeds", "id content task_type language extra name is_classification origin"),
    "runs": _table(
        "runs",
        "id method options target random_seed language model fingerprint prompts_hash sampling state note created "
        "ended",
    ),
    "items": _table("runs", "id run ordinal random_seed inputs data state note", named=False),
    "attempts": _table(
        "runs",
        "id item step sample asked prompt reply finish random_seed prompt_tokens reply_tokens seconds",
        named=False,
    ),
    "discards": _table("runs", "id run item step text message reason", named=False),
    "candidates": _table("candidates", "id family run item kind answered pooled task_type language origin"),
    "contents": _table("candidates", "candidate content parents extra"),
    "verdicts": _table("candidates", "candidate filter edition passed value average reason evidence fix", key=3),
    "models": _table("candidates", "id model fingerprint asked", named=False),
    "judged": _table("candidates", "candidate filter edition model", key=3),
    "likenesses": _table("candidates", "candidate filter edition stage twin value", key=5),
    "reviews": _table("reviews", "candidate decision content answered task_type language extra edition by at"),
    "overrules": _table("reviews", "candidate filter edition reason", key=3),
    "ratings": _table("reviews", "candidate scale value at", key=2),
    "selections": _table("selections", "id selector options active created"),
    "choices": _table("selections", "selection candidate split position", key=2, named=False),
    "chain": _table("chain", "filter position enabled options", named=False),
    "settings": _table("settings", "name value", named=False),
    "prompts": _table("prompts", "method step language text", key=3, named=False),
    "lists": _table("lists", "name position entry", key=2, named=False),
}
_WIDTH = max(len(table.columns) for table in _LOGGED.values())
_VALUES = ", ".join(f"v{number}" for number in range(_WIDTH))
_AT_ONCE = 5000  # log rows taken into memory together
_NAMED = 10_000  # ids that `Changes` names at most


class UndoLog:
    """Triggers on one connection that note how to reverse each change made on it.

    This is the undo log of SQLite's own documentation (sqlite.org/undoredo.html), but for one thing: it keeps the
    columns themselves where that keeps SQL text, so that a step of 100,000 rows is reversed by a handful of prepared
    statements, and no value passes through quotation marks. Both the log and its triggers are temporary.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        database.run(f"CREATE TEMP TABLE undo_log(seq INTEGER PRIMARY KEY, place TEXT, act TEXT, {_VALUES})")
        for name, table in _LOGGED.items():
            for trigger in _triggers(name, table):
                database.run(f"CREATE TEMP TRIGGER undo_{trigger}")

    def end(self) -> int:
        """The number of the newest entry; what comes after it belongs to the next step."""
        end: int = self._database.value("SELECT coalesce(max(seq), 0) FROM undo_log")
        return end

    def reverse(self, first: int, last: int, tell: Callable[[float], None]) -> None:
        """Reverse the changes of the entries (first, last], newest first; `tell` is told which part is done.

        The reversal is itself logged.
        """
        whole = last - first
        while last > first:
            rows = self._database.rows(
                f"SELECT seq, place, act, {_VALUES} FROM undo_log WHERE seq > ? AND seq <= ? ORDER BY seq DESC LIMIT ?",
                [first, last, _AT_ONCE],
            )
            if not rows:
                return
            for (place, act), entries in groupby(rows, key=lambda row: (row[1], row[2])):
                self._apply(place, act, (entry[3:] for entry in entries))
            last = rows[-1][0] - 1
            tell(1 - max(0, last - first) / whole)

    def forget(self, first: int, last: int) -> None:
        """Drop the entries (first, last]."""
        self._database.run("DELETE FROM undo_log WHERE seq > ? AND seq <= ?", [first, last])

    def changes(self, title: str, first: int, last: int) -> Changes:
        """What the entries (first, last] touched."""
        places = self._database.rows("SELECT DISTINCT place FROM undo_log WHERE seq > ? AND seq <= ?", [first, last])
        touched = {place: _LOGGED[place] for (place,) in places}
        ids: dict[str, tuple[int, ...]] = {}
        for stage in {table.stage for table in touched.values()}:
            named = [place for place, table in touched.items() if table.stage == stage and table.named]
            ids[stage] = self._ids(named, first, last)
        return Changes(title, frozenset(ids), ids)

    def _ids(self, places: list[str], first: int, last: int) -> tuple[int, ...]:
        rows = self._database.rows(
            "SELECT DISTINCT v0 FROM undo_log WHERE seq > ? AND seq <= ? "
            f"AND place IN ({', '.join('?' * len(places))}) LIMIT ?",
            [first, last, *places, _NAMED + 1],
        )
        return tuple(sorted(id for (id,) in rows)) if len(rows) <= _NAMED else ()

    def _apply(self, place: str, act: str, entries: Iterator[tuple[Any, ...]]) -> None:
        table = _LOGGED[place]
        width, key = len(table.columns), table.key
        where = " AND ".join(f"{column} = ?" for column in table.columns[:key])
        match act:
            case "delete":
                self._database.many(f"DELETE FROM {place} WHERE {where}", (entry[:key] for entry in entries))
            case "insert":
                marks = ", ".join("?" * width)
                sql = f"INSERT INTO {place}({', '.join(table.columns)}) VALUES ({marks})"
                self._database.many(sql, (entry[:width] for entry in entries))
            case "update":
                assigned = ", ".join(f"{column} = ?" for column in table.columns[key:])
                sql = f"UPDATE {place} SET {assigned} WHERE {where}"
                self._database.many(sql, (entry[key:width] + entry[:key] for entry in entries))


def _triggers(name: str, table: _Logged) -> Iterator[str]:
    def log(act: str, values: list[str]) -> str:
        columns = ", ".join(f"v{number}" for number in range(len(values)))
        return f"BEGIN INSERT INTO undo_log(place, act, {columns}) VALUES ('{name}', '{act}', {', '.join(values)}); END"

    old = [f"old.{column}" for column in table.columns]
    new = [f"new.{column}" for column in table.columns[: table.key]]
    others = ", ".join(table.columns[table.key :])
    yield f"{name}_insert AFTER INSERT ON main.{name} {log('delete', new)}"
    yield f"{name}_update AFTER UPDATE OF {others} ON main.{name} {log('update', old)}"
    yield f"{name}_delete AFTER DELETE ON main.{name} {log('insert', old)}"
