"""Which candidates a page shows, in which order, as one SQL query."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from desktop.store import search

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
_BY_VALUE = (
    "FROM (SELECT candidate AS id, filter, edition, passed, value FROM verdicts INDEXED BY verdicts_by_value "
    "WHERE filter = ?) AS shown"
)
# Says nothing that the view does not say, but from the index alone: past the cut, where every row fails, it keeps a
# search for passing rows from looking at each.
_MAY_PASS = (
    "(shown.passed = 1 OR shown.id IN (SELECT candidate FROM overrules) "
    "OR shown.filter NOT IN (SELECT filter FROM chain WHERE enabled = 1))"
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


EVERYTHING = Show()


@dataclass(frozen=True, slots=True)
class Query:
    """SQL that yields ids, with its parameters."""

    sql: str
    parameters: tuple[object, ...]


def query_of(show: Show, limit: int | None = None) -> Query | None:
    """The ids that `show` asks for, in its order; None where its words cannot be found anywhere."""
    if show.query.strip() and not search.match(show.query):
        return None
    most = -1 if limit is None else limit
    if show.filter and show.near is not None:
        return _near(show, show.near, most)
    order = "DESC" if show.descending else "ASC"
    if show.filter and show.order == "value":
        chosen = _by_value(show, "")
        return Query(f"{chosen.sql} ORDER BY shown.value {order}, shown.id {order} LIMIT ?", (*chosen.parameters, most))
    chosen = _by_id(show)
    return Query(f"{chosen.sql} ORDER BY id {order} LIMIT ?", (*chosen.parameters, most))


def count_of(show: Show) -> Query | None:
    """How many ids `show` asks for."""
    if show.query.strip() and not search.match(show.query):
        return None
    chosen = _by_id(show)
    return Query(f"SELECT count(*) FROM ({chosen.sql})", chosen.parameters)


def _by_id(show: Show) -> Query:
    """From the stage's view outwards: its rows come in id order by themselves, so a page needs only its own rows."""
    conditions: list[str] = []
    parameters: list[object] = []
    if show.filter and show.stage == "dropped":
        conditions.append("shown.filter = ?")
        parameters.append(show.filter)
    elif show.filter:
        conditions.append(
            "EXISTS (SELECT 1 FROM verdicts WHERE verdicts.candidate = shown.id AND verdicts.filter = ? "
            "AND verdicts.edition = coalesce((SELECT edition FROM reviews WHERE reviews.candidate = shown.id), 0))"
        )
        parameters.append(show.filter)
    more, values = _narrowed(show)
    where = " AND ".join([*conditions, *more])
    sql = f"SELECT shown.id AS id FROM {_STAGES[show.stage]} AS shown"
    return Query(f"{sql} WHERE {where}" if where else sql, (*parameters, *values))


def _by_value(show: Show, condition: str, *values: object) -> Query:
    """From the filter's values outwards, which an index holds in order."""
    # What the index alone can tell stands first: SQLite asks in this order.
    conditions = [condition] if condition else []
    if show.stage == "dropped":
        conditions.append("shown.passed = 0")
    elif show.stage in ("passing", "unreviewed"):
        conditions.append(_MAY_PASS)
    conditions.append("shown.edition = coalesce((SELECT edition FROM reviews WHERE reviews.candidate = shown.id), 0)")
    if show.stage == "dropped":
        conditions.append("EXISTS (SELECT 1 FROM dropped WHERE dropped.id = shown.id AND filter = shown.filter)")
    elif show.stage != "all":
        conditions.append(f"EXISTS (SELECT 1 FROM {_STAGES[show.stage]} AS stage WHERE stage.id = shown.id)")
    more, others = _narrowed(show)
    where = " AND ".join([*conditions, *more])
    return Query(f"SELECT shown.id AS id {_BY_VALUE} WHERE {where}", (show.filter, *values, *others))


def _near(show: Show, near: float, most: int) -> Query:
    """As many rows from either side of a value, then the closest of both."""
    sides = []
    parameters: list[object] = []
    for condition, order in (("shown.value >= ?", "ASC"), ("shown.value < ?", "DESC")):
        side = _by_value(show, condition, near)
        sql = side.sql.replace("SELECT shown.id AS id", "SELECT shown.id AS id, shown.value AS value", 1)
        sides.append(f"SELECT * FROM ({sql} ORDER BY shown.value {order}, shown.id LIMIT ?)")
        parameters.extend((*side.parameters, most))
    sql = f"SELECT id FROM ({' UNION ALL '.join(sides)}) ORDER BY abs(value - ?), id LIMIT ?"
    return Query(sql, (*parameters, near, most))


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
