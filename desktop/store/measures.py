"""What filters measured of the rows that they let pass, in blocks of candidates.

A verdict that passes says its value alone, so it needs no row of its own: each filter has a number for every
candidate, and a block of them is one blob. Of 1,000,000 rows a filter's numbers are 8 MB, and read as such.
A verdict that says more (it failed, proposes a fix, is a model's, or is of an edited text) is a row of `verdicts`, and
beats the number that may stand here.
"""

import struct
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isnan, nan
from typing import TYPE_CHECKING, TypeAlias

from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.store.connections import Database

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BLOCK = 250
"""Candidates of a block: two blobs of their numbers fill a page of the file."""

_WIDTH = 8  # bytes of a number: little-endian double; a NaN is a verdict without a value
_NO_VERDICT = -1  # the bits of a number, read as a whole one: a NaN that no arithmetic makes
_NOTHING = _NO_VERDICT.to_bytes(_WIDTH, "little", signed=True)
_PUT = (
    "INSERT INTO measured(filter, block, numbers) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET numbers = excluded.numbers"
)

Said: TypeAlias = Mapping[int, float | None]
"""What one filter let pass: its value by candidate, None where it has none."""


@dataclass(frozen=True, slots=True)
class Column:
    """What a filter said of every text as it stands, in id order."""

    ids: "NDArray[np.int64]"
    values: "NDArray[np.float64]"  # NaN: none
    passed: "NDArray[np.bool_]"


def put(database: Database, said: Mapping[str, Said], unsaid: Mapping[str, Iterable[int]]) -> None:
    """Keep what filters measured of texts as they came, and forget what they measured of the candidates `unsaid`."""
    import numpy as np

    changes: list[tuple[str, int, bytes]] = []
    for filter in {**said, **unsaid}:
        values, silent = said.get(filter, {}), list(unsaid.get(filter, ()))
        blocks, places = np.divmod(np.array([*values, *silent], np.int64), BLOCK)
        measured = np.array([nan if value is None else value for value in values.values()], "<f8")
        numbers = np.concatenate([measured.view("<i8"), np.full(len(silent), _NO_VERDICT, "<i8")])
        for block in np.unique(blocks).tolist():
            here = blocks == block
            changed = _numbers_of(database, filter, block)
            changed[places[here]] = numbers[here]
            changes.append((filter, block, changed.tobytes()))
    database.many(_PUT, changes)


def slots(database: Database, ids: str, filter_id: str | None = None) -> list[tuple[int, str, float | None]]:
    """Candidate, filter and value of what passed of these texts as they came (ids as `these` writes them)."""
    rows = database.rows(
        f"SELECT wanted.value, filter, substr(numbers, 1 + {_WIDTH} * (wanted.value % {BLOCK}), {_WIDTH}) AS number "
        f"FROM json_each(?1) AS wanted CROSS JOIN measured ON block = wanted.value / {BLOCK} "
        "WHERE (?2 IS NULL OR filter = ?2) AND number <> ?3",
        [ids, filter_id, _NOTHING],
    )
    return [(candidate, filter, _value(number)) for candidate, filter, number in rows]


def column_of(database: Database, filter_id: str) -> Column:
    """What a filter said, read at one moment where the caller has a transaction open."""
    import numpy as np

    ids, values = _passed_as_they_came(database, filter_id)
    told, measured, passing = array("q"), array("d"), array("b")
    for rows in database.stream(
        "SELECT candidate, value, passed FROM verdicts INDEXED BY verdicts_of_filter WHERE filter = ? AND edition = "
        "coalesce((SELECT edition FROM reviews WHERE reviews.candidate = verdicts.candidate), 0) ORDER BY candidate",
        [filter_id],
    ):
        told.extend([candidate for candidate, _value, _passed in rows])
        measured.extend([nan if value is None else value for _candidate, value, _passed in rows])
        passing.extend([passed for _candidate, _value, passed in rows])
    if not told:
        return Column(ids, values, np.ones(len(ids), np.bool_))
    own = np.array(told, np.int64)
    silent = ~np.isin(ids, own, assume_unique=True)
    ids = np.concatenate([ids[silent], own])
    order = np.argsort(ids, kind="stable")
    return Column(
        ids[order],
        np.concatenate([values[silent], np.array(measured, np.float64)])[order],
        np.concatenate([np.ones(int(silent.sum()), np.bool_), np.array(passing, np.bool_)])[order],
    )


