"""Messages: conversations of role and content in JSON Lines, as OpenAI's fine-tuning files have them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.records import Conversation, Example, JsonObject, Message
from desktop.core.shapes import Flaw, Format, Head, Incoming
from desktop.formats import _turns
from desktop.formats._json_reading import first_object, objects
from desktop.formats._json_writing import Columns, again, as_text, write


@dataclass(frozen=True)
class MessagesOptions(Options):
    """How tools are written."""

    tools: str = option(
        "list",
        About(
            N_("Tools"),
            help=N_(
                "As a list, as OpenAI has them. Where tools differ much from row to row some trainers "
                "cannot read the list; then write it as text."
            ),
            choices={"list": N_("As a list"), "text": N_("As text")},
            advanced=True,
        ),
    )


def _sniff(head: Head) -> float:
    first = first_object(head)
    turns = first.get("messages")
    if isinstance(turns, list) and turns and isinstance(turns[0], dict):
        return 1.0 if "role" in turns[0] else 0.6
    # The first conversation may be longer than what we were shown.
    return 0.65 if not first and b'"messages"' in head.start and b'"role"' in head.start else 0.0


def _read(path: Path, mapping: Mapping[str, str]) -> Iterator[Incoming | Flaw]:
    return _turns.read(objects(path))


def _write(rows: Iterable[Example], path: Path, options: MessagesOptions) -> int:
    rows = again(rows)
    columns = Columns(rows, ("tools",), ("messages", _turns.TURN_EXTRAS))

    def contents() -> Iterator[dict[str, Any]]:
        for example in rows:
            row = _turns.turns_of(example)
            content: dict[str, Any] = {"messages": _turned(row)}
            if "tools" in columns.used:
                tools = [_wrapped(tool) for tool in row.tools]
                content["tools"] = as_text(tools) if options.tools == "text" else tools
            yield columns.add_extra(content, row)

    return write(contents(), path, "jsonl")


def _turned(row: Conversation) -> list[dict[str, Any]]:
    """The turns; calls that follow one another go into one turn, and results answer the calls in their order."""
    turns: list[dict[str, Any]] = [{"role": "system", "content": row.system}] if row.system else []
    waiting: list[str] = []  # calls without a result
    numbers = count(1)
    previous = ""
    for message, more in zip(row.messages, _turns.extras_of_turns(row), strict=True):
        if message.role == "tool_call":
            waiting.append(str(more.get(_turns.CALL_ID) or f"call_{next(numbers)}"))
            if previous not in ("assistant", "tool_call"):
                turns.append({"role": "assistant", "content": ""})
            turns[-1].setdefault("tool_calls", []).append(_call(message, waiting[-1]))
            turns[-1] |= {name: value for name, value in more.items() if name != _turns.CALL_ID}
        elif message.role == "tool_result":
            answered = {_turns.CALL_ID: waiting.pop(0)} if waiting else {}
            turns.append({"role": "tool", "content": message.content, **answered, **more})
        else:
            turns.append({"role": message.role, "content": message.content, **more})
        previous = message.role
    return turns


def _call(message: Message, id: str) -> dict[str, Any]:
    name, arguments = _turns.call_of(message)
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}


def _wrapped(tool: JsonObject) -> JsonObject:
    return tool if "function" in tool else {"type": "function", "function": tool}


FORMAT = Format(
    title=N_("Messages"),
    summary=N_("Conversations of user and assistant messages in JSON Lines, as OpenAI-style trainers read them."),
    extensions=(".jsonl",),
    options=MessagesOptions,
    kinds=("conversation", "instruction"),
    sniff=_sniff,
    read=_read,
    write=_write,
)
