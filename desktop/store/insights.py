"""What Insights reads of all candidates at once, column by column."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.core.records import JsonObject
from desktop.store.connections import Connections, Database
from desktop.store.encoding import dumps, object_from_text
from desktop.store.measures import any_value, column_of, filters_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Editions:
    """Every candidate in id order: which text of it stands, and the run that made it (0: imported)."""

    ids: "array[int]"
    editions: "array[int]"
    runs: "array[int]"


class Insights:
    """Holds no text, and changes nothing that the user made."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def editions(self) -> Editions:
        """Which texts there are, to see which of them have not been looked at."""
        found = Editions(array("q"), array("q"), array("q"))
        for rows in self._connections.here().stream(
            "SELECT id, coalesce(edition, 0), coalesce(run, 0) FROM candidates "
            "LEFT JOIN reviews ON reviews.candidate = id ORDER BY id"
        ):
            found.ids.extend([id for id, _edition, _run in rows])
            found.editions.extend([edition for _id, edition, _run in rows])
            found.runs.extend([run for _id, _edition, run in rows])
        return found

    def values(self, filter_id: str) -> "tuple[NDArray[np.int64], NDArray[np.float64]]":
        """What a filter measured on texts as they stand: candidates in id order, each with its value."""
        import numpy as np

        with self._connections.reading() as database:
            column = column_of(database, filter_id)
        there = ~np.isnan(column.values)
        return column.ids[there], column.values[there]

    def measured(self) -> tuple[str, ...]:
        """The filters that have measured a value of some candidate."""
        with self._connections.reading() as database:
            rows = database.rows("SELECT DISTINCT filter FROM verdicts INDEXED BY verdicts_of_filter")
            filters = sorted({filter for (filter,) in rows} | set(filters_of(database)))
            return tuple(filter for filter in filters if _has_value(database, filter) or any_value(database, filter))

    def compared(self) -> tuple[str, ...]:
        """The filters that have stored which rows are alike."""
        rows = self._connections.here().rows("SELECT DISTINCT filter FROM likenesses ORDER BY filter")
        return tuple(filter for (filter,) in rows)

    def keep(self, seen: JsonObject) -> None:
        """Store a batch of what was seen of texts."""
        with self._connections.writing() as database:
            database.run("INSERT INTO looks(seen) VALUES (?)", [dumps(seen)])

    def kept(self) -> Iterator[JsonObject]:
        """The batches that were stored, oldest first."""
        for rows in self._connections.here().stream("SELECT seen FROM looks ORDER BY id", at_once=1):
            yield from (object_from_text(seen) for (seen,) in rows)

    def accepted(self) -> "array[int]":
        """The candidates that the user accepted, in id order."""
        return self._connections.here().ids("SELECT candidate FROM reviews WHERE decision = 'accepted' ORDER BY 1")


def _has_value(database: Database, filter_id: str) -> bool:
    """Whether a verdict that is a row of its own says a value; stops at the first."""
    sql = "SELECT EXISTS (SELECT 1 FROM verdicts INDEXED BY verdicts_of_filter WHERE filter = ? AND value IS NOT NULL)"
    return bool(database.value(sql, [filter_id]))
