"""The rows of the project: what items yielded or an import brought."""

import threading
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice
from typing import Any

from desktop.core.content import is_answered, kind_of, lead_of
from desktop.core.records import Candidate, Ref, Review, Row, Run, Verdict
from desktop.core.shapes import PoolRow
from desktop.store.by_value import ids_by_value
from desktop.store.connections import AMONG, Connections, Database, these
from desktop.store.encoding import dumps, plain, refs_from_text, refs_to_text, row_from_text, row_to_text
from desktop.store.moments import Moments
from desktop.store.reviews import overruled_of, reviews_of
from desktop.store.run_records import runs_of
from desktop.store.show import EVERYTHING, Show, between_of, count_of, query_of
from desktop.store.verdicts import verdicts_of

_AS_IT_CAME = (
    "candidates.id, family, kind, content, candidates.task_type, candidates.language, extra, run, item, parents, origin"
)
_AS_IT_STANDS = (
    "candidates.id, family, kind, coalesce(reviews.content, contents.content), "
    "coalesce(reviews.task_type, candidates.task_type), coalesce(reviews.language, candidates.language), "
    "coalesce(reviews.extra, contents.extra), run, item, parents, origin"
)
_EDITED = "LEFT JOIN reviews ON reviews.candidate = candidates.id"
_WITH_CONTENT = "candidates JOIN contents ON contents.candidate = candidates.id"
_AT_ONCE = 1000
_STRETCH = 10_000  # ids that are looked through together


@dataclass(frozen=True, slots=True)
class Judgement:
    """A candidate with what the filters said of it when it came, by filter id.

    `pooled` says whether its instruction joins the pool that later rows are compared with; None: it does where every
    verdict passed. Say True for an instance whose own text failed a rule after its Offer had passed.
    """

    candidate: Candidate
    verdicts: Mapping[str, Verdict]
    pooled: bool | None = None


@dataclass(frozen=True, slots=True)
class CandidateView:
    """A candidate as a page shows it."""

    candidate: Candidate  # as it came
    row: Row  # as it stands: the edited row where there is one
    passing: bool
    verdicts: Mapping[str, Verdict]  # on the row as it stands, by filter id
    overruled: frozenset[str]  # filters whose verdict on this text the user set aside
    review: Review | None
    run: Run | None
    seconds: float  # that the replies of its item took to write, together


