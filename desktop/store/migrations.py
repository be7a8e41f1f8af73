"""The steps from each older schema to the next, and the careful walk up them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
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


# Schema n is turned into n + 1 by STEPS[n]. To change the schema: edit schema.py, raise VERSION, add a step here, and
# put a file of the old schema into tests/projects.
STEPS: Mapping[int, Step] = {
    1: Step("4952c0b786cdaaab52165bc7049352f95684fcefc51dbb2be1808a54e85d93a0", _add_pages),
    2: Step("b35432949f2fcdd3c925ca3f8aca550f4fc6dc0fe5e21904410d3dbcb51fee67", _add_models),
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
