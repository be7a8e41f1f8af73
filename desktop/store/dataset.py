"""The rows that leave, each with where it comes from."""

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from desktop.core.records import Candidate, Example, Json, Review, Row, Run, Verdict
from desktop.store.candidates import standing_of
from desktop.store.connections import AMONG, Connections, Database, these
from desktop.store.reviews import reviews_of
from desktop.store.run_records import runs_of
from desktop.store.verdicts import verdicts_of

_LEAVING = {False: "SELECT id FROM dataset", True: "SELECT id FROM dataset UNION ALL SELECT id FROM undecided"}
_AT_ONCE = 500


class Dataset:
    """The accepted rows; with `unreviewed` also the passing ones that were neither accepted nor rejected."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def count(self, unreviewed: bool = False) -> int:
        """How many rows would leave."""
        count: int = self._connections.here().value(f"SELECT count(*) FROM ({_LEAVING[unreviewed]})")
        return count

    def ids(self, unreviewed: bool = False, limit: int | None = None) -> "array[int]":
        """The ids of the rows that leave, in their order; the first `limit` of them where it is given."""
        database = self._connections.here()
        sql = f"{_LEAVING[unreviewed]} ORDER BY id"
        if database.value("SELECT 1 FROM selected"):
            sql = f"SELECT id FROM ({_LEAVING[unreviewed]}) JOIN selected USING (id) ORDER BY position, id"
        return database.ids(f"{sql} LIMIT ?", [-1 if limit is None else limit])

    def rows(self, unreviewed: bool = False, limit: int | None = None) -> Iterator[Example]:
        """The rows that leave, in id order (in the selection's order where one is active), provenance filled.

        Which rows they are is settled when the first is asked for. Provenance holds: candidate, family, run, method,
        model, fingerprint, prompts_hash, options, sampling, random_seed (the item's), item (its ordinal), record (what
        its method noted), parents, filters (those it passed: id → value, or true where none was measured), failed
        (ids; the user let the row in all the same, or they are switched off), decision, edited, origin.
        """
        ids = self.ids(unreviewed, limit)
        for start in range(0, len(ids), _AT_ONCE):
            with self._connections.reading() as database:
                some = _examples(database, ids[start : start + _AT_ONCE])
            yield from some


def _examples(database: Database, ids: "array[int]") -> list[Example]:
    wanted = these(ids)
    candidates = standing_of(database, wanted)
    verdicts = verdicts_of(database, wanted)
    reviews = reviews_of(database, wanted)
    runs = runs_of(database, (candidate.run for candidate in candidates.values()))
    items = _items_of(database, candidates)
    splits: dict[int, str] = dict(database.rows(f"SELECT id, split FROM selected WHERE id {AMONG}", [wanted]))
    return [
        Example(
            id,
            _without_record(candidate := candidates[id]),
            _of_candidate(candidate, reviews.get(id))
            | _of_run(runs.get(candidate.run or 0), items.get(candidate.item or 0), candidate.row)
            | _of_filters(verdicts.get(id, {})),
            splits.get(id, ""),
        )
        for id in ids
        if id in candidates
    ]


def _items_of(database: Database, candidates: Mapping[int, Candidate]) -> Mapping[int, tuple[int, int]]:
    wanted = these({candidate.item for candidate in candidates.values() if candidate.item is not None})
    rows: list[tuple[Any, ...]] = database.rows(
        f"SELECT id, ordinal, random_seed FROM items WHERE id {AMONG}", [wanted]
    )
    return {id: (ordinal, random_seed) for id, ordinal, random_seed in rows}


def _without_record(candidate: Candidate) -> Row:
    """What leaves of a row. `extra` of an imported one is columns to write back; of a generated one it is what its
    method noted, which no trainer should read: provenance has it, as `record`."""
    return candidate.row if candidate.run is None else replace(candidate.row, extra={})


def _of_candidate(candidate: Candidate, review: Review | None) -> dict[str, Json]:
    return {
        "candidate": candidate.id,
        "family": candidate.family,
        "parents": [{"stage": parent.stage, "id": parent.id} for parent in candidate.parents],
        "origin": candidate.origin,
        "decision": None if review is None else review.decision,
        "edited": review is not None and review.row is not None,
    }


def _of_run(run: Run | None, item: tuple[int, int] | None, row: Row) -> dict[str, Json]:
    if run is None:
        return {}
    return {
        "run": run.id,
        "method": run.method,
        "model": run.model,
        "fingerprint": run.fingerprint,
        "prompts_hash": run.prompts_hash,
        "options": run.options,
        "sampling": run.sampling,
        "item": None if item is None else item[0],
        "random_seed": None if item is None else item[1],
        "record": row.extra,
    }


def _of_filters(verdicts: Mapping[str, Verdict]) -> dict[str, Json]:
    passed = {filter: verdict for filter, verdict in verdicts.items() if verdict.passed}
    return {
        "filters": {filter: True if verdict.value is None else verdict.value for filter, verdict in passed.items()},
        "failed": sorted(verdicts.keys() - passed.keys()),
    }
