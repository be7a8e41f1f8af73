"""Candidates in the order of what a filter measured of them."""

from array import array
from dataclasses import replace
from typing import TYPE_CHECKING

from desktop.store.connections import Database, these
from desktop.store.measures import Column, column_of
from desktop.store.show import Show, among_of, query_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_FIRST = 1_000  # ids that are looked at to begin with; most pages are filled by them
_GROWTH = 8
_LOOKS = 3  # after so many the whole stage is read


def ids_by_value(database: Database, show: Show, limit: int | None) -> "array[int]":
    """The ids that `show` asks for, by the value of its filter or by how near to `near` that is."""
    column = column_of(database, show.filter)
    ordered = column.ids[_order(show, column, _may_pass(database, show, column))]
    if show.stage == "all" and not (show.run is not None or show.kind or show.query.strip()):
        return array("q", ordered[:limit].tolist())
    # The filter is in the order already, and need not be asked for every row; "dropped" means dropped by it.
    wanted = show if show.stage == "dropped" else replace(show, filter="")
    found = array("q")
    start, size = 0, _FIRST
    for _look in range(_LOOKS):
        if limit is None or len(found) >= limit or start >= len(ordered):
            break
        some = ordered[start : start + size].tolist()
        if (query := among_of(wanted, these(some))) is None:
            return array("q")
        there = set(database.ids(query.sql, query.parameters))
        found.extend(id for id in some if id in there)
        start, size = start + size, size * _GROWTH
    if (limit is None or len(found) < limit) and start < len(ordered):
        found.extend(_in_stage(database, wanted, ordered[start:]).tolist())
    return found[:limit]


def _may_pass(database: Database, show: Show, column: Column) -> "NDArray[np.bool_]":
    """Which rows the filter itself does not drop, so that no others are looked at for passing ones past the cut."""
    import numpy as np

    switched_on = database.value("SELECT enabled FROM chain WHERE filter = ?", [show.filter])
    if not switched_on:
        return np.ones(len(column.ids), np.bool_)
    overruled = database.ids("SELECT candidate FROM overrules WHERE filter = ?", [show.filter])
    return column.passed | np.isin(column.ids, np.array(overruled, np.int64))


def _order(show: Show, column: Column, may_pass: "NDArray[np.bool_]") -> "NDArray[np.int64]":
    """The places of the column's rows that may be shown, in order."""
    import numpy as np

    there = np.ones(len(column.ids), np.bool_)
    if show.stage == "dropped":
        there = ~column.passed
    elif show.stage in ("passing", "unreviewed"):
        there = may_pass.copy()
    if show.near is not None:
        there &= ~np.isnan(column.values)
    places = np.flatnonzero(there)
    values = column.values[places]
    if show.near is not None:
        return places[np.argsort(np.abs(values - show.near), kind="stable")]
    order = np.argsort(np.where(np.isnan(values), -np.inf, values), kind="stable")  # rows without a value first
    return places[order[::-1] if show.descending else order]


def _in_stage(database: Database, show: Show, ids: "NDArray[np.int64]") -> "NDArray[np.int64]":
    import numpy as np

    query = query_of(replace(show, order="id", near=None))
    inside = database.ids(query.sql, query.parameters) if query else array("q")
    stage: NDArray[np.int64] = ids[np.isin(ids, np.array(inside, np.int64))]
    return stage
