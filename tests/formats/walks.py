"""Reading and writing through a format, as the tests of formats do it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from desktop.core import options
from desktop.core.catalogue import formats
from desktop.core.records import Example, Instruction, JsonObject, Row
from desktop.core.shapes import Flaw, Head, Incoming


def read(id: str, path: Path, mapping: Mapping[str, str] | None = None) -> tuple[list[Incoming], list[Flaw]]:
    """The rows and the flaws of a file."""
    reader = formats()[id].read
    assert reader is not None
    found = list(reader(path, mapping or {}))
    return [each for each in found if isinstance(each, Incoming)], [each for each in found if isinstance(each, Flaw)]


def rows(id: str, path: Path, mapping: Mapping[str, str] | None = None) -> list[Row]:
    """The rows of a file without flaws."""
    incoming, flaws = read(id, path, mapping)
    assert flaws == []
    return [each.row for each in incoming]


def instructions(id: str, path: Path, mapping: Mapping[str, str] | None = None) -> list[Instruction]:
    """The rows of a file without flaws, all of them instructions."""
    return [row for row in rows(id, path, mapping) if isinstance(row, Instruction)]


def write(id: str, rows: Sequence[Row], path: Path, chosen: JsonObject | None = None) -> Path:
    """Write rows to a file."""
    format = formats()[id]
    assert format.write is not None
    examples = [Example(number, row, {}) for number, row in enumerate(rows, 1)]
    assert format.write(iter(examples), path, options.from_json(format.options, chosen or {})) == len(rows)
    return path


def surest(path: Path, *, documents: bool = False) -> str:
    """The format that a file is taken for, among those that read rows or those that read documents."""
    head = Head(path.name, path.read_bytes()[: 1 << 16])
    asked = {id: each for id, each in formats().items() if (each.parts if documents else each.read) is not None}
    return max((each.sniff(head), id) for id, each in asked.items() if each.sniff)[1]
