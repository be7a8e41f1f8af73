"""Items for the methods that start from rows: one a row, which keeps the row's text as it was when its work began."""

from collections.abc import Iterator
from typing import cast

from desktop.core.content import as_instruction, from_json, to_json
from desktop.core.records import Instruction, Item, JsonObject
from desktop.core.shapes import MethodContext


def items(context: MethodContext) -> Iterator[Item]:
    """An item for every row that can be read as an instruction, in order."""
    usable = ((given.ref, row) for given in context.rows() if (row := as_instruction(given.row)))
    for ordinal, (ref, row) in enumerate(usable):
        data: JsonObject = {"row": to_json(row), "task_type": row.task_type, "language": row.language}
        yield Item(ordinal, context.random.getrandbits(31), (ref,), data)


def row_of(item: Item) -> Instruction:
    """The row that an item starts from."""
    stored = cast(JsonObject, item.data["row"])
    task_type, language = str(item.data["task_type"]), str(item.data["language"])
    return cast(Instruction, from_json("instruction", stored, task_type=task_type, language=language))
