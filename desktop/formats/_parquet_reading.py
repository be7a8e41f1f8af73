"""Parquet tables read row by row, each as an object."""

import datetime
import decimal
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from desktop.core.i18n import _
from desktop.formats import _archive
from desktop.formats._json_reading import Found, clean

_AT_ONCE = 500  # rows
_DEEPEST = 20  # levels of lists and structures in a cell


def parquet_objects(path: Path) -> Iterator[Found]:
    """Every row as an object. Raises UserError where the file is damaged."""
    import duckdb

    # Nothing but this one file can be reached, and nothing is fetched or loaded beside what is built in.
    connection = duckdb.connect(
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "threads": "1",
            "memory_limit": "512MB",
            "temp_directory": "",
        }
    )
    place = _("row {number}")
    try:
        connection.execute("SET allowed_paths = ?", [[str(path)]])
        connection.execute("SET enable_external_access = false")
        table = connection.execute("FROM read_parquet(?)", [str(path)])
        names = [name for name, *_kind in table.description or ()]
        number = 0
        while rows := table.fetchmany(_AT_ONCE):
            for row in rows:
                number += 1
                yield (
                    place.format(number=number),
                    {name: clean(_plain(value)) for name, value in zip(names, row, strict=True)},
                )
    except duckdb.Error as error:
        raise _archive.damaged(path) from error


def _plain(value: Any, depth: int = 0) -> Any:
    """A cell as JSON has it."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None
        case decimal.Decimal():
            near = float(value)
            return near if math.isfinite(near) and decimal.Decimal(repr(near)) == value else str(value)
        case datetime.datetime():
            return value.isoformat(" ")
        case bytes():
            return None  # pictures and the like
        case list() | tuple() if depth < _DEEPEST:
            return [_plain(each, depth + 1) for each in value]
        case dict() if depth < _DEEPEST:
            return {str(name): _plain(each, depth + 1) for name, each in value.items()}
    return str(value)
