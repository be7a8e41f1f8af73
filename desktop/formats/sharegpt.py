"""ShareGPT: conversations of from and value, with system text and tools as LLaMA-Factory has them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.core.i18n import N_
from desktop.core.options import Options
from desktop.core.records import Conversation, Example, JsonObject
from desktop.core.shapes import Flaw, Format, Head, Incoming
from desktop.formats import _turns
from desktop.formats._json_reading import first_object, objects
from desktop.formats._json_writing import Columns, again, as_text, layout_option, write

_SPEAKERS = {
    "system": "system",
    "user": "human",
    "assistant": "gpt",
    "tool_call": "function_call",
    "tool_result": "observation",
}


@dataclass(frozen=True)
class SharegptOptions(Options):
    """How the file is laid out."""

    layout: str = layout_option()


def _sniff(head: Head) -> float:
    first = first_object(head)
    turns = first.get("conversations")
    if isinstance(turns, list) and turns and isinstance(turns[0], dict):
        return 1.0 if "from" in turns[0] else 0.8
    # The first conversation may be longer than what we were shown.
    return 0.7 if not first and b'"conversations"' in head.start else 0.0


def _read(path: Path, mapping: Mapping[str, str]) -> Iterator[Incoming | Flaw]:
    return _turns.read(objects(path))


def _write(rows: Iterable[Example], path: Path, options: SharegptOptions) -> int:
    rows = again(rows)
    columns = Columns(rows, ("system", "tools"), ("conversations", _turns.TURN_EXTRAS))

    def contents() -> Iterator[dict[str, Any]]:
        for example in rows:
            row = _turns.turns_of(example)
            content: dict[str, Any] = {"conversations": _spoken(row)}
            if "system" in columns.used:
                content["system"] = row.system
            if "tools" in columns.used:
                content["tools"] = as_text([_bare(tool) for tool in row.tools])
            yield columns.add_extra(content, row)

    return write(contents(), path, options.layout)


def _spoken(row: Conversation) -> list[dict[str, Any]]:
    turns: list[dict[str, Any]] = []
    for message, more in zip(row.messages, _turns.extras_of_turns(row), strict=True):
        kept = {name: value for name, value in more.items() if name != _turns.CALL_ID}
        turns.append({"from": _SPEAKERS[message.role], "value": message.content, **kept})
    return turns


def _bare(tool: JsonObject) -> object:
    """The function alone, out of the wrapper that OpenAI's interface puts round it."""
    return tool["function"] if set(tool) == {"type", "function"} else tool


FORMAT = Format(
    title=N_("ShareGPT"),
    summary=N_("Conversations of human and gpt turns, with tools and system texts as LLaMA-Factory reads them."),
    extensions=(".json", ".jsonl"),
    options=SharegptOptions,
    kinds=("conversation", "instruction"),
    sniff=_sniff,
    read=_read,
    write=_write,
)
