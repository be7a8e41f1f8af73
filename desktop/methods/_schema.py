"""Whether a value is what a JSON schema asks for, as far as descriptions of functions go."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from desktop.core.records import JsonObject

_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}
_KEPT = ("type", "enum", "const", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems")


def fault_of(value: Any, schema: Any, place: str = "") -> str:
    """Where and in what a value breaks a schema; empty where it does not. Unknown keywords are no fault.

    A property that the schema does not name is a fault, for a function cannot be handed it.
    """
    if not isinstance(schema, Mapping):
        return ""
    kinds = schema.get("type", ())
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(_is(value, str(kind)) for kind in kinds):
        return f"{place or 'it'} is not {' or '.join(map(str, kinds))}"
    if "enum" in schema and value not in schema["enum"]:
        return f"{place} is none of those that are allowed"
    if "const" in schema and value != schema["const"]:
        return f"{place} is not {schema['const']}"
    for name, ways in (("anyOf", schema.get("anyOf")), ("oneOf", schema.get("oneOf"))):
        if isinstance(ways, list) and ways and all(fault_of(value, way, place) for way in ways):
            return f"{place or 'it'} fits none of {name}"
    for way in schema.get("allOf", ()) if isinstance(schema.get("allOf"), list) else ():
        if found := fault_of(value, way, place):
            return found
    if isinstance(value, str):
        return _fault_of_text(value, schema, place)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _fault_of_number(value, schema, place)
    if isinstance(value, list):
        return _fault_of_list(value, schema, place)
    return _fault_of_object(value, schema, place) if isinstance(value, dict) else ""


def bounds(schema: Any) -> JsonObject:
    """The part of a schema that a reply can be bound to: types, choices, limits and what lies within."""
    if not isinstance(schema, Mapping):
        return {}
    kept: dict[str, Any] = {name: schema[name] for name in _KEPT if name in schema}
    if isinstance(within := schema.get("properties"), Mapping):
        kept["properties"] = {str(name): bounds(each) for name, each in within.items()}
        kept["required"] = [str(name) for name in schema.get("required", ()) if name in within]
        kept["additionalProperties"] = False
    if "items" in schema:
        kept["items"] = bounds(schema["items"])
    return kept


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool) and kind in ("integer", "number"):
        return False
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _TYPES.get(kind, (object,)))


def _fault_of_text(value: str, schema: Mapping[str, Any], place: str) -> str:
    if not _number(schema, "minLength", 0) <= len(value) <= _number(schema, "maxLength", len(value)):
        return f"{place} is too short or too long"
    pattern = schema.get("pattern")
    if isinstance(pattern, str):
        try:
            if not re.search(pattern, value[:1_000]):
                return f"{place} does not match its pattern"
        except re.error:
            return ""
    return ""


def _fault_of_number(value: float, schema: Mapping[str, Any], place: str) -> str:
    inside = _number(schema, "minimum", value) <= value <= _number(schema, "maximum", value)
    above = value > _number(schema, "exclusiveMinimum", value - 1)
    below = value < _number(schema, "exclusiveMaximum", value + 1)
    return "" if inside and above and below else f"{place} is out of its range"


def _fault_of_list(value: list[Any], schema: Mapping[str, Any], place: str) -> str:
    if not _number(schema, "minItems", 0) <= len(value) <= _number(schema, "maxItems", len(value)):
        return f"{place} has too few or too many"
    faults = (fault_of(each, schema.get("items"), f"{place}[{number}]") for number, each in enumerate(value))
    return next(filter(None, faults), "")


def _fault_of_object(value: dict[str, Any], schema: Mapping[str, Any], place: str) -> str:
    properties = schema.get("properties")
    properties = properties if isinstance(properties, Mapping) else {}
    required = schema.get("required")
    for name in cast("Sequence[Any]", required) if isinstance(required, list) else ():
        if name not in value:
            return f"{_within(place, str(name))} is missing"
    for name, each in value.items():
        if properties and name not in properties and schema.get("additionalProperties") in (None, False):
            return f"{_within(place, name)} is unknown"
        if found := fault_of(each, properties.get(name), _within(place, name)):
            return found
    return ""


def _within(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _number(schema: Mapping[str, Any], name: str, otherwise: float) -> float:
    found = schema.get(name)
    return found if isinstance(found, int | float) and not isinstance(found, bool) else otherwise
