"""Rows written as JSON or JSON Lines with the same columns in every row."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from desktop.core.i18n import N_
from desktop.core.options import About, option
from desktop.core.records import Example, Row

LAYOUTS: Mapping[str, str] = {
    "auto": N_("By the file's ending"),
    "json": N_("One JSON array"),
    "jsonl": N_("JSON Lines"),
}


def layout_option() -> Any:
    """The option that chooses between one array and a row on each line."""
    about = About(
        N_("Layout"),
        help=N_("A JSON array is easier to read; JSON Lines, a row on each line, is better for large files."),
        choices=LAYOUTS,
    )
    return option("auto", about)


def write(rows: Iterable[Mapping[str, Any]], path: Path, layout: str) -> int:
    """Write the rows to exactly this path; returns how many there were."""
    as_array = layout == "json" or (layout == "auto" and path.suffix.lower() == ".json")
    opening, between, closing = (b"[\n", b",\n", b"\n]\n") if as_array else (b"", b"\n", b"\n")
    count = 0
    with path.open("wb") as file:
        file.write(opening)
        for count, row in enumerate(rows, 1):
            if count > 1:
                file.write(between)
            file.write(dump(row))
        if count or as_array:
            file.write(closing)
    return count


def dump(value: object) -> bytes:
    """The value as JSON on one line."""
    try:
        return orjson.dumps(value)
    except TypeError:
        # Whole numbers beyond 64 bits, or halves of a character that a model left.
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-8", "replace")


def as_text(value: object) -> str:
    """The value as JSON with spaces, for a cell or a column that holds JSON as text."""
    return json.dumps(value, ensure_ascii=False)


class Columns:
    """The columns of a file beside those that every row has: every row gets them all.

    `own` are the columns that every row has. `used` are those of the `optional` fields that any row makes use of; an
    imported one that is empty in every row is kept as an extra column. `extra` are the unknown columns of imported
    rows, each with values of one kind: trainers read a file into a table, which refuses a column that is a text here
    and a number there; so where kinds are mixed the values are written as text.
    """

    def __init__(self, rows: Iterable[Example], optional: Sequence[str], own: Iterable[str]) -> None:
        kinds: dict[str, set[str]] = {}
        unused = set(optional)
        for example in rows:
            row = example.row
            if unused:
                unused -= {name for name in unused if getattr(row, name, None)}
            for column, value in row.extra.items():
                found = kinds.setdefault(column, set())
                if value is not None:
                    found.add(_kind(value))
        self.used = frozenset(optional) - unused
        written = self.used.union(own)
        self._mixed = {column: len(found) > 1 for column, found in kinds.items() if column not in written}

    @property
    def extra(self) -> tuple[str, ...]:
        """The unknown columns in the order they were met."""
        return tuple(self._mixed)

    def add_extra(self, content: dict[str, Any], row: Row) -> dict[str, Any]:
        """Put the row's value of every extra column, None where it has none, beside its content."""
        for column, mixed in self._mixed.items():
            value = row.extra.get(column)
            if mixed and value is not None and not isinstance(value, str):
                value = as_text(value)
            content[column] = value
        return content


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "truth"
    if isinstance(value, int | float):
        return "number"
    return type(value).__name__


def again(rows: Iterable[Example]) -> Iterable[Example]:
    """The rows as something that can be walked through twice."""
    return list(rows) if iter(rows) is rows else rows
