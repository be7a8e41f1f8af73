"""Runs, their items, and every reply that came."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from desktop.core.engine import Model
from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.core.records import Attempt, Item, JsonObject, Reason, Run, RunState
from desktop.core.steps import Discard
from desktop.store.candidates import Judgement, insert_candidates
from desktop.store.connections import Connections, Database
from desktop.store.counts import RunCost, RunCount, run_cost, run_counts
from desktop.store.encoding import dumps, loads, plain, refs_to_text
from desktop.store.run_records import (
    ITEM_COLUMNS,
    RUN_COLUMNS,
    item_from_columns,
    options_to_text,
    run_from_columns,
)
from desktop.store.verdicts import put_verdicts

_ENDED = ("stopped", "finished")
_ATTEMPT = "item, step, sample, asked, prompt, reply, finish, random_seed, prompt_tokens, reply_tokens, seconds, id"


class Runs:
    """The generating side of the project; appends on the calling thread's own connection."""

    def __init__(self, connections: Connections, clock: Callable[[], float]) -> None:
        self._connections = connections
        self._clock = clock

    def get(self, id: int) -> Run:
        """This run. Raises UserError where there is none."""
        columns = self._connections.here().row(f"SELECT {RUN_COLUMNS} FROM runs WHERE id = ?", [id])
        if columns is None:
            raise UserError(_("This project has no run {number}.").format(number=id), _("Choose another run."))
        return run_from_columns(columns)

    def all(self) -> tuple[Run, ...]:
        """Every run, oldest first."""
        return tuple(
            map(run_from_columns, self._connections.here().rows(f"SELECT {RUN_COLUMNS} FROM runs ORDER BY id"))
        )

    def start(
        self,
        method: str,
        options: JsonObject,
        *,
        target: int,
        random_seed: int,
        language: str,
        model: Model | None,
        prompts_hash: str,
        sampling: JsonObject,
        starts_from: str = "",
    ) -> Run:
        """A new run in state "running"."""
        name, fingerprint = (plain(model.name), model.fingerprint) if model else ("", "")
        with self._connections.writing() as database:
            id = database.insert(
                "INSERT INTO runs(method, options, target, random_seed, language, model, fingerprint, prompts_hash, "
                "sampling, state, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'running', ?)",
                [
                    method,
                    options_to_text(options, starts_from),
                    target,
                    random_seed,
                    language,
                    name,
                    fingerprint,
                    prompts_hash,
                    dumps(sampling),
                    self._clock(),
                ],
            )
            return self.get(id)

    def set_state(self, id: int, state: RunState, note: str = "") -> None:
        """Say how a run stands, and why in words; "stopped" and "finished" also note the time."""
        ended = self._clock() if state in _ENDED else None
        with self._connections.writing() as database:
            database.run("UPDATE runs SET state = ?, note = ?, ended = ? WHERE id = ?", [state, plain(note), ended, id])

    def retarget(self, id: int, target: int) -> None:
        """Want more, or fewer, passing rows of a run."""
        with self._connections.writing() as database:
            database.run("UPDATE runs SET target = ? WHERE id = ?", [target, id])

    def newest_unfinished(self, method: str, options: JsonObject, starts_from: str = "") -> Run | None:
        """The newest run of this method with these options and this start, running (its process died) or paused."""
        columns = self._connections.here().row(
            f"SELECT {RUN_COLUMNS} FROM runs WHERE method = ? AND options = ? AND state IN ('running', 'paused') "
            "ORDER BY id DESC LIMIT 1",
            [method, options_to_text(options, starts_from)],
        )
        return None if columns is None else run_from_columns(columns)

    def add_item(self, run: int, item: Item) -> Item:
        """Store an item before it starts; returns it with its id."""
        with self._connections.writing() as database:
            id = database.insert(
                "INSERT INTO items(run, ordinal, random_seed, inputs, data, state, note) VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    run,
                    item.ordinal,
                    item.random_seed,
                    refs_to_text(item.inputs),
                    dumps(item.data),
                    item.state,
                    plain(item.note),
                ],
            )
        return replace(item, id=id)

    def unfinished_items(self, run: int) -> tuple[Item, ...]:
        """The items still waiting, in order."""
        return self._items("run = ? AND state = 'waiting'", run)

    def next_ordinal(self, run: int) -> int:
        """The ordinal of the run's next new item."""
        ordinal: int = self._connections.here().value(
            "SELECT coalesce(max(ordinal) + 1, 0) FROM items WHERE run = ?", [run]
        )
        return ordinal

    def items(self, run: int) -> tuple[Item, ...]:
        """Every item of a run, in order."""
        return self._items("run = ?", run)

    def add_attempts(self, attempts: Sequence[Attempt]) -> None:
        """Store replies as they come; together, or none of them."""
        with self._connections.writing() as database:
            database.many(
                "INSERT INTO attempts(item, step, sample, asked, prompt, reply, finish, random_seed, prompt_tokens, "
                "reply_tokens, seconds) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                map(_attempt_columns, attempts),
            )

    def attempts_of(self, item: int) -> tuple[Attempt, ...]:
        """The replies of an item, in the order they came."""
        rows = self._connections.here().rows(f"SELECT {_ATTEMPT} FROM attempts WHERE item = ? ORDER BY id", [item])
        return tuple(Attempt(*columns) for columns in rows)

    def finish_item(self, run: int, item: Item, rows: Sequence[Judgement], discards: Sequence[Discard]) -> None:
        """Store an item's state and note with all that came of it, in one transaction."""
        with self._connections.writing() as database:
            database.run(
                "UPDATE items SET state = ?, note = ? WHERE id = ? AND run = ?",
                [item.state, plain(item.note), item.id, run],
            )
            insert_candidates(database, ((replace(row.candidate, run=run, item=item.id), _joins(row)) for row in rows))
            put_verdicts(database, [(row.candidate.id, 0, row.verdicts) for row in rows])
            _insert_discards(database, run, item.id, discards)

    def discards(self, run: int | None = None) -> Mapping[str, int]:
        """How many replies could not be used, by the marked message of the reason; of every run where none is named."""
        where, parameters = ("", []) if run is None else ("WHERE run = ?", [run])
        return dict(
            self._connections.here().rows(
                f"SELECT message, count(*) FROM discards {where} GROUP BY message ORDER BY message", parameters
            )
        )

    def unusable(self, run: int, message: str, limit: int) -> tuple[Discard, ...]:
        """The newest replies of a run that could not be used for one reason, newest first."""
        rows = self._connections.here().rows(
            "SELECT step, text, message, reason FROM discards WHERE run = ? AND message = ? ORDER BY id DESC LIMIT ?",
            [run, message, limit],
        )
        return tuple(Discard(step, text, Reason(message, loads(values))) for step, text, message, values in rows)

    def counts(self) -> tuple[RunCount, ...]:
        """Replies and rows of every run, oldest first."""
        return run_counts(self._connections.here())

    def cost(self, run: int) -> RunCost:
        """What its replies took so far."""
        return run_cost(self._connections.here(), run)

    def _items(self, condition: str, run: int) -> tuple[Item, ...]:
        rows = self._connections.here().rows(
            f"SELECT {ITEM_COLUMNS} FROM items WHERE {condition} ORDER BY ordinal", [run]
        )
        return tuple(map(item_from_columns, rows))


def _joins(judgement: Judgement) -> bool:
    if judgement.pooled is not None:
        return judgement.pooled
    return all(verdict.passed for verdict in judgement.verdicts.values())


def _attempt_columns(attempt: Attempt) -> tuple[Any, ...]:
    return (
        attempt.item,
        attempt.step,
        attempt.sample,
        attempt.asked,
        plain(attempt.prompt),
        plain(attempt.reply),
        attempt.finish,
        attempt.random_seed,
        attempt.prompt_tokens,
        attempt.reply_tokens,
        attempt.seconds,
    )


def _insert_discards(database: Database, run: int, item: int, discards: Sequence[Discard]) -> None:
    database.many(
        "INSERT INTO discards(run, item, step, text, message, reason) VALUES (?, ?, ?, ?, ?, ?)",
        (
            (run, item, discard.step, plain(discard.text), discard.reason.message, dumps(discard.reason.values))
            for discard in discards
        ),
    )
