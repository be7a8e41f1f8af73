"""Rows as JSON objects under the names of the literature, and back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from desktop.core.i18n import N_
from desktop.core.records import (
    Conversation,
    Feedback,
    Instruction,
    JsonObject,
    Kind,
    Message,
    Preference,
    Role,
    Row,
    Text,
)

KINDS: Mapping[str, str] = {
    "instruction": N_("instruction"),
    "conversation": N_("conversation"),
    "preference": N_("preference"),
    "feedback": N_("feedback"),
    "text": N_("text"),
}
"""The kinds of row in words, marked with N_."""


def kind_of(row: Row) -> Kind:
    """The kind's name: "instruction", "conversation", "preference", "feedback" or "text"."""
    return cast(Kind, type(row).__name__.lower())


def lead_of(row: Row) -> str:
    """What novelty reads: the instruction, the first user turn, or the prompt; of a text, all of it."""
    match row:
        case Instruction():
            return row.instruction
        case Conversation():
            return _first_user_turn(row.messages)
        case Preference() | Feedback():
            return row.prompt if isinstance(row.prompt, str) else _first_user_turn(row.prompt)
        case Text():
            return row.text


def lead_field_of(row: Row) -> str:
    """The field that holds `lead_of`, named as in `fields_of`."""
    match row:
        case Instruction():
            return "instruction"
        case Text():
            return "text"
    return next((name for name in fields_of(row) if name == "prompt" or name.endswith(".user")), "")


def answers_of(row: Row) -> Mapping[str, str]:
    """The texts that a model is to learn to write, named as in `fields_of`; none where it is unanswered."""
    match row:
        case Instruction():
            return {} if row.output is None else {"output": row.output}
        case Conversation():
            return {name: text for name, text in _turns(row.messages).items() if name.endswith(".assistant")}
        case Preference():
            return {"chosen": row.chosen, "rejected": row.rejected}
        case Feedback():
            return {"completion": row.completion}
        case Text():
            return {"text": row.text}


def is_answered(row: Row) -> bool:
    """Whether a row may leave: not an instruction whose output is None, nor a conversation in which nobody answers."""
    match row:
        case Instruction(output=output):
            return output is not None
        case Conversation(messages=messages):
            return any(each.role in ("assistant", "tool_call") for each in messages)
    return True


