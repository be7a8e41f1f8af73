"""What filters said of candidates.

A verdict that passes and says no more than its value is a number of measures.py; all others are rows here.
"""

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from math import isnan
from typing import Any, TypeAlias

from desktop.core.records import AskedModel, JsonObject, Likeness, Ref, Row, Verdict
from desktop.store import measures
from desktop.store.connections import AMONG, Connections, Database, these
from desktop.store.encoding import (
    dumps,
    evidence_to_text,
    fix_from_text,
    fix_to_text,
    object_from_text,
    reason_to_text,
    verdict_from_columns,
)
from desktop.store.measures import Column
from desktop.store.moments import Moments

Judged: TypeAlias = tuple[int, int, Mapping[str, Verdict]]
"""A candidate, the edition of its text, and what filters said of it."""

_INSERT = (
    "INSERT OR REPLACE INTO verdicts(candidate, filter, edition, passed, value, average, reason, evidence, fix) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_MARK = "judging"
_SET_MARK = "INSERT INTO settings(name, value) VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value"
_INSERT_LIKENESS = (
    "INSERT INTO likenesses(candidate, filter, edition, stage, twin, value) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT DO UPDATE SET value = max(value, excluded.value)"
)


_INSERT_MODEL = "INSERT OR IGNORE INTO models(model, fingerprint, asked) VALUES (?, ?, ?)"
_INSERT_JUDGED = (
    "INSERT OR REPLACE INTO judged(candidate, filter, edition, model) "
    "SELECT ?, ?, ?, id FROM models WHERE model = ? AND fingerprint = ? AND asked = ?"
)
# Rows with an answer that no filter of ?1 drops, and that a filter (?2) has not judged as they stand by a model (?3-5).
_TO_ASK = """
    SELECT candidate.id
    FROM candidates AS candidate LEFT JOIN reviews AS review ON review.candidate = candidate.id
    WHERE coalesce(review.answered, candidate.answered) = 1
      AND NOT EXISTS (
          SELECT 1 FROM failures
          WHERE failures.candidate = candidate.id AND failures.filter IN (SELECT value FROM json_each(?1))
      )
      AND NOT EXISTS (
          SELECT 1 FROM judged
          JOIN verdicts USING (candidate, filter, edition)
          JOIN models ON models.id = judged.model
          WHERE judged.candidate = candidate.id AND judged.filter = ?2
            AND judged.edition = coalesce(review.edition, 0)
            AND models.model = ?3 AND models.fingerprint = ?4 AND models.asked = ?5
      )
    ORDER BY candidate.id
"""


class Verdicts:
    """One verdict for each candidate, filter and edition of the candidate's text."""

    def __init__(self, connections: Connections, moments: Moments) -> None:
        self._connections = connections
        self._moments = moments

    def put(
        self,
        judgements: Iterable[tuple[int, Mapping[str, Verdict]]],
        as_of: int | None = None,
        chain: Collection[str] = (),
        batch: int = 1000,
        mark: JsonObject | None = None,
    ) -> None:
        """Store verdicts by candidate id on the text as it stands, in place of those that are there.

        What a filter of `chain` once said of a row, and says no more because the row falls before it now, is forgotten.
        With `as_of` (a `Candidates.moment` taken before the rows were read) a candidate whose text the user has
        changed since is passed over, for the verdict is of a text that is no more. So is one that is gone. `mark` says
        how far the judging is and is kept with the last of them; see `mark`.
        """
        waiting = iter(judgements)
        while some := list(islice(waiting, batch)):
            with self._connections.writing() as database:
                editions = dict(_editions_of(database, these(candidate for candidate, _verdicts in some)))
                now = [
                    (candidate, editions[candidate], verdicts)
                    for candidate, verdicts in some
                    if candidate in editions and (as_of is None or not self._moments.is_stale(candidate, as_of))
                ]
                _forget_likenesses(database, now, frozenset(chain))
                put_verdicts(database, now, frozenset(chain))
                if mark is not None:
                    database.run(_SET_MARK, [_MARK, dumps(mark)])

    def mark(self) -> JsonObject:
        """How far a judging of all rows came that was broken off; empty where none was."""
        stored = self._connections.here().value("SELECT value FROM settings WHERE name = ?", [_MARK])
        return {} if stored is None else object_from_text(stored)

    def unmark(self) -> None:
        """Forget the mark: every row was judged."""
        with self._connections.writing() as database:
            database.run("DELETE FROM settings WHERE name = ?", [_MARK])

    def judged(self, filter_id: str) -> Column:
        """What a filter said of every text as it stands, in id order."""
        with self._connections.reading() as database:
            return measures.column_of(database, filter_id)

    def decided(self, filter_id: str) -> Iterator[tuple[int, float, bool]]:
        """Candidate, value and whether it passed, of every text as it stands that a filter has measured."""
        column = self.judged(filter_id)
        rows = zip(column.ids.tolist(), column.values.tolist(), column.passed.tolist(), strict=True)
        return (row for row in rows if not isnan(row[1]))

    def decide(self, filter_id: str, decisions: Iterable[tuple[int, Verdict]], batch: int = 1000) -> None:
        """Put another decision, value, reason and evidence in place of what a filter said; likenesses stay."""
        waiting = iter(decisions)
        while some := list(islice(waiting, batch)):
            with self._connections.writing() as database:
                _decide(database, filter_id, some)

    def of(self, ids: Sequence[int]) -> Mapping[int, Mapping[str, Verdict]]:
        """The verdicts on the texts of these candidates as they stand, by candidate and filter."""
        with self._connections.reading() as database:
            return verdicts_of(database, these(ids))

    def to_ask(self, filter_id: str, by: AskedModel, after: Sequence[str]) -> "array[int]":
        """The rows that a model is still to judge, in id order.

        Those with an answer that none of the filters `after` which it works drops, and of whose text as it stands
        this filter has no verdict by this model, asked the same.
        """
        parameters = [dumps(list(after)), filter_id, by.model, by.fingerprint, by.asked]
        return self._connections.here().ids(_TO_ASK, parameters)

    def reasons_set_aside(self, filter_id: str, ids: Sequence[int]) -> Mapping[int, str]:
        """Why the user set aside what a filter said of these texts, as they stand; those without a word left out."""
        rows = self._connections.here().rows(
            "SELECT overrules.candidate, reason FROM overrules "
            "LEFT JOIN reviews ON reviews.candidate = overrules.candidate "
            f"WHERE overrules.filter = ? AND overrules.candidate {AMONG} AND reason <> '' "
            "AND overrules.edition = coalesce(reviews.edition, 0)",
            [filter_id, these(ids)],
        )
        return dict(rows)

    def fixes(self, filter_id: str) -> int:
        """Of how many texts, as they stand, a filter proposes another."""
        count: int = self._connections.here().value(
            "SELECT count(*) FROM verdicts AS verdict LEFT JOIN reviews AS review "
            "ON review.candidate = verdict.candidate WHERE verdict.filter = ? AND verdict.fix IS NOT NULL "
            "AND verdict.edition = coalesce(review.edition, 0)",
            [filter_id],
        )
        return count

    def proposed(self, filter_id: str) -> Iterator[tuple[int, Row]]:
        """Candidate and what a filter would have in its place, of every text as it stands that the filter fails."""
        for rows in self._connections.here().stream(
            "SELECT verdict.candidate, verdict.fix FROM verdicts AS verdict LEFT JOIN reviews AS review "
            "ON review.candidate = verdict.candidate WHERE verdict.filter = ? AND verdict.fix IS NOT NULL "
            "AND verdict.passed = 0 AND verdict.edition = coalesce(review.edition, 0) ORDER BY verdict.candidate",
            [filter_id],
        ):
            yield from ((candidate, fix_from_text(fix)) for candidate, fix in rows)

    def counts(self) -> Mapping[str, int]:
        """How many texts, as they stand, each filter has judged."""
        with self._connections.reading() as database:
            told = database.rows("SELECT DISTINCT filter FROM verdicts INDEXED BY verdicts_of_filter")
            filters = {filter for (filter,) in told} | set(measures.filters_of(database))
            judged = {filter: len(measures.column_of(database, filter).ids) for filter in sorted(filters)}
        return {filter: count for filter, count in judged.items() if count}

    def clear(self, filter_ids: Sequence[str]) -> None:
        """Forget everything that these filters said."""
        with self._connections.writing() as database:
            for table in ("verdicts", "judged", "likenesses"):
                database.many(f"DELETE FROM {table} WHERE filter = ?", [(filter,) for filter in filter_ids])
            measures.clear(database, filter_ids)


def put_verdicts(database: Database, judged: Sequence[Judged], chain: frozenset[str] = frozenset()) -> None:
    """Store verdicts of (candidate, edition) in place of those that are there.

    What a filter of `chain` once said of a row, and says no more, is forgotten.
    """
    _take_out(database, judged, chain)
    numbers: defaultdict[str, dict[int, float | None]] = defaultdict(dict)
    rows: list[tuple[int, str, int, Verdict]] = []
    alike: list[tuple[int, str, int, Likeness]] = []
    for candidate, edition, verdicts in judged:
        for filter, verdict in verdicts.items():
            if verdict.passed and not edition and verdict.fix is None and verdict.by is None:
                numbers[filter][candidate] = verdict.value
            else:
                rows.append((candidate, filter, edition, verdict))
            if verdict.likenesses:
                alike += [(candidate, filter, edition, each) for each in verdict.likenesses]
    unsaid = defaultdict(
        list,
        {
            filter: [candidate for candidate, edition, said in judged if not edition and filter not in said]
            for filter in chain
        },
    )
    for candidate, filter, edition, _verdict in rows:
        if not edition:
            unsaid[filter].append(candidate)  # what it says now is a row
    measures.put(database, numbers, unsaid)
    database.many(_INSERT_LIKENESS, ((*key, each.twin.stage, each.twin.id, each.value) for *key, each in alike))
    database.many(_INSERT, (_columns(*row) for row in rows))
    asked = [(candidate, filter, edition, by) for candidate, filter, edition, said in rows if (by := said.by)]
    if asked:
        database.many(_INSERT_MODEL, {(by.model, by.fingerprint, by.asked) for *_key, by in asked})
        database.many(_INSERT_JUDGED, ((*key, by.model, by.fingerprint, by.asked) for *key, by in asked))


def _take_out(database: Database, judged: Sequence[Judged], chain: frozenset[str]) -> None:
    """Take out the rows of these filters, and of those of the chain, on these texts."""
    now = {candidate: (edition, verdicts) for candidate, edition, verdicts in judged}
    stored = database.rows(f"SELECT candidate, filter, edition FROM verdicts WHERE candidate {AMONG}", [these(now)])
    old = [key for key in stored if key[2] == now[key[0]][0] and (key[1] in chain or key[1] in now[key[0]][1])]
    for table in ("verdicts", "judged"):
        database.many(f"DELETE FROM {table} WHERE candidate = ? AND filter = ? AND edition = ?", old)


def _forget_likenesses(database: Database, judged: Sequence[Judged], chain: frozenset[str]) -> None:
    """Take out the likenesses that the filters stored of these texts."""
    wanted = these(candidate for candidate, _edition, _verdicts in judged)
    alike = {
        id for (id,) in database.rows(f"SELECT DISTINCT candidate FROM likenesses WHERE candidate {AMONG}", [wanted])
    }
    stored = [
        (candidate, filter, edition)
        for candidate, edition, verdicts in judged
        if candidate in alike
        for filter in chain | verdicts.keys()
    ]
    database.many("DELETE FROM likenesses WHERE candidate = ? AND filter = ? AND edition = ?", stored)


def _decide(database: Database, filter_id: str, decisions: Sequence[tuple[int, Verdict]]) -> None:
    """Another decision of a filter on texts that it has judged; the model's name stays, and the fix of a rule.

    What asks a model proposes a fix for what fails.
    """
    wanted = these(candidate for candidate, _verdict in decisions)
    editions = dict(_editions_of(database, wanted))
    before = {candidate: said[filter_id] for candidate, said in verdicts_of(database, wanted, filter_id).items()}
    put_verdicts(
        database,
        [
            (candidate, editions[candidate], {filter_id: _decided_anew(verdict, old)})
            for candidate, verdict in decisions
            if (old := before.get(candidate)) is not None
        ],
    )


def _decided_anew(verdict: Verdict, old: Verdict) -> Verdict:
    fix = None if verdict.passed and old.by is not None else old.fix
    return replace(verdict, fix=fix, by=old.by, average=old.average)


def verdicts_of(database: Database, ids: str, filter_id: str | None = None) -> Mapping[int, Mapping[str, Verdict]]:
    """The verdicts on candidates as they stand (their ids as `these` writes them), by candidate and filter.

    Of one filter alone where it is named.
    """
    likenesses: dict[tuple[int, str], list[Likeness]] = {}
    for candidate, filter, stage, twin, value in _current(database, "likenesses", "stage, twin, value", ids, filter_id):
        likenesses.setdefault((candidate, filter), []).append(Likeness(Ref(stage, twin), value))
    alike = {key: tuple(sorted(found, key=lambda each: -each.value)) for key, found in likenesses.items()}
    asked = {
        (candidate, filter): AskedModel(*model)
        for candidate, filter, *model in database.rows(
            "SELECT judged.candidate, filter, models.model, fingerprint, asked "
            "FROM judged JOIN models ON models.id = judged.model "
            "LEFT JOIN reviews ON reviews.candidate = judged.candidate "
            f"WHERE judged.candidate {AMONG} AND judged.edition = coalesce(reviews.edition, 0)",
            [ids],
        )
    }
    found: dict[int, dict[str, Verdict]] = {}
    as_they_came = {id for id, edition in _editions_of(database, ids) if not edition}
    for candidate, filter, value in measures.slots(database, ids, filter_id):
        if candidate in as_they_came:
            passed = Verdict(True, value, likenesses=alike.get((candidate, filter), ()))
            found.setdefault(candidate, {})[filter] = passed
    columns = "passed, value, average, reason, evidence, fix"
    for candidate, filter, *verdict in _current(database, "verdicts", columns, ids, filter_id):
        read = verdict_from_columns(verdict, alike.get((candidate, filter), ()))
        by = asked.get((candidate, filter))
        found.setdefault(candidate, {})[filter] = read if by is None else replace(read, by=by)
    return {candidate: dict(sorted(said.items())) for candidate, said in found.items()}


def _current(database: Database, table: str, columns: str, ids: str, filter_id: str | None) -> list[tuple[Any, ...]]:
    return database.rows(
        f"SELECT {table}.candidate, filter, {columns} FROM {table} "
        f"LEFT JOIN reviews ON reviews.candidate = {table}.candidate "
        f"WHERE {table}.candidate {AMONG} "
        f"AND {table}.edition = coalesce(reviews.edition, 0) AND (?2 IS NULL OR filter = ?2)",
        [ids, filter_id],
    )


def _editions_of(database: Database, ids: str) -> list[tuple[int, int]]:
    """Candidates that are there, each with the edition that stands."""
    return database.rows(
        "SELECT id, coalesce(reviews.edition, 0) FROM candidates LEFT JOIN reviews ON reviews.candidate = id "
        f"WHERE id {AMONG}",
        [ids],
    )


def _columns(candidate: int, filter: str, edition: int, verdict: Verdict) -> tuple[Any, ...]:
    if verdict.passed:
        # Most verdicts of a large project; all that is asked of them later is their value, or the fix they propose.
        return candidate, filter, edition, True, verdict.value, None, None, None, fix_to_text(verdict.fix)
    return (
        candidate,
        filter,
        edition,
        False,
        verdict.value,
        verdict.average,
        reason_to_text(verdict.reason),
        evidence_to_text(verdict.evidence),
        fix_to_text(verdict.fix),
    )
