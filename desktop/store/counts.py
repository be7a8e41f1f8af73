"""How many rows stand at each stage of the flow."""

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.core.records import RunState
from desktop.store.connections import Database


@dataclass(frozen=True, slots=True)
class RunCount:
    """One run's replies and rows."""

    id: int
    method: str
    state: RunState
    attempts: int
    candidates: int


@dataclass(frozen=True, slots=True)
class RunCost:
    """What the replies of a run took. `seconds` counts texts that were written side by side each for itself."""

    asks: int = 0
    tokens: int = 0  # written
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Counts:
    """The whole flow in figures. candidates = passing + unanswered + the sum of dropped."""

    sources: int
    passages: int
    seeds: int
    runs: tuple[RunCount, ...]
    candidates: int
    unanswered: int  # without an answer, and dropped by no filter
    passing: int
    dropped: Mapping[str, int]  # under the first filter of the chain that failed the row
    accepted: int
    rejected: int
    edited: int
    flagged: int
    unreviewed: int  # passing, with no decision of any kind
    dataset: int
    discards: Mapping[str, int]  # unusable replies, by the marked message of their reason


def count(database: Database) -> Counts:
    """Count everything, inside one reading transaction."""

    def many(table: str) -> int:
        number: int = database.value(f"SELECT count(*) FROM {table}")
        return number

    candidates = many("candidates")
    unanswered = many("unanswered")
    dropped: dict[str, int] = dict(
        database.rows(
            # As the view `dropped` says, in one reading: SQLite takes `filter` from the row of the least position.
            "SELECT filter, count(*) FROM (SELECT filter, min(position) AS position FROM failures GROUP BY candidate) "
            "GROUP BY filter ORDER BY min(position)"
        )
    )
    passing = candidates - unanswered - sum(dropped.values())
    decided = dict(database.rows("SELECT decision, count(*) FROM reviews WHERE decision IS NOT NULL GROUP BY decision"))
    others_decided = many(
        "reviews WHERE decision IS NOT NULL AND (candidate IN (SELECT id FROM unanswered) "
        "OR EXISTS (SELECT 1 FROM failures WHERE failures.candidate = reviews.candidate))"
    )
    return Counts(
        sources=many("sources"),
        passages=many("passages WHERE excluded = 0"),
        seeds=many("seeds"),
        runs=run_counts(database),
        candidates=candidates,
        unanswered=unanswered,
        passing=passing,
        dropped=dropped,
        accepted=decided.get("accepted", 0),
        rejected=decided.get("rejected", 0),
        edited=many("reviews WHERE edition > 0"),
        flagged=decided.get("flagged", 0),
        unreviewed=passing - (sum(decided.values()) - others_decided),
        dataset=many("dataset"),
        discards=dict(database.rows("SELECT message, count(*) FROM discards GROUP BY message ORDER BY message")),
    )


def run_counts(database: Database) -> tuple[RunCount, ...]:
    """Replies and rows of every run, oldest first."""
    rows = database.rows(
        "SELECT id, method, state, "
        "(SELECT count(*) FROM items JOIN attempts ON attempts.item = items.id WHERE items.run = runs.id), "
        "(SELECT count(*) FROM candidates WHERE candidates.run = runs.id) FROM runs ORDER BY id"
    )
    return tuple(RunCount(*columns) for columns in rows)


def run_cost(database: Database, run: int) -> RunCost:
    """What the replies of one run took; those the model was lost over are left out."""
    columns = database.row(
        "SELECT count(*), coalesce(sum(reply_tokens), 0), coalesce(sum(attempts.seconds), 0.0) "
        "FROM items JOIN attempts ON attempts.item = items.id WHERE items.run = ? AND finish <> 'lost'",
        [run],
    )
    return RunCost(*columns) if columns else RunCost()
