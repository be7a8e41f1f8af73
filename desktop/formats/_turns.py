"""Conversations between the project's rows and the two ways in which files write turns."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

import orjson

from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.core.records import Conversation, Example, Instruction, JsonObject, Message, Role
from desktop.core.shapes import Flaw, Incoming
from desktop.formats._columns import FIELD_LIMIT, RowError, check_extra
from desktop.formats._json_reading import Found, too_deep
from desktop.formats._json_writing import as_text

TURN_EXTRAS = "turn_extras"
"""The extra column that keeps what turns hold beside role and text; it never leaves as a column of its own."""

CALL_ID = "tool_call_id"  # among the extras of a call and of its result

_LISTS = ("conversations", "messages", "conversation")
_ROLES: Mapping[str, Role] = {
    "human": "user",
    "user": "user",
    "gpt": "assistant",
    "assistant": "assistant",
    "chatgpt": "assistant",
    "model": "assistant",
    "bot": "assistant",
    "system": "system",
    "developer": "system",
    "function_call": "tool_call",
    "tool_call": "tool_call",
    "observation": "tool_result",
    "tool": "tool_result",
    "tool_result": "tool_result",
    "function": "tool_result",
    "function_response": "tool_result",
}
_LABELS = ("task_type", "language")


def read(found: Iterable[Found]) -> Iterator[Incoming | Flaw]:
    """The conversations that a file's objects hold; their other columns go to `extra`."""
    for each in found:
        if isinstance(each, Flaw):
            yield each
            continue
        place, record = each
        try:
            yield Incoming(place, _conversation(record), str(record.get("id", "")))
        except RowError as flaw:
            yield Flaw(place, str(flaw))


def turns_of(example: Example) -> Conversation:
    """The row as a conversation: an instruction becomes its history, one question and one answer."""
    row = example.row
    if isinstance(row, Conversation):
        return row
    if not isinstance(row, Instruction) or row.output is None:
        raise UserError(
            _("Row {id} is neither a conversation nor an instruction with an answer.").format(id=example.id),
            _("Export it in another format."),
        )
    messages: list[Message] = []
    for asked, answered in row.history:
        messages += [Message("user", asked), Message("assistant", answered)]
    question = f"{row.instruction}\n\n{row.input}" if row.input else row.instruction
    messages += [Message("user", question), Message("assistant", row.output)]
    return Conversation(tuple(messages), row.system, task_type=row.task_type, language=row.language, extra=row.extra)


def extras_of_turns(row: Conversation) -> Sequence[JsonObject]:
    """For each message what its turn held beside role and text; nothing where the turns were changed since."""
    kept = row.extra.get(TURN_EXTRAS)
    if isinstance(kept, list) and len(kept) == len(row.messages):
        return cast(Sequence[JsonObject], kept)
    return [{}] * len(row.messages)


def call_of(message: Message) -> tuple[str, str]:
    """The name and the arguments, as JSON text, of a tool call. What is no call has no name and is all arguments."""
    call = _parsed(message.content, None)
    if not isinstance(call, dict) or not isinstance(call.get("name"), str):
        return "", message.content
    arguments = call.get("arguments", {})
    return call["name"], arguments if isinstance(arguments, str) else as_text(arguments)


def _conversation(record: dict[str, Any]) -> Conversation:
    column = next((name for name in _LISTS if isinstance(record.get(name), list)), None)
    if column is None:
        raise RowError(_("this row holds no list of turns"))
    messages: list[Message] = []
    leftovers: list[JsonObject] = []
    for turn in record[column]:
        for message, leftover in _messages(turn):
            messages.append(message)
            leftovers.append(leftover)
    system, consumed = record.get("system"), {column}
    if isinstance(system, str) and system:
        consumed.add("system")
    else:
        system = ""
    # ShareGPT has a place of its own for the system text, so one that stands among its turns stays there.
    if column == "messages" and not system and messages and messages[0].role == "system" and not leftovers[0]:
        system = messages.pop(0).content
        leftovers.pop(0)
    if not any(message.content.strip() for message in messages):
        raise RowError(_("this row is empty"))
    if sum(len(message.content) for message in messages) > FIELD_LIMIT:
        raise RowError(_("this row holds more than 10 million characters"))
    tools = _tools(record.get("tools"))
    if tools:
        consumed.add("tools")
    extra = {name: value for name, value in record.items() if name not in consumed}
    if any(leftovers):
        extra[TURN_EXTRAS] = leftovers
    check_extra(extra)
    labels = {name: value for name in _LABELS if isinstance(value := record.get(name), str)}
    return Conversation(tuple(messages), system, tools, extra=extra, **cast("dict[str, Any]", labels))


def _messages(turn: object) -> Iterator[tuple[Message, JsonObject]]:
    """A turn as messages: several where it calls tools, each with what else the turn held."""
    if not isinstance(turn, dict):
        raise RowError(_("one of its turns is not an object with a role and a text"))
    named, valued = ("from", "value") if "from" in turn else ("role", "content")
    written = turn.get(named)
    role = _ROLES.get(written) if isinstance(written, str) else None
    if role is None:
        raise RowError(_("one of its turns has the unknown role “{role}”").format(role=str(written)[:60]))
    calls = turn.get("tool_calls")
    own = {named, valued} | ({"tool_calls"} if named == "role" else set())
    leftover = {name: value for name, value in turn.items() if name not in own}
    content = _content(turn.get(valued))
    if content or not calls:
        yield Message(role, content), leftover
        leftover = {}
    for call in calls if isinstance(calls, list) else ():
        text, id = _call(call)
        yield Message("tool_call", text), leftover | ({CALL_ID: id} if id else {})
        leftover = {}


def _content(value: object) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    parts = value if isinstance(value, list) else []
    if not parts or not all(isinstance(part, dict) and isinstance(part.get("text"), str) for part in parts):
        raise RowError(_("one of its turns holds something else than text"))
    return "".join(part["text"] for part in parts)


def _call(call: object) -> tuple[str, str]:
    """A tool call as JSON text, its name and its arguments; beside it the id that its result refers to."""
    call = call if isinstance(call, dict) else {}
    function = call.get("function")
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        raise RowError(_("one of its tool calls has no function name"))
    arguments = function.get("arguments", {})
    if isinstance(arguments, str):
        arguments = _parsed(arguments, arguments)
    return as_text({"name": function["name"], "arguments": arguments}), str(call.get("id") or "")


def _tools(value: object) -> tuple[JsonObject, ...]:
    """The tools of a row, given as a list or as its JSON text; none where it is neither."""
    if isinstance(value, str):
        value = _parsed(value, None)
    if not isinstance(value, list) or not all(isinstance(tool, dict) for tool in value):
        return ()
    check_extra({"tools": value})
    return tuple(value)


def _parsed(text: str, otherwise: Any) -> Any:
    """What a text holds as JSON; `otherwise` where it is none that can be written again."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return otherwise
    return otherwise if too_deep(value) else value