def as_instruction(row: Row) -> Instruction | None:
    """The row as an instruction: of a conversation the last question and its answer, after the turns before them.

    None for a conversation that calls tools, or of which no question is to be answered, and for the other kinds.
    """
    if isinstance(row, Instruction):
        return row
    if not isinstance(row, Conversation) or row.tools:
        return None
    messages, system = list(row.messages), row.system
    if messages and messages[0].role == "system" and not system:
        system = messages.pop(0).content
    roles = [message.role for message in messages]
    if roles != ["user", "assistant"] * (len(roles) // 2) + ["user"] * (len(roles) % 2) or not roles:
        return None
    texts = [message.content for message in messages]
    output = texts.pop() if len(texts) % 2 == 0 else None
    question = texts.pop()
    history = tuple(zip(texts[::2], texts[1::2], strict=True))
    extra = {name: value for name, value in row.extra.items() if name != "turn_extras"}
    made = Instruction(question, output=output, system=system, history=history, extra=extra)
    return replace(made, task_type=row.task_type, language=row.language)


def fields_of(row: Row) -> Mapping[str, str]:
    """The row's texts by field name, for filters that read every field; an unanswered output is left out."""
    match row:
        case Instruction():
            texts = {"system": row.system, "instruction": row.instruction, "input": row.input}
            for number, (instruction, output) in enumerate(row.history):
                texts[f"history.{number}.instruction"] = instruction
                texts[f"history.{number}.output"] = output
            if row.output is not None:
                texts["output"] = row.output
            return texts
        case Conversation():
            return {"system": row.system} | _turns(row.messages)
        case Preference():
            return _prompt(row.prompt) | {"chosen": row.chosen, "rejected": row.rejected}
        case Feedback():
            return _prompt(row.prompt) | {"completion": row.completion, "critique": row.critique}
        case Text():
            return {"text": row.text}


def with_fields(row: Row, texts: Mapping[str, str]) -> Row:
    """The row with other texts in some of its fields, named as in `fields_of`."""
    match row:
        case Instruction():
            history = tuple(
                (texts.get(f"history.{number}.instruction", one), texts.get(f"history.{number}.output", other))
                for number, (one, other) in enumerate(row.history)
            )
            return replace(row, history=history, **_own(row, texts, "system", "instruction", "input", "output"))
        case Conversation():
            return replace(row, messages=_with_turns(row.messages, texts), **_own(row, texts, "system"))
        case Preference():
            return replace(row, prompt=_with_prompt(row.prompt, texts), **_own(row, texts, "chosen", "rejected"))
        case Feedback():
            return replace(row, prompt=_with_prompt(row.prompt, texts), **_own(row, texts, "completion", "critique"))
        case Text():
            return replace(row, text=texts.get("text", row.text))


def to_json(row: Row) -> JsonObject:
    """The row's own fields; task type, language and extra are not among them."""
    match row:
        case Instruction():
            return {
                "system": row.system,
                "instruction": row.instruction,
                "input": row.input,
                "output": row.output,
                "history": [list(pair) for pair in row.history],
            }
        case Conversation():
            return {"system": row.system, "tools": list(row.tools), "messages": _messages_to_json(row.messages)}
        case Preference():
            return {
                "prompt": _prompt_to_json(row.prompt),
                "chosen": row.chosen,
                "rejected": row.rejected,
                "probability": row.probability,
                "margin": row.margin,
            }
        case Feedback():
            return {
                "prompt": _prompt_to_json(row.prompt),
                "completion": row.completion,
                "label": row.label,
                "score": row.score,
                "critique": row.critique,
            }
        case Text():
            return {"text": row.text}


def from_json(
    kind: str, content: JsonObject, *, task_type: str = "", language: str = "", extra: JsonObject | None = None
) -> Row:
    """The row that `to_json` wrote. Raises KeyError, TypeError or ValueError for anything else."""
    own = cast("dict[str, Any]", dict(content))
    shared: dict[str, Any] = {"task_type": task_type, "language": language, "extra": extra or {}}
    match kind:
        case "instruction":
            own["history"] = tuple((str(one), str(other)) for one, other in own.get("history", ()))
            return Instruction(**own, **shared)
        case "conversation":
            own["messages"] = _messages(own["messages"])
            own["tools"] = tuple(own.get("tools", ()))
            return Conversation(**own, **shared)
        case "preference" | "feedback":
            own["prompt"] = own["prompt"] if isinstance(own["prompt"], str) else _messages(own["prompt"])
            return Preference(**own, **shared) if kind == "preference" else Feedback(**own, **shared)
        case "text":
            return Text(**own, **shared)
    raise ValueError(kind)


def _first_user_turn(messages: Sequence[Message]) -> str:
    return next((each.content for each in messages if each.role == "user"), "")


def _turns(messages: Sequence[Message]) -> dict[str, str]:
    return {f"messages.{number}.{each.role}": each.content for number, each in enumerate(messages)}


def _prompt(prompt: str | tuple[Message, ...]) -> dict[str, str]:
    return {"prompt": prompt} if isinstance(prompt, str) else _turns(prompt)


def _own(row: Row, texts: Mapping[str, str], *names: str) -> dict[str, Any]:
    return {name: texts.get(name, getattr(row, name)) for name in names}


def _with_prompt(prompt: str | tuple[Message, ...], texts: Mapping[str, str]) -> str | tuple[Message, ...]:
    return texts.get("prompt", prompt) if isinstance(prompt, str) else _with_turns(prompt, texts)


def _with_turns(messages: Sequence[Message], texts: Mapping[str, str]) -> tuple[Message, ...]:
    return tuple(
        replace(each, content=texts.get(f"messages.{number}.{each.role}", each.content))
        for number, each in enumerate(messages)
    )


def _messages(stored: Any) -> tuple[Message, ...]:
    return tuple(Message(cast(Role, str(each["role"])), str(each["content"])) for each in stored)


def _messages_to_json(messages: Sequence[Message]) -> list[JsonObject]:
    return [{"role": each.role, "content": each.content} for each in messages]


def _prompt_to_json(prompt: str | tuple[Message, ...]) -> str | list[JsonObject]:
    return prompt if isinstance(prompt, str) else _messages_to_json(prompt)
