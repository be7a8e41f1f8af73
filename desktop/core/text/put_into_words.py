"""A row of a table, a triple, or a function of an API, put into sentences."""

import re
from collections.abc import Mapping
from typing import Any

from desktop.core.records import Json, JsonObject
from desktop.core.text.printed import joined

_LONGEST = 1_000_000  # characters of one value
_ENDS = ".!?。！？…"
_TRIPLES = (  # what the three columns of a table of triples are called
    ("subject", "predicate", "object"),
    ("subject", "relation", "object"),
    ("head", "relation", "tail"),
    ("主语", "谓语", "宾语"),
    ("主体", "关系", "客体"),
    ("头实体", "关系", "尾实体"),
)
_IN_NAMES = re.compile(r"_+|(?<=[a-z])(?=[A-Z])")  # located_in, bornIn


def record(columns: JsonObject) -> str:
    """Every column that holds something as "Column: value.", a triple as one sentence.

    After Self-QA's verbalised tables and graphs (arXiv 2305.11952).
    """
    if triple := _triple(columns):
        return triple
    said = [_sentence(name, text) for name, value in columns.items() if (text := _value(value))]
    return joined(said)


def function(schema: JsonObject) -> str:
    """A function with what it does and takes."""
    parameters: Any = schema.get("parameters")
    properties = parameters.get("properties") if isinstance(parameters, Mapping) else None
    lines = [": ".join(filter(None, (str(schema.get("name", "")), _value(schema.get("description")))))]
    required = parameters.get("required") if isinstance(parameters, Mapping) else ()
    for name, about in properties.items() if isinstance(properties, Mapping) else ():
        told = about if isinstance(about, Mapping) else {}
        kind = ", ".join(filter(None, (_value(told.get("type")), "required" if name in (required or ()) else "")))
        lines.append(f"- {name}" + (f" ({kind})" if kind else "") + _after(": ", _value(told.get("description"))))
    return "\n".join(lines)


def _triple(columns: JsonObject) -> str:
    """Subject, relation and object in this order, where the columns are those three and all hold something."""
    named = {name.strip().casefold(): _value(value) for name, value in columns.items()}
    roles = next((each for each in _TRIPLES if set(each) == set(named)), ())
    said = [named[role] for role in roles]
    if not said or not all(said):
        return ""
    subject, relation, thing = said
    spaced = _IN_NAMES.sub(" ", relation).strip()
    text = joined([subject, relation if spaced == relation else spaced.lower(), thing])
    return text + _end(text, _has_han(text))


def _sentence(name: str, text: str) -> str:
    han = _has_han(name)
    return f"{name}{'：' if han else ': '}{text}{_end(text, han)}"


def _has_han(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def _end(text: str, han: bool) -> str:
    return "" if text[-1] in _ENDS else "。" if han else "."


def _value(value: Json) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return " ".join(value[:_LONGEST].split())
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case Mapping():
            return "; ".join(f"{name}: {text}" for name, each in value.items() if (text := _value(each)))[:_LONGEST]
        case list() | tuple():
            return ", ".join(filter(None, map(_value, value)))[:_LONGEST]
    return str(value)


def _after(mark: str, text: str) -> str:
    return mark + text if text else ""