def filters_of(database: Database) -> list[str]:
    """The filters of which a number is kept."""
    return [filter for (filter,) in database.rows("SELECT DISTINCT filter FROM measured ORDER BY filter")]


def any_value(database: Database, filter_id: str) -> bool:
    """Whether a filter measured a value of any candidate that it let pass; stops at the first."""
    import numpy as np

    blocks = database.stream("SELECT numbers FROM measured WHERE filter = ?", [filter_id], at_once=8)
    return any(
        bool((~np.isnan(np.frombuffer(numbers[: len(numbers) // _WIDTH * _WIDTH], "<f8"))).any())
        for rows in blocks
        for (numbers,) in rows
    )


def clear(database: Database, filter_ids: Iterable[str]) -> None:
    """Forget all that these filters measured."""
    database.many("DELETE FROM measured WHERE filter = ?", [(filter,) for filter in filter_ids])


HAS_NUMBER = (
    f"EXISTS (SELECT 1 FROM measured WHERE measured.filter = ? AND measured.block = shown.id / {BLOCK} "
    f"AND substr(measured.numbers, 1 + {_WIDTH} * (shown.id % {BLOCK}), {_WIDTH}) <> x'{_NOTHING.hex()}')"
)
"""SQL: whether a filter has let the text of `shown.id` pass as it came."""


def _numbers_of(database: Database, filter: str, block: int) -> "NDArray[np.int64]":
    """The numbers of a block as they are stored, to be changed."""
    import numpy as np

    stored = database.value("SELECT numbers FROM measured WHERE filter = ? AND block = ?", [filter, block])
    if stored is None:
        return np.full(BLOCK, _NO_VERDICT, "<i8")
    if len(stored) != BLOCK * _WIDTH:
        raise _damaged()
    return np.frombuffer(stored, "<i8").copy()


def _passed_as_they_came(database: Database, filter_id: str) -> "tuple[NDArray[np.int64], NDArray[np.float64]]":
    """Candidates that stand as they came and that the filter let pass, with its values."""
    import numpy as np

    rows = database.rows("SELECT block, numbers FROM measured WHERE filter = ? ORDER BY block", [filter_id])
    if any(len(numbers) != BLOCK * _WIDTH for _block, numbers in rows):
        raise _damaged()
    values = np.frombuffer(b"".join([numbers for _block, numbers in rows]), "<f8")
    blocks = np.array([block for block, _numbers in rows], np.int64)
    ids = (blocks[:, None] * BLOCK + np.arange(BLOCK)).ravel()
    there = values.view("<i8") != _NO_VERDICT
    if edited := database.ids("SELECT candidate FROM reviews WHERE edition > 0"):
        there &= ~np.isin(ids, np.array(edited, np.int64))
    ids, values = ids[there], values[there]
    there = _still_there(database, ids)
    return ids[there], values[there]


def _still_there(database: Database, ids: "NDArray[np.int64]") -> "NDArray[np.bool_]":
    """Which candidates were not removed; their numbers stay, for an id is never given twice."""
    import numpy as np

    # Each by itself, for only so does SQLite take the ends from the index and count by pages.
    count, first, last = (
        database.value(f"SELECT {what} FROM candidates") for what in ("count(*)", "min(id)", "max(id)")
    )
    if count and count == last - first + 1:
        inside: NDArray[np.bool_] = (ids >= first) & (ids <= last)
        return inside
    there: NDArray[np.bool_] = np.isin(ids, np.array(database.ids("SELECT id FROM candidates"), np.int64))
    return there


def _value(number: bytes) -> float | None:
    if len(number) != _WIDTH:
        raise _damaged()
    value: float = struct.unpack("<d", number)[0]
    return None if isnan(value) else value


def _damaged() -> UserError:
    return UserError(
        _("What the filters measured is damaged in this project file."),
        _("Open a backup of the file, or judge its rows again."),
    )
