"""Which candidates a page shows, in which order, as one SQL query."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from desktop.store import search
from desktop.store.connections import AMONG
from desktop.store.measures import HAS_NUMBER

Stage = Literal["all", "passing", "dropped", "unanswered", "unreviewed", "accepted", "rejected", "flagged", "edited"]

CANDIDATE_STAGES: Mapping[str, Stage] = {
    "candidates": "all",
    "passing": "passing",
    "dropped": "dropped",
    "unanswered": "unanswered",
    "unreviewed": "unreviewed",
    "accepted": "accepted",
    "rejected": "rejected",
    "flagged": "flagged",
    "edited": "edited",
}
"""The stages of candidates as a command line names them."""

_DECIDED = "(SELECT candidate AS id FROM reviews WHERE decision = '{stage}')"
_STAGES: Mapping[Stage, str] = {
    "all": "candidates",
    "passing": "passing",
    "dropped": "dropped",
    "unanswered": "unanswered",
    "unreviewed": "unreviewed",
    "accepted": _DECIDED.format(stage="accepted"),
    "rejected": _DECIDED.format(stage="rejected"),
    "flagged": _DECIDED.format(stage="flagged"),
    "edited": "(SELECT candidate AS id FROM reviews WHERE edition > 0)",
}

_EDITION = "coalesce((SELECT edition FROM reviews WHERE reviews.candidate = shown.id), 0)"
_JUDGED = (
    "(EXISTS (SELECT 1 FROM verdicts WHERE verdicts.candidate = shown.id AND verdicts.filter = ? "
    f"AND verdicts.edition = {_EDITION}) OR ({_EDITION} = 0 AND {HAS_NUMBER}))"
)


@dataclass(frozen=True, slots=True)
class Show:
    """A choice of candidates and an order for them.

    `filter` narrows: with stage "dropped" to the rows that this filter was the first of the chain to fail, with any
    other stage to the rows that it has judged. `order` "value" and `near` read that filter's value; `near` puts the
    rows first whose value is closest to it, whichever side.
    """

    stage: Stage = "all"
    filter: str = ""
    run: int | None = None
    query: str = ""  # words as a person types them
    kind: str = ""
    order: Literal["id", "value"] = "id"
    descending: bool = False
    near: float | None = None

    @property
    def by_value(self) -> bool:
        """Whether the order is that of a filter's values."""
        return bool(self.filter) and (self.order == "value" or self.near is not None)


EVERYTHING = Show()


@dataclass(frozen=True, slots=True)
class Query:
    """SQL that yields ids, with its parameters."""

    sql: str
    parameters: tuple[object, ...]


def query_of(show: Show, limit: int | None = None) -> Query | None:
    """The ids that `show` asks for, in the order of ids; None where its words cannot be found anywhere."""
    if show.query.strip() and not search.match(show.query):
        return None
    order = "DESC" if show.descending else "ASC"
    chosen = _chosen(show)
    return Query(f"{chosen.sql} ORDER BY id {order} LIMIT ?", (*chosen.parameters, -1 if limit is None else limit))


def count_of(show: Show) -> Query | None:
    """How many ids `show` asks for."""
    if show.query.strip() and not search.match(show.query):
        return None
    chosen = _chosen(show)
    return Query(f"SELECT count(*) FROM ({chosen.sql})", chosen.parameters)


def between_of(show: Show, first: int, last: int) -> Query | None:
    """Those from `first` to `last` that `show` asks for, in order."""
    if show.query.strip() and not search.match(show.query):
        return None
    chosen = _chosen(show)
    sql = f"SELECT id FROM ({chosen.sql}) WHERE id BETWEEN ? AND ? ORDER BY id"
    return Query(sql, (*chosen.parameters, first, last))


def among_of(show: Show, ids: str) -> Query | None:
    """Those of `ids` (as `these` writes them) that `show` asks for, in any order."""
    if show.query.strip() and not search.match(show.query):
        return None
    chosen = _chosen(show)
    return Query(f"SELECT id FROM ({chosen.sql}) WHERE id {AMONG}", (*chosen.parameters, ids))


def _chosen(show: Show) -> Query:
    """From the stage's view outwards: its rows come in id order by themselves, so a page needs only its own rows."""
    conditions: list[str] = []
    parameters: list[object] = []
    if show.filter and show.stage == "dropped":
        conditions.append("shown.filter = ?")
        parameters.append(show.filter)
    elif show.filter:
        conditions.append(_JUDGED)
        parameters.extend([show.filter, show.filter])
    more, values = _narrowed(show)
    where = " AND ".join([*conditions, *more])
    sql = f"SELECT shown.id AS id FROM {_STAGES[show.stage]} AS shown"
    return Query(f"{sql} WHERE {where}" if where else sql, (*parameters, *values))


def _narrowed(show: Show) -> tuple[list[str], list[object]]:
    conditions: list[str] = []
    parameters: list[object] = []
    if show.run is not None:
        conditions.append("shown.id IN (SELECT id FROM candidates WHERE run = ?)")
        parameters.append(show.run)
    if show.kind:
        conditions.append("EXISTS (SELECT 1 FROM candidates WHERE candidates.id = shown.id AND kind = ?)")
        parameters.append(show.kind)
    if show.query.strip():
        conditions.append(f"shown.{search.found_in('candidate_words')}")
        parameters.append(search.match(show.query))
    return conditions, parameters
