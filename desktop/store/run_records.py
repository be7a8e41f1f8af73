"""Runs and items as records of the columns that hold them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from desktop.core.records import Item, JsonObject, Run
from desktop.store.connections import AMONG, Database, these
from desktop.store.encoding import dumps, object_from_text, refs_from_text

RUN_COLUMNS = (
    "id, method, options, target, random_seed, language, model, fingerprint, prompts_hash, sampling, state, note, "
    "created, ended"
)
ITEM_COLUMNS = "ordinal, random_seed, inputs, data, id, state, note"


# What a run starts from stands among its options: no option is called so, for it is a word of Python's own.
_FROM = "from"


def options_to_text(options: JsonObject, starts_from: str) -> str:
    """A run's options, with what it starts from where that is named."""
    return dumps({**options, _FROM: starts_from} if starts_from else options)


def run_from_columns(columns: Sequence[Any]) -> Run:
    """The run of RUN_COLUMNS."""
    options, sampling = dict(object_from_text(columns[2])), object_from_text(columns[9])
    starts_from = str(options.pop(_FROM, ""))
    id, method, _options, target, random_seed, language, model, fingerprint, prompts_hash, _sampling = columns[:10]
    state, note, created, ended = columns[10:]
    return Run(
        id=id,
        method=method,
        options=options,
        target=target,
        random_seed=random_seed,
        language=language,
        model=model,
        fingerprint=fingerprint,
        prompts_hash=prompts_hash,
        sampling=sampling,
        state=state,
        note=note,
        created=created,
        ended=ended,
        starts_from=starts_from,
    )


def item_from_columns(columns: Sequence[Any]) -> Item:
    """The item of ITEM_COLUMNS."""
    ordinal, random_seed, inputs, data, id, state, note = columns
    return Item(ordinal, random_seed, refs_from_text(inputs), object_from_text(data), id, state, note)


def runs_of(database: Database, ids: Iterable[int | None]) -> Mapping[int, Run]:
    """These runs by id."""
    wanted = these({id for id in ids if id is not None})
    rows = database.rows(f"SELECT {RUN_COLUMNS} FROM runs WHERE id {AMONG}", [wanted])
    return {columns[0]: run_from_columns(columns) for columns in rows}
