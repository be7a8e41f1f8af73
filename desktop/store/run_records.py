"""Runs and items as records of the columns that hold them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from desktop.core.records import Item, Run
from desktop.store.connections import AMONG, Database, these
from desktop.store.encoding import object_from_text, refs_from_text

RUN_COLUMNS = (
    "id, method, options, target, random_seed, language, model, fingerprint, prompts_hash, sampling, state, note, "
    "created, ended"
)
ITEM_COLUMNS = "ordinal, random_seed, inputs, data, id, state, note"


def run_from_columns(columns: Sequence[Any]) -> Run:
    """The run of RUN_COLUMNS."""
    options, sampling = object_from_text(columns[2]), object_from_text(columns[9])
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
