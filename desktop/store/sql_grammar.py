"""SQL in an answer: whether SQLite can read it, without running any of it."""

import sqlite3
from collections.abc import Iterator

_LONGEST = 20_000  # characters that are looked at
_MOST = 50  # statements
# What SQLite says of a text that is no SQL; everything else it says is about tables and columns that are not there.
_OF_GRAMMAR = ("syntax error", "incomplete input", "unrecognized token")


def fault_of(text: str) -> str:
    """What is wrong with the grammar of some statements, in SQLite's words; empty where nothing is.

    Every statement is explained in an empty database in memory, which compiles it and runs nothing. A table that is
    not there is no fault, and nor are words of other dialects that SQLite has no grammar for at all.
    """
    database = sqlite3.connect(":memory:")
    try:
        for statement in _statements(text[:_LONGEST]):
            try:
                database.execute(f"EXPLAIN {statement}").close()
            except (sqlite3.Error, sqlite3.Warning, UnicodeEncodeError) as error:
                if any(sign in str(error) for sign in _OF_GRAMMAR):
                    return str(error)
    finally:
        database.close()
    return ""


def _statements(text: str) -> Iterator[str]:
    """The statements of a text, each with its semicolon where it has one."""
    start = found = 0
    at = text.find(";")
    while at >= 0 and found < _MOST:
        if sqlite3.complete_statement(text[start : at + 1]):
            found += 1
            yield text[start : at + 1]
            start = at + 1
        at = text.find(";", at + 1)
    if text[start:].strip() and found < _MOST:
        yield text[start:]
