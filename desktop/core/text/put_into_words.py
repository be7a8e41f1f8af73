"""A row of a table, or a function of an API, put into sentences."""

from collections.abc import Mapping
from typing import Any

from desktop.core.records import Json, JsonObject
from desktop.core.text.printed import joined

_LONGEST = 20_000  # characters of one value
_ENDS = ".!?。！？…"


def record(columns: JsonObject) -> str:
    """Every column that holds something as "Column: value."; after Self-QA's verbalised tables (arXiv 2305.11952)."""
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


def _sentence(name: str, text: str) -> str:
    han = any("\u4e00" <= letter <= "\u9fff" for letter in name)
    end = "" if text[-1] in _ENDS else "。" if han else "."
    return f"{name}：{text}{end}" if han else f"{name}: {text}{end}"


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
