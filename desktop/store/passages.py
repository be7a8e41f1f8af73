"""Passages: the stretches of sources that runs start from."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from desktop.core.records import JsonObject, Passage, PassageForm
from desktop.store import search
from desktop.store.connections import AMONG, Connections, Database, these
from desktop.store.encoding import dumps, object_from_text, plain

_COLUMNS = "id, source, form, page, first, last, content, excluded"
_INSERT = "INSERT INTO passages(source, form, page, first, last, content, excluded) VALUES (?, ?, ?, ?, ?, ?, ?)"
_READING = "source, first, id"


class Passages:
    """Reads passages; they come with their source (`Sources.store`), and are changed through the user's writer."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def get(self, ids: Sequence[int]) -> tuple[Passage, ...]:
        """These passages in this order; ids that are not there are left out."""
        rows = self._connections.here().rows(f"SELECT {_COLUMNS} FROM passages WHERE id {AMONG}", [these(ids)])
        found = {row[0]: _passage(row) for row in rows}
        return tuple(found[id] for id in ids if id in found)

    def ids(
        self,
        *,
        source: int | None = None,
        excluded: bool | None = None,
        forms: Sequence[PassageForm] = (),
        query: str = "",
    ) -> "array[int]":
        """Ids in reading order: of one source or all, excluded or not, of some forms or all, that hold the words."""
        where, parameters = _condition(source, excluded, forms)
        if query.strip():
            if not (words := search.match(query)):
                return array("q")
            where, parameters = f"{where} AND {search.found_in('passage_words')}", [*parameters, words]
        return self._connections.here().ids(f"SELECT id FROM passages WHERE {where} ORDER BY {_READING}", parameters)

    def page(self, after: int, limit: int) -> tuple[Passage, ...]:
        """Up to `limit` passages with ids above `after`, in id order."""
        rows = self._connections.here().rows(
            f"SELECT {_COLUMNS} FROM passages WHERE id > ? ORDER BY id LIMIT ?", [after, limit]
        )
        return tuple(map(_passage, rows))

    def first_of(self, source: int, limit: int) -> tuple[Passage, ...]:
        """The first passages of a source, in reading order."""
        rows = self._connections.here().rows(
            f"SELECT {_COLUMNS} FROM passages WHERE source = ? ORDER BY {_READING} LIMIT ?", [source, limit]
        )
        return tuple(map(_passage, rows))

    def count(self, *, source: int | None = None, excluded: bool | None = None) -> int:
        """How many there are."""
        where, parameters = _condition(source, excluded, ())
        count: int = self._connections.here().value(f"SELECT count(*) FROM passages WHERE {where}", parameters)
        return count


def insert_passages(database: Database, source: int, passages: Iterable[Passage]) -> None:
    """Store passages as those of a source; their own ids and sources do not matter."""
    database.many(_INSERT, (_columns(source, passage) for passage in passages))


def replace_prose(database: Database, source: int, passages: Iterable[Passage]) -> None:
    """Other passages of a source's prose; one that is the same keeps its id, and the user's exclusions their place."""
    rows = database.rows(f"SELECT {_COLUMNS} FROM passages WHERE source = ? AND form = 'prose'", [source])
    old = [_passage(row) for row in rows]
    there = {(each.first, each.last, each.text, each.heading, each.aside): each.id for each in old}
    by_hand = _Stretches([each for each in old if each.excluded and not each.aside])
    new: list[Passage] = []
    for passage in passages:
        same = there.pop((passage.first, passage.last, passage.text, passage.heading, passage.aside), None)
        if same is None:
            new.append(passage)
    database.run(f"DELETE FROM passages WHERE id {AMONG}", [these(there.values())])
    database.many(_INSERT, (_columns(source, each, out=by_hand.hold_most_of(each)) for each in new))


class _Stretches:
    """Passages of one text, none within another, to be asked what lies in them."""

    def __init__(self, passages: Iterable[Passage]) -> None:
        ends = sorted((each.first, each.last) for each in passages)
        self._firsts, self._lasts = [first for first, _last in ends], [last for _first, last in ends]

    def hold_most_of(self, passage: Passage) -> bool:
        """Whether more than half of a passage lies in them."""
        from_, to = bisect_right(self._lasts, passage.first), bisect_left(self._firsts, passage.last)
        ends = zip(self._firsts[from_:to], self._lasts[from_:to], strict=True)
        shared = sum(min(passage.last, last) - max(passage.first, first) for first, last in ends)
        return 2 * shared > passage.last - passage.first > 0


def _condition(source: int | None, excluded: bool | None, forms: Sequence[PassageForm]) -> tuple[str, list[Any]]:
    conditions: list[tuple[str, Any]] = []
    if source is not None:
        conditions.append(("source = ?", source))
    if excluded is not None:
        conditions.append(("excluded = ?", excluded))
    if forms:
        conditions.append(("form IN (SELECT value FROM json_each(?))", dumps(list(forms))))
    return " AND ".join(sql for sql, _value in conditions) or "1", [value for _sql, value in conditions]


def _columns(source: int, passage: Passage, *, out: bool = False) -> tuple[Any, ...]:
    content: JsonObject = {
        "text": passage.text,
        **({"heading": passage.heading} if passage.heading else {}),
        **({"columns": passage.columns} if passage.columns else {}),
        **({"aside": passage.aside} if passage.aside else {}),
    }
    excluded = passage.excluded or out
    return source, passage.form, passage.page, passage.first, passage.last, plain(dumps(content)), excluded


def _passage(columns: Sequence[Any]) -> Passage:
    id, source, form, page, first, last, stored, excluded = columns
    content: Any = object_from_text(stored)
    return Passage(
        id,
        source,
        str(content.get("text", "")),
        form,
        page,
        first,
        last,
        str(content.get("heading", "")),
        content.get("columns", {}),
        bool(excluded),
        str(content.get("aside", "")),
    )


def in_batches(passages: Iterable[Passage], size: int) -> Iterator[list[Passage]]:
    """Passages, some at a time."""
    batch: list[Passage] = []
    for passage in passages:
        batch.append(passage)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
