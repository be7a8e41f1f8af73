"""Which rows are how alike, as the filters that depend on order stored it."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop.core.records import Ref
from desktop.store.connections import Connections, these
from desktop.store.measures import column_of
from desktop.store.reviews import overruled_of

_STANDING = "coalesce((SELECT edition FROM reviews WHERE reviews.candidate = likenesses.candidate), 0)"


@dataclass(frozen=True, slots=True)
class Pairs:
    """Every stored pair of one filter, column by column. A seed's id stands below zero."""

    candidates: "array[int]"  # ascending
    twins: "array[int]"
    values: "array[float]"


def ref_of(id: int) -> Ref:
    """The seed or candidate that an id of `Pairs` means."""
    return Ref("candidate", id) if id > 0 else Ref("seed", -id)


class Likenesses:
    """Pairs of rows at or above the floor, of texts as they stand."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def pairs(self, filter_id: str, floor: float = 0.0) -> Pairs:
        """Every pair of the filter that is at least `floor` alike."""
        found = Pairs(array("q"), array("q"), array("d"))
        for rows in self._connections.here().stream(
            "SELECT candidate, CASE stage WHEN 'seed' THEN -twin ELSE twin END, value FROM likenesses "
            f"WHERE filter = ? AND value >= ? AND edition = {_STANDING} "
            "ORDER BY candidate",
            [filter_id, floor],
        ):
            found.candidates.extend([candidate for candidate, _twin, _value in rows])
            found.twins.extend([twin for _candidate, twin, _value in rows])
            found.values.extend([value for _candidate, _twin, value in rows])
        return found

    def kept(self, filter_id: str, ids: Sequence[int]) -> Mapping[int, bool]:
        """Whether each of these rows stands as far as this filter is concerned: it passed, or was overruled."""
        wanted = these(ids)
        with self._connections.reading() as database:
            column = column_of(database, filter_id)  # of all rows, for reading thousands of verdicts takes longer
            overruled = overruled_of(database, wanted)
        passed = dict(zip(column.ids.tolist(), column.passed.tolist(), strict=True))
        return {id: passed[id] or filter_id in overruled.get(id, ()) for id in ids if id in passed}