class Candidates:
    """Append-only; what the user does to a candidate lies in its review."""

    def __init__(self, connections: Connections, moments: Moments) -> None:
        self._connections = connections
        self._moments = moments
        self._guard = threading.Lock()
        self._last = -1

    def next_id(self) -> int:
        """A fresh id for this process to use; never one that was stored before, removed ones included."""
        with self._guard:
            if self._last < 0:
                self._last = self._highest()
            self._last += 1
            return self._last

    def moment(self) -> int:
        """A mark to take before reading rows to be judged; see `Verdicts.put`."""
        return self._moments.now()

    def add(self, rows: Iterable[Candidate], batch: int = 1000) -> "array[int]":
        """Store imported rows, `batch` to a transaction; returns their ids. An id or family of 0 is given here."""
        ids = array("q")
        waiting = iter(rows)
        while some := list(islice(waiting, batch)):
            numbered = [self._numbered(row) for row in some]
            with self._connections.writing() as database:
                insert_candidates(database, ((row, True) for row in numbered))
            ids.extend(row.id for row in numbered)
        return ids

    def get(self, ids: Sequence[int]) -> tuple[CandidateView, ...]:
        """These candidates in this order; ids that are not there are left out."""
        wanted = these(ids)
        with self._connections.reading() as database:
            columns = database.rows(
                f"SELECT {_AS_IT_CAME} FROM {_WITH_CONTENT} WHERE candidates.id {AMONG}",
                [wanted],
            )
            found = {row.id: row for row in map(_candidate, columns)}
            verdicts = verdicts_of(database, wanted)
            reviews = reviews_of(database, wanted)
            overruled = overruled_of(database, wanted)
            runs = runs_of(database, (row.run for row in found.values()))
            seconds = _seconds_of(database, (row.item for row in found.values()))
            passing = {id for (id,) in database.rows(f"SELECT id FROM passing WHERE id {AMONG}", [wanted])}
        return tuple(
            CandidateView(
                candidate=(candidate := found[id]),
                row=_as_it_stands(candidate, reviews.get(id)),
                passing=id in passing,
                verdicts=verdicts.get(id, {}),
                overruled=overruled.get(id, frozenset()),
                review=reviews.get(id),
                run=runs.get(candidate.run or 0),
                seconds=seconds.get(candidate.item or 0, 0.0),
            )
            for id in ids
            if id in found
        )

    def ids(self, show: Show = EVERYTHING, limit: int | None = None) -> "array[int]":
        """The ids that `show` asks for, in its order; the first `limit` of them where it is given."""
        if show.by_value:
            with self._connections.reading() as database:
                return ids_by_value(database, show, limit)
        query = query_of(show, limit)
        return self._connections.here().ids(query.sql, query.parameters) if query else array("q")

    def ids_in_stretches(self, show: Show) -> Iterator["array[int]"]:
        """The ids that `show` asks for, in their own order, those among some thousand rows at a time; perhaps none."""
        for first in range(0, self._highest() + 1, _STRETCH):
            query = between_of(show, first, first + _STRETCH - 1)
            yield self._connections.here().ids(query.sql, query.parameters) if query else array("q")

    def count(self, show: Show = EVERYTHING) -> int:
        """How many rows `show` asks for."""
        query = count_of(show)
        count: int = self._connections.here().value(query.sql, query.parameters) if query else 0
        return count

    def pool(self) -> tuple[PoolRow, ...]:
        """Machine-made instructions that passed rules and novelty when they came: one for a family, oldest first.

        Those that the user rejected are left out, for they are shown to the model as examples.
        """
        ids = self._connections.here().ids(
            f"SELECT min(id) FROM candidates {_EDITED} "
            "WHERE pooled = 1 AND run IS NOT NULL AND reviews.decision IS NOT 'rejected' "
            "GROUP BY family ORDER BY min(id)"
        )
        return tuple(PoolRow(Ref("candidate", lead.id), lead_of(lead.row)) for lead in self.standing(ids))

    def walk(self, after: int = 0) -> Iterator[Candidate]:
        """Every candidate with an id above `after`, as it stands (edited where it was edited), in id order."""
        while rows := self._connections.here().rows(
            f"SELECT {_AS_IT_STANDS} FROM {_WITH_CONTENT} {_EDITED} WHERE candidates.id > ? "
            "ORDER BY candidates.id LIMIT ?",
            [after, _AT_ONCE],
        ):
            yield from map(_candidate, rows)
            after = rows[-1][0]

    def standing(self, ids: Sequence[int]) -> Iterator[Candidate]:
        """These candidates as they stand, in this order, read a page at a time; ids that are not there are left out."""
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            found = standing_of(self._connections.here(), these(some))
            yield from (found[id] for id in some if id in found)

    def families_of(self, ids: Sequence[int]) -> Iterator[list[Candidate]]:
        """The whole families of these candidates, as they stand, the oldest first."""
        members = self._connections.here().rows(
            f"SELECT id, family FROM candidates WHERE family IN (SELECT family FROM candidates WHERE id {AMONG}) "
            "ORDER BY family, id",
            [these(ids)],
        )
        rows = self.standing([id for id, _family in members])
        return (list(family) for _first, family in groupby(rows, key=lambda candidate: candidate.family))

    def ids_of_origin(self, origin: str) -> "array[int]":
        """The ids of what was imported from a file of this name, in order."""
        return self._connections.here().ids(
            "SELECT id FROM candidates WHERE origin = ? AND run IS NULL ORDER BY id", [origin]
        )

    def origins(self) -> Mapping[str, int]:
        """The names of the files that rows were imported from, in order, each with how many came from it."""
        return dict(
            self._connections.here().rows(
                "SELECT origin, count(*) FROM candidates WHERE run IS NULL AND origin <> '' GROUP BY origin"
            )
        )

    def to_answer(self) -> "array[int]":
        """The ids of instructions that nothing drops, and of whose family no row with an answer passes."""
        return self._connections.here().ids(
            "SELECT waiting.id FROM unanswered AS waiting JOIN candidates ON candidates.id = waiting.id "
            "WHERE kind = 'instruction' "
            "AND family NOT IN (SELECT family FROM passing JOIN candidates ON candidates.id = passing.id) "
            "ORDER BY waiting.id"
        )

    def later_members(self) -> Iterator[Candidate]:
        """Every candidate that is not the first of its family, as it stands, in id order."""
        for rows in self._connections.here().stream(
            f"SELECT {_AS_IT_STANDS} FROM {_WITH_CONTENT} {_EDITED} WHERE candidates.id <> family "
            "ORDER BY candidates.id"
        ):
            yield from map(_candidate, rows)

    def _highest(self) -> int:
        highest: int | None = self._connections.here().value(
            "SELECT seq FROM sqlite_sequence WHERE name = 'candidates'"
        )
        return highest or 0

    def _numbered(self, row: Candidate) -> Candidate:
        id = row.id or self.next_id()
        return replace(row, id=id, family=row.family or id)


def insert_candidates(database: Database, rows: Iterable[tuple[Candidate, bool]]) -> None:
    """Store candidates, each with whether its instruction joins the pool."""
    given = list(rows)
    database.many(
        "INSERT INTO candidates(id, family, run, item, kind, answered, pooled, task_type, language, origin) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                each.id,
                each.family,
                each.run,
                each.item,
                kind_of(each.row),
                is_answered(each.row),
                pooled,
                plain(each.row.task_type),
                plain(each.row.language),
                plain(each.origin),
            )
            for each, pooled in given
        ),
    )
    database.many(
        "INSERT INTO contents(candidate, content, parents, extra) VALUES (?, ?, ?, ?)",
        (
            (each.id, row_to_text(each.row), refs_to_text(each.parents), dumps(each.row.extra))
            for each, _pooled in given
        ),
    )


def standing_of(database: Database, ids: str) -> Mapping[int, Candidate]:
    """Candidates as they stand (their ids as `these` writes them), by id."""
    rows = database.rows(
        f"SELECT {_AS_IT_STANDS} FROM {_WITH_CONTENT} {_EDITED} WHERE candidates.id {AMONG}",
        [ids],
    )
    return {row[0]: _candidate(row) for row in rows}


def _candidate(columns: Sequence[Any]) -> Candidate:
    id, family, kind, content, task_type, language, extra, run, item, parents, origin = columns
    row = row_from_text(kind, content, task_type, language, extra)
    return Candidate(id, family, row, run, item, refs_from_text(parents), origin)


def _as_it_stands(candidate: Candidate, review: Review | None) -> Row:
    return candidate.row if review is None or review.row is None else review.row


def _seconds_of(database: Database, items: Iterable[int | None]) -> Mapping[int, float]:
    rows = database.rows(
        f"SELECT item, sum(seconds) FROM attempts WHERE item {AMONG} GROUP BY item",
        [these({item for item in items if item is not None})],
    )
    return dict(rows)
