"""The steps from each older schema to the next, and the careful walk up them."""

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import groupby
from math import nan
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from desktop.store import soundness
from desktop.store.connections import Database, made_at
from desktop.store.schema import VERSION
from desktop.store.trouble import in_plain_words

if TYPE_CHECKING:
    import sqlite_utils

Change: TypeAlias = "Callable[[sqlite_utils.Database], None]"


@dataclass(frozen=True, slots=True)
class Step:
    """From one schema to the next.

    `before` is `soundness.fingerprint_of` a file of the older schema: what is not exactly that is refused.
    `change` is handed the file inside an open transaction. It must leave what schema.py writes, as far as
    `fingerprint_of` looks, and may use all of sqlite-utils (`transform`, `add_column`), whose writes nest in ours.
    """

    before: str
    change: Change


def _add_pages(file: "sqlite_utils.Database") -> None:
    """The text of sources, page by page; before it was kept, no source could be imported."""
    file.execute(
        "CREATE TABLE pages(id INTEGER PRIMARY KEY AUTOINCREMENT, source INTEGER NOT NULL REFERENCES sources(id), "
        "number INTEGER, first INTEGER NOT NULL, last INTEGER NOT NULL, blocks TEXT NOT NULL) STRICT"
    )
    file.execute("CREATE INDEX pages_of_source ON pages(source, first)")


def _add_models(file: "sqlite_utils.Database") -> None:
    """Which model a verdict is of; before it was kept, none was."""
    file.execute(
        "CREATE TABLE models(id INTEGER PRIMARY KEY AUTOINCREMENT, model TEXT NOT NULL, fingerprint TEXT NOT NULL, "
        "asked TEXT NOT NULL, UNIQUE (asked, fingerprint, model)) STRICT"
    )
    file.execute(
        "CREATE TABLE judged(candidate INTEGER NOT NULL REFERENCES candidates(id), filter TEXT NOT NULL, "
        "edition INTEGER NOT NULL, model INTEGER NOT NULL REFERENCES models(id), "
        "PRIMARY KEY (candidate, filter, edition)) STRICT, WITHOUT ROWID"
    )


def _put_passing_in_blocks(file: "sqlite_utils.Database") -> None:
    """Verdicts that pass and say their value alone, which were rows, become numbers in blocks of 250 candidates.

    And what Insights sees of texts has a table, and the search index gathers more words before it writes them.
    """
    file.execute(
        "CREATE TABLE measured(filter TEXT NOT NULL, block INTEGER NOT NULL, numbers BLOB NOT NULL, "
        "PRIMARY KEY (filter, block)) STRICT"
    )
    file.execute("CREATE INDEX measured_of_block ON measured(block)")
    numbers = (
        "passed = 1 AND edition = 0 AND fix IS NULL AND NOT EXISTS (SELECT 1 FROM judged WHERE judged.candidate = "
        "verdicts.candidate AND judged.filter = verdicts.filter AND judged.edition = verdicts.edition)"
    )
    rows = file.execute(
        f"SELECT filter, candidate / 250, candidate % 250, value FROM verdicts WHERE {numbers} ORDER BY 1, 2"
    )
    for (filter, block), said in groupby(rows, key=itemgetter(0, 1)):
        values = bytearray(b"\xff" * (8 * 250))
        for _filter, _block, place, value in said:
            struct.pack_into("<d", values, 8 * place, nan if value is None else value)
        file.execute("INSERT INTO measured(filter, block, numbers) VALUES (?, ?, ?)", (filter, block, bytes(values)))
    file.execute(f"DELETE FROM verdicts WHERE {numbers}")
    file.execute("DROP INDEX verdicts_by_value")
    file.execute("CREATE INDEX verdicts_of_filter ON verdicts(filter, candidate, edition, passed, value)")
    for index in ("candidate_words", "seed_words", "passage_words"):
        file.execute(f"INSERT INTO {index}({index}, rank) VALUES ('hashsize', {16 * 2**20})")
    file.execute("CREATE TABLE looks(id INTEGER PRIMARY KEY AUTOINCREMENT, seen TEXT NOT NULL) STRICT")


def _index_what_is_asked_often(file: "sqlite_utils.Database") -> None:
    """Passages in the order of reading, without their text; sources by the file that they are."""
    file.execute("DROP INDEX passages_of_source")
    file.execute("CREATE INDEX passages_in_order ON passages(source, first, id, excluded, form)")
    file.execute("CREATE INDEX sources_by_fingerprint ON sources(fingerprint)")


# Schema n is turned into n + 1 by STEPS[n]. To change the schema: edit schema.py, raise VERSION, add a step here, and
# put a file of the old schema into tests/projects.
STEPS: Mapping[int, Step] = {
    1: Step("4952c0b786cdaaab52165bc7049352f95684fcefc51dbb2be1808a54e85d93a0", _add_pages),
    2: Step("b35432949f2fcdd3c925ca3f8aca550f4fc6dc0fe5e21904410d3dbcb51fee67", _add_models),
    3: Step("e4eac243ce1dd0d8ffa3b25fb52c525ae25a1e83fc613edb2b8b890d8c368c53", _put_passing_in_blocks),
    4: Step("7e563ea6186a19ef83edeebd535f5d300a394def9af4651ec1fe8c245b036fdb", _index_what_is_asked_often),
}


def upgrade(path: Path, version: int, steps: Mapping[int, Step] = STEPS) -> None:
    """Bring an older file up to date. The old one is kept as `name.seedbed.v<N>-backup`.

    Raises UserError, with nothing changed, where the file holds what Seedbed did not make.
    """
    import sqlite_utils

    last = max(steps) + 1
    database = Database(path, "write")
    try:
        soundness.compare_objects(database, path, steps[version].before)
        _copy(database, path, path.with_name(f"{path.name}.v{version}-backup"))
        with database.transaction("IMMEDIATE"), in_plain_words(path):
            walker = sqlite_utils.Database(database.connection, recursive_triggers=False, execute_plugins=False)
            for number in range(version, last):
                steps[number].change(walker)
            database.run("UPDATE project SET words = ''")  # texts may have changed: the search index is built anew
            database.run(f"PRAGMA user_version = {last}")
            if last == VERSION:
                soundness.compare_objects(database, path)
    finally:
        database.close()


def _copy(database: Database, path: Path, target: Path) -> None:
    unfinished = target.with_name(target.name + ".part")
    with in_plain_words(path):
        unfinished.unlink(missing_ok=True)
        copy = made_at(unfinished)
        try:
            database.connection.backup(copy)
        finally:
            copy.close()
        unfinished.replace(target)
