"""What methods share that start from rows: an item a row, which keeps the text as it was when its work began."""

from collections.abc import Iterator
from typing import cast

from desktop.core.content import as_instruction, from_json, to_json
from desktop.core.records import Instruction, Item, JsonObject, Message
from desktop.core.shapes import MethodContext
from desktop.methods import _forms


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


def talk_of(row: Instruction, system: str) -> tuple[Message, ...]:
    """The row as it is put to a chat model: the system text, the turns before, and the question."""
    earlier = [
        message
        for question, answer in row.history
        for message in (Message("user", question), Message("assistant", answer))
    ]
    opening = (Message("system", system),) if system else ()
    return (*opening, *earlier, Message("user", _forms.task_of(row)))


def prompt_of(row: Instruction) -> str | tuple[Message, ...]:
    """The row without its answer, as a Preference or a Feedback holds it."""
    return talk_of(row, row.system) if row.system or row.history else _forms.task_of(row)
