"""The user's examples."""

from array import array
from collections.abc import Mapping, Sequence
from typing import Any, cast

from desktop.core.records import Instruction, Seed
from desktop.store import search
from desktop.store.connections import AMONG, Connections, these
from desktop.store.encoding import row_from_text

_COLUMNS = "id, content, task_type, language, extra, name, is_classification, origin"
_ORDERS: Mapping[str, str] = {
    "id": "id",
    "name": "name COLLATE NOCASE",
    "instruction": "json_extract(content, '$.instruction') COLLATE NOCASE",
    "task_type": "task_type COLLATE NOCASE",
    "language": "language",
    "is_classification": "is_classification",
    "origin": "origin COLLATE NOCASE",
}


class Seeds:
    """Reads seeds; they are written through the user's writer (`Edit.add_seeds` and its neighbours)."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def all(self) -> tuple[Seed, ...]:
        """Every seed, in id order."""
        return tuple(map(_seed, self._connections.here().rows(f"SELECT {_COLUMNS} FROM seeds ORDER BY id")))

    def page(self, after: int, limit: int) -> tuple[Seed, ...]:
        """Up to `limit` seeds with ids above `after`, in id order."""
        rows = self._connections.here().rows(
            f"SELECT {_COLUMNS} FROM seeds WHERE id > ? ORDER BY id LIMIT ?", [after, limit]
        )
        return tuple(map(_seed, rows))

    def get(self, ids: Sequence[int]) -> tuple[Seed, ...]:
        """These seeds in this order; ids that are not there are left out."""
        rows = self._connections.here().rows(f"SELECT {_COLUMNS} FROM seeds WHERE id {AMONG}", [these(ids)])
        found = {row[0]: _seed(row) for row in rows}
        return tuple(found[id] for id in ids if id in found)

    def ids(self, query: str = "", order: str = "id", descending: bool = False) -> "array[int]":
        """Ids of the seeds that hold the words of `query`.

        `order` is "id", "name", "instruction", "task_type", "language", "is_classification" or "origin".
        """
        direction = "DESC" if descending else "ASC"
        where, parameters = "", []
        if query.strip():
            where, parameters = f"WHERE {search.found_in('seed_words')}", [search.match(query)]
            if not parameters[0]:
                return array("q")
        return self._connections.here().ids(
            f"SELECT id FROM seeds {where} ORDER BY {_ORDERS[order]} {direction}, id {direction}", parameters
        )

    def count(self) -> int:
        """How many seeds there are."""
        count: int = self._connections.here().value("SELECT count(*) FROM seeds")
        return count


def _seed(columns: Sequence[Any]) -> Seed:
    id, content, task_type, language, extra, name, is_classification, origin = columns
    row = cast(Instruction, row_from_text("instruction", content, task_type, language, extra))
    return Seed(id, row, name, None if is_classification is None else bool(is_classification), origin)
