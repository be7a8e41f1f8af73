"""Which rows are how alike, as the filters that depend on order stored it."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop.store.connections import AMONG, Connections, these

_STANDING = "coalesce((SELECT edition FROM reviews WHERE reviews.candidate = {table}.candidate), 0)"


@dataclass(frozen=True, slots=True)
class Pairs:
    """Every stored pair of one filter, column by column. A seed's id stands below zero."""

    candidates: "array[int]"  # ascending
    twins: "array[int]"
    values: "array[float]"


class Likenesses:
    """Pairs of rows at or above the floor, of texts as they stand."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def judged(self, filter_id: str) -> "tuple[array[int], array[float], bytes]":
        """The rows that the filter has judged, in id order, with its value (NaN: none) and 1 or 0 for passed or not."""
        ids, values, passed = array("q"), array("d"), bytearray()
        for rows in self._connections.here().stream(
            "SELECT candidate, value, passed FROM verdicts INDEXED BY verdicts_by_value "
            f"WHERE filter = ? AND edition = {_STANDING.format(table='verdicts')} ORDER BY candidate",
            [filter_id],
        ):
            ids.extend([id for id, _value, _passed in rows])
            values.extend([float("nan") if value is None else value for _id, value, _passed in rows])
            passed.extend([passed for _id, _value, passed in rows])
        return ids, values, bytes(passed)

    def pairs(self, filter_id: str, floor: float = 0.0) -> Pairs:
        """Every pair of the filter that is at least `floor` alike."""
        found = Pairs(array("q"), array("q"), array("d"))
        for rows in self._connections.here().stream(
            "SELECT candidate, CASE stage WHEN 'seed' THEN -twin ELSE twin END, value FROM likenesses "
            f"WHERE filter = ? AND value >= ? AND edition = {_STANDING.format(table='likenesses')} "
            "ORDER BY candidate",
            [filter_id, floor],
        ):
            found.candidates.extend([candidate for candidate, _twin, _value in rows])
            found.twins.extend([twin for _candidate, twin, _value in rows])
            found.values.extend([value for _candidate, _twin, value in rows])
        return found

    def kept(self, filter_id: str, ids: Sequence[int]) -> Mapping[int, bool]:
        """Whether each of these rows stands as far as this filter is concerned: it passed, or was overruled."""
        rows = self._connections.here().rows(
            "SELECT candidate, passed OR EXISTS (SELECT 1 FROM overrules WHERE overrules.candidate = "
            "verdicts.candidate AND overrules.filter = verdicts.filter AND overrules.edition = verdicts.edition) "
            f"FROM verdicts WHERE candidate {AMONG} AND filter = ? "
            f"AND edition = {_STANDING.format(table='verdicts')}",
            [these(ids), filter_id],
        )
        return {candidate: bool(kept) for candidate, kept in rows}
