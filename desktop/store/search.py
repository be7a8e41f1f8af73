"""The search index: which words stand in which row, kept in step inside every write."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeAlias

from desktop.core.text.words import UNSPACED
from desktop.store.connections import Database
from desktop.store.encoding import plain

Index: TypeAlias = Literal["candidate_words", "seed_words", "passage_words"]

# Scripts that put no spaces between words are indexed character by character, and a word of theirs is a phrase of its
# characters, of any length. SQLite's own trigram index finds nothing shorter than three.
_CHARACTER = re.compile(f"([{UNSPACED}])")
_TERM = re.compile(r'"([^"]*)"?|(\S+)')
_INDEXED: Mapping[Index, str] = {
    "candidate_words": (
        "SELECT candidate, coalesce(reviews.content, contents.content) "
        "FROM contents LEFT JOIN reviews USING (candidate) ORDER BY candidate"
    ),
    "seed_words": "SELECT id, content FROM seeds ORDER BY id",
    "passage_words": "SELECT id, content FROM passages ORDER BY id",
}
_UNSEARCHED = ("role",)  # "user" and "assistant" stand in every conversation

RULE = hashlib.sha256(_CHARACTER.pattern.encode()).hexdigest()[:16]
"""Changes when rows would be cut into other words; an index cut by another rule is built anew."""


def words(content: str) -> str:
    """The texts of a row's JSON as the index takes them: the letters of unspaced scripts set apart."""
    try:
        texts = "\n".join(_texts(json.loads(content)))
    except (ValueError, RecursionError):
        return ""  # a damaged row is found by whoever reads it; it must not keep others from being removed
    return _apart(texts)


def match(query: str) -> str:
    """The FTS5 query for words as a person types them: all of them, in any order; "in quotes" as they stand.

    The last word may be the beginning of one. Empty where nothing in the query can be searched for.
    """
    terms: list[str] = []
    for quoted, word in _TERM.findall(query.replace("\0", " ")):
        text = _apart(quoted or word).strip()
        if any(character.isalnum() for character in text):
            terms.append('"' + text.replace('"', " ") + '"' + ("" if quoted else "*"))
    beginnings = [term.removesuffix("*") for term in terms[:-1]]
    return " AND ".join([*beginnings, *terms[-1:]])


def found_in(index: Index) -> str:
    """The SQL condition that a row's `id` holds the words of a `match` given as the parameter."""
    return f"id IN (SELECT rowid FROM {index} WHERE {index} MATCH ?)"


def _apart(text: str) -> str:
    return plain(text if text.isascii() else " ".join(_CHARACTER.split(text)))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name not in _UNSEARCHED:
                yield from _texts(each)


# The index holds no text of its own, so a text that leaves it must be named again: every change is a pair of "take
# the old words out, put the new ones in". Triggers note the pairs, alike for jobs, the user's edits, undo and redo,
# and they are carried over before the very transaction of the change ends. The triggers are temporary: a project file
# holds none, so that none can be planted. They cannot write the index by themselves, for SQLite lets no trigger do so
# while it distrusts the schema, as it should.


def _note(index: Index, act: str, id: str, content: str) -> str:
    return f"INSERT INTO rewording(place, act, id, content) VALUES ('{index}', '{act}', {id}, {content});"


def _triggers() -> Iterator[str]:
    indexed: tuple[tuple[str, str, Index], ...] = (
        ("contents", "candidate", "candidate_words"),
        ("seeds", "id", "seed_words"),
        ("passages", "id", "passage_words"),
    )
    for table, id, index in indexed:
        out = _note(index, "out", f"old.{id}", "old.content")
        into = _note(index, "in", f"new.{id}", "new.content")
        yield f"{table}_insert AFTER INSERT ON main.{table} BEGIN {into} END"
        changed = "WHEN old.content IS NOT new.content"  # undo writes every column
        yield f"{table}_update AFTER UPDATE OF content ON main.{table} {changed} BEGIN {out} {into} END"
        yield f"{table}_delete AFTER DELETE ON main.{table} BEGIN {out} END"
    for event, when, row, old, new in (
        ("INSERT", "new.content IS NOT NULL", "new", "NULL", "new.content"),
        ("UPDATE OF content", "old.content IS NOT new.content", "new", "old.content", "new.content"),
        ("DELETE", "old.content IS NOT NULL", "old", "old.content", "NULL"),
    ):
        id = f"{row}.candidate"
        original = f"(SELECT content FROM contents WHERE candidate = {id})"
        out = _note("candidate_words", "out", id, f"coalesce({old}, {original})")
        into = _note("candidate_words", "in", id, f"coalesce({new}, {original})")
        name = f"reviews_{event.split(maxsplit=1)[0].lower()}"
        yield f"{name} AFTER {event} ON main.reviews WHEN {when} BEGIN {out} {into} END"


def keep_in_step(database: Database) -> None:
    """Have this connection note every change of a text."""
    database.run("CREATE TEMP TABLE rewording(seq INTEGER PRIMARY KEY, place TEXT, act TEXT, id INTEGER, content TEXT)")
    for trigger in _triggers():
        database.run(f"CREATE TEMP TRIGGER search_{trigger}")


def bring_in_step(database: Database) -> None:
    """Carry the changes of this transaction over into the index, and tell how far that is."""
    done, total = 0, database.value("SELECT count(*) FROM rewording")
    for (index,) in database.rows("SELECT DISTINCT place FROM rewording"):
        # A row that changed twice leaves with its first text and comes with its last; and in order of ids, for the
        # index writes its pages anew whenever an id is lower than the one before.
        for columns, marks, act, first in (
            (f"{index}, rowid, text", "'delete', ?, ?", "out", "min(seq)"),
            ("rowid, text", "?, ?", "in", "max(seq)"),
        ):
            for rows in database.stream(
                "SELECT id, content FROM "
                f"(SELECT id, content, act, {first} FROM rewording WHERE place = ? GROUP BY id) "
                "WHERE act = ? ORDER BY id",
                [index, act],
            ):
                entries = ((id, words(content)) for id, content in rows)
                database.many(f"INSERT INTO {index}({columns}) VALUES ({marks})", entries)
                done += len(rows)
                if database.tell is not None:
                    database.tell(done / total)
        database.run("DELETE FROM rewording WHERE place = ?", [index])


def retexted(database: Database) -> list[int]:
    """The candidates whose text this transaction has changed so far."""
    return [id for (id,) in database.rows("SELECT DISTINCT id FROM rewording WHERE place = 'candidate_words'")]


def rebuild(database: Database) -> None:
    """Cut every row into words again, inside an open transaction."""
    for index, texts in _INDEXED.items():
        database.run(f"INSERT INTO {index}({index}) VALUES ('delete-all')")
        for rows in database.stream(texts):
            database.many(
                f"INSERT INTO {index}(rowid, text) VALUES (?, ?)", ((id, words(content)) for id, content in rows)
            )
    database.run("UPDATE project SET words = ?", [RULE])
