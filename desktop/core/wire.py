"""Questions and answers as JSON, for the engine's wire and for replies that are stored."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, cast, get_args

from desktop.core.records import Message, Role
from desktop.core.steps import Asked, Sample, Sampling, Told


def to_json(value: Asked | Told) -> list[Any]:
    """The name of its kind and its fields, with lists for tuples and objects for dataclasses."""
    return [type(value).__name__, plain(value)]


def asked_from_json(value: Any) -> Asked:
    """The question that `to_json` wrote. Raises ValueError for anything else."""
    return cast(Asked, _one_of(_ASKED, value))


def told_from_json(value: Any) -> Told:
    """The answer that `to_json` wrote. Raises ValueError for anything else."""
    return cast(Told, _one_of(_TOLD, value))


def plain(value: Any) -> Any:
    """Dataclasses as objects, tuples as lists; what they hold likewise."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    return value


def _one_of(kinds: Mapping[str, type], value: Any) -> Any:
    try:
        name, values = value
        return kinds[name](**{key: _field(key, each) for key, each in values.items()})
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError("neither a question nor an answer") from error


def _field(key: str, value: Any) -> Any:
    """A field of a question or an answer: lists become tuples, and what has a shape of its own takes it."""
    if key == "sampling":
        return Sampling(**value)
    if key == "schema":
        return value
    if key == "samples":
        return tuple(Sample(**{name: _field(name, each) for name, each in sample.items()}) for sample in value)
    if key in ("prompt", "messages") and not isinstance(value, str):
        return tuple(Message(cast(Role, each["role"]), each["content"]) for each in value)
    return tuple(value) if isinstance(value, list) else value


_ASKED = {each.__name__: each for each in get_args(Asked)}
_TOLD = {each.__name__: each for each in get_args(Told)}
