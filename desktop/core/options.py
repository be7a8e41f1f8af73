"""Options of methods, filters and formats: one frozen dataclass draws the form, the command line and the record."""

import dataclasses
import json
import math
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from desktop.core.errors import UserError
from desktop.core.i18n import _, listed
from desktop.core.records import Json, JsonObject


@dataclass(frozen=True)
class Options:
    """Base of every options class; its fields are made with `option`."""


@dataclass(frozen=True, slots=True)
class About:
    """What a person is told of an option, and what it may be. Texts are marked with N_."""

    title: str
    help: str = ""
    why: str = ""  # where the default comes from: a paper or a page
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    unit: str = ""
    choices: Mapping[str, str] = dataclasses.field(default_factory=dict)  # value → title
    advanced: bool = False
    long: bool = False  # a text of several lines
    decides: bool = True  # false where it changes what is recorded, not what passes


@dataclass(frozen=True, slots=True)
class OptionField:
    """One option as a form or a command line sees it."""

    name: str
    kind: type  # bool, int, float, str or tuple (of strings)
    default: Any
    about: About


class OptionError(UserError):
    """An option that nothing can be done with, by its name."""

    def __init__(self, name: str, what: str, remedy: str) -> None:
        super().__init__(what, remedy)
        self.name = name


O = TypeVar("O", bound=Options)  # noqa: E741


def option(default: Any, about: About) -> Any:
    """A dataclass field with its default and what a person is told of it."""
    return dataclasses.field(default=default, metadata={"about": about})


def fields(options: type[Options]) -> tuple[OptionField, ...]:
    """The options of a class in the order they are written."""
    hints = typing.get_type_hints(options)
    return tuple(
        OptionField(each.name, _plain(hints[each.name]), each.default, each.metadata["about"])
        for each in dataclasses.fields(options)
    )


def to_json(options: Options) -> JsonObject:
    """The options as they are stored with a run or a chain."""
    return {
        each.name: list(value) if isinstance(value := getattr(options, each.name), tuple) else value
        for each in dataclasses.fields(options)
    }


def from_json(options: type[O], stored: JsonObject) -> O:
    """Options from stored or typed values; a UserError names the one that is wrong.

    Missing ones take their default; text is read as the option's own kind ("0.7", "yes", "a, b").
    """
    known = {each.name: each for each in fields(options)}
    for name in stored:
        if name not in known:
            raise UserError(
                _("There is no option called “{name}”.").format(name=name),
                _("Choose one of: {names}.").format(names=listed(known) or _("none")),
            )
    return options(**{name: _value(known[name], value) for name, value in stored.items()})


def from_text(options: type[O], pairs: Mapping[str, str]) -> O:
    """Options from `k=v` pairs of a command line; a value may be JSON."""
    kinds = {each.name: each.kind for each in fields(options)}
    return from_json(options, {name: _typed(kinds.get(name), text) for name, text in pairs.items()})


def _typed(kind: type | None, text: str) -> Json:
    try:
        value: Json = json.loads(text)
    except (ValueError, RecursionError):
        return text
    # What happens to be JSON, such as 7 or true, is still text to an option that holds text.
    if (kind is str and not isinstance(value, str)) or (kind is tuple and not isinstance(value, str | list)):
        return text
    return value


def _plain(hint: Any) -> type:
    origin = typing.get_origin(hint)
    if origin is types.UnionType or origin is typing.Union:
        hint = next(each for each in typing.get_args(hint) if each is not type(None))
        origin = typing.get_origin(hint)
    if origin is typing.Literal:
        return str
    return typing.cast(type, origin or hint)


def _value(about: OptionField, value: Json) -> "Json | tuple[str, ...]":
    if value is None and about.default is None:
        return None
    try:
        read = _as_kind(about.kind, value)
    except (TypeError, ValueError, OverflowError):
        raise _wrong(about, value, _("It should be {kind}.").format(kind=_kind_word(about.kind))) from None
    choices = about.about.choices
    if choices and read not in choices:
        raise _wrong(about, value, _("Choose one of: {names}.").format(names=listed(choices)))
    if isinstance(read, int | float) and not isinstance(read, bool):
        low, high = about.about.minimum, about.about.maximum
        if low is not None and read < low:
            raise _wrong(about, value, _("It should be {low} or more.").format(low=f"{low:g}"))
        if high is not None and read > high:
            raise _wrong(about, value, _("It should be {high} or less.").format(high=f"{high:g}"))
    return read


def _as_kind(kind: type, value: Json) -> "Json | tuple[str, ...]":
    if kind is bool:
        if isinstance(value, bool):
            return value
        word = str(value).strip().lower()
        if word in ("true", "yes", "on", "1"):
            return True
        if word in ("false", "no", "off", "0"):
            return False
        raise ValueError(value)
    if kind is int:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        number = float(typing.cast(Any, value))
        if isinstance(value, bool) or not number.is_integer():
            raise ValueError(value)
        return int(number)
    if kind is float:
        number = float(typing.cast(Any, value))
        if isinstance(value, bool) or not math.isfinite(number):
            raise ValueError(value)
        return number
    if kind is tuple:
        parts = value.split(",") if isinstance(value, str) else typing.cast(Any, value)
        return tuple(text for part in parts if (text := str(part).strip()))
    if isinstance(value, list | dict | tuple):
        raise ValueError(value)
    return "" if value is None else str(value)


def _kind_word(kind: type) -> str:
    words = {bool: _("yes or no"), int: _("a whole number"), float: _("a number"), tuple: _("a list")}
    return words.get(kind, _("text"))


def _wrong(about: OptionField, value: Json, remedy: str) -> UserError:
    what = _("“{value}” does not fit the option “{name}”.").format(value=value, name=about.name)
    return OptionError(about.name, what, remedy)
