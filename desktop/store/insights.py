"""What Insights reads of all candidates at once, column by column."""

from array import array
from dataclasses import dataclass

from desktop.store.connections import Connections

_STANDING = "coalesce((SELECT edition FROM reviews WHERE reviews.candidate = {id}), 0)"


@dataclass(frozen=True, slots=True)
class Editions:
    """Every candidate in id order: which text of it stands, and the run that made it (0: imported)."""

    ids: "array[int]"
    editions: "array[int]"
    runs: "array[int]"


class Insights:
    """Reads only; nothing here holds a text."""

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

    def values(self, filter_id: str) -> "tuple[array[int], array[float]]":
        """What a filter measured on texts as they stand: candidates in id order, each with its value."""
        ids, values = array("q"), array("d")
        for rows in self._connections.here().stream(
            "SELECT candidate, value FROM verdicts INDEXED BY verdicts_by_value "
            f"WHERE filter = ? AND value IS NOT NULL AND edition = {_STANDING.format(id='verdicts.candidate')} "
            "ORDER BY candidate",
            [filter_id],
        ):
            ids.extend([id for id, _value in rows])
            values.extend([value for _id, value in rows])
        return ids, values

    def measured(self) -> tuple[str, ...]:
        """The filters that have measured a value of some candidate."""
        rows = self._connections.here().rows(
            "SELECT DISTINCT filter FROM verdicts INDEXED BY verdicts_by_value WHERE value IS NOT NULL ORDER BY filter"
        )
        return tuple(filter for (filter,) in rows)

    def compared(self) -> tuple[str, ...]:
        """The filters that have stored which rows are alike."""
        rows = self._connections.here().rows("SELECT DISTINCT filter FROM likenesses ORDER BY filter")
        return tuple(filter for (filter,) in rows)

    def accepted(self) -> "array[int]":
        """The candidates that the user accepted, in id order."""
        rows = self._connections.here().rows("SELECT candidate FROM reviews WHERE decision = 'accepted' ORDER BY 1")
        return array("q", (id for (id,) in rows))
