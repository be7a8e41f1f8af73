"""What the user said of candidates."""

from collections.abc import Mapping

from desktop.core.records import Review, Row
from desktop.store.connections import AMONG, Database
from desktop.store.encoding import row_from_text


def reviews_of(database: Database, ids: str) -> Mapping[int, Review]:
    """The reviews of candidates (their ids as `these` writes them), by candidate."""
    rows = database.rows(
        "SELECT candidate, decision, candidates.kind, content, reviews.task_type, reviews.language, extra, by, at "
        "FROM reviews JOIN candidates ON candidates.id = candidate "
        f"WHERE candidate {AMONG}",
        [ids],
    )
    found: dict[int, Review] = {}
    for candidate, decision, kind, content, task_type, language, extra, by, at in rows:
        row: Row | None = None
        if content is not None:
            row = row_from_text(kind, content, task_type, language, extra)
        found[candidate] = Review(candidate, decision, row, by, at)
    return found


def overruled_of(database: Database, ids: str) -> Mapping[int, frozenset[str]]:
    """The filters whose verdict on the text as it stands was set aside, by candidate."""
    rows = database.rows(
        "SELECT overrules.candidate, overrules.filter FROM overrules "
        "LEFT JOIN reviews ON reviews.candidate = overrules.candidate "
        f"WHERE overrules.candidate {AMONG} "
        "AND overrules.edition = coalesce(reviews.edition, 0)",
        [ids],
    )
    found: dict[int, set[str]] = {}
    for candidate, filter in rows:
        found.setdefault(candidate, set()).add(filter)
    return {candidate: frozenset(filters) for candidate, filters in found.items()}
