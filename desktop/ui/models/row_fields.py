"""The texts of a row as a person reads and edits them: each with its title, and put back into the row."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from desktop.core.content import fields_of
from desktop.core.i18n import N_
from desktop.core.records import Conversation, Feedback, Instruction, Message, Preference, Row, Text

P = TypeVar("P", Preference, Feedback)

_TITLES: Mapping[str, str] = {
    "instruction": N_("Instruction"),
    "input": N_("Input"),
    "output": N_("Answer"),
    "system": N_("System text"),
    "prompt": N_("Prompt"),
    "chosen": N_("Better answer"),
    "rejected": N_("Other answer"),
    "completion": N_("Answer"),
    "critique": N_("Critique"),
    "text": N_("Text"),
    "user": N_("User"),
    "assistant": N_("Assistant"),
    "tool_call": N_("Tool call"),
    "tool_result": N_("Tool result"),
}


def title_of(field: str) -> str:
    """What a field is called, marked with N_: "messages.2.user" is the user's turn."""
    name = field.rsplit(".", 1)[-1]
    return _TITLES.get(name, name)


def editable(row: Row) -> Mapping[str, str]:
    """The texts that a person may change, by field; the answer of an unanswered instruction among them."""
    texts = dict(fields_of(row))
    if isinstance(row, Instruction):
        texts.setdefault("output", "")
    return texts


def edited(row: Row, texts: Mapping[str, str]) -> Row:
    """The row with other texts, by field as `editable` names them. An empty answer of an unanswered row stays none."""
    match row:
        case Instruction():
            history = tuple(
                (texts[f"history.{n}.instruction"], texts[f"history.{n}.output"]) for n in range(len(row.history))
            )
            output = texts["output"] if texts["output"] or row.output is not None else None
            return replace(
                row,
                system=texts["system"],
                instruction=texts["instruction"],
                input=texts["input"],
                output=output,
                history=history,
            )
        case Conversation():
            return replace(row, system=texts["system"], messages=_turns(row.messages, texts))
        case Preference():
            return replace(_prompted(row, texts), chosen=texts["chosen"], rejected=texts["rejected"])
        case Feedback():
            return replace(_prompted(row, texts), completion=texts["completion"], critique=texts["critique"])
        case Text():
            return replace(row, text=texts["text"])


def _prompted(row: P, texts: Mapping[str, str]) -> P:
    if isinstance(row.prompt, str):
        return replace(row, prompt=texts["prompt"])
    return replace(row, prompt=_turns(row.prompt, texts))


def _turns(messages: tuple[Message, ...], texts: Mapping[str, str]) -> tuple[Message, ...]:
    return tuple(Message(each.role, texts[f"messages.{number}.{each.role}"]) for number, each in enumerate(messages))
