"""Reads what a model wrote: JSON in whatever it is wrapped in, numbered lists, and plain text without its wrapping."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from desktop.core.records import Json, JsonObject

_FENCE = re.compile(r"^[ \t]*```[\w-]*[ \t]*\n(.*?)(?:^[ \t]*```[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_NUMBER = re.compile(r"^[ \t]*(?:\(?\d{1,3}[.)、．:：]|[-*•])[ \t]*", re.MULTILINE)
_NEXT_NUMBER = re.compile(r"\n[ \t]*(?=\(?\d{1,3}[.)、．:：])")
_QUOTES = (('"', '"'), ("“", "”"), ("「", "」"), ("『", "』"), ("'", "'"))
_DECODER = json.JSONDecoder(strict=False)  # a small model writes line ends into its strings as they are


def objects(text: str) -> tuple[JsonObject, ...]:
    """The JSON objects of a reply: of an array, of lines, fenced or with talk around them.

    One that the reply's end cuts off is left out.
    """
    found = [each for each in _values(text, "{[") if isinstance(each, Mapping | list)]
    flat = [one for each in found for one in (each if isinstance(each, list) else [each])]
    return tuple(cast(JsonObject, one) for one in flat if isinstance(one, Mapping))


def strings(text: str) -> tuple[str, ...]:
    """The texts of a JSON array, of the values of its objects, or else of a list of lines.

    Of a numbered list, whose first number may be missing, a line is what stands between a number and the line's end: a
    model likes to add a paragraph about its list.
    """
    fenced = _FENCE.search(text)
    if not (fenced[1] if fenced else text).lstrip().startswith(("[", "{")):
        numbered = _NEXT_NUMBER.split(text.strip())
        return lines("\n".join(part.strip().split("\n")[0] for part in numbered) if len(numbered) > 1 else text)
    found = [text for value in _values(text, '[{"') for text in _texts(value)]
    return tuple(clean for each in found if (clean := each.strip()))


def lines(text: str) -> tuple[str, ...]:
    """The lines of a list, without numbers, bullets and quotation marks."""
    return tuple(clean for line in text.split("\n") if (clean := unquoted(_NUMBER.sub("", line, count=1))))


def text_of(found: JsonObject, names: Sequence[str]) -> str:
    """The first of these fields that holds a text or a number, whatever the case it is written in; else empty."""
    folded = {name.strip().casefold(): value for name, value in found.items()}
    for name in names:
        value = folded.get(name)
        if isinstance(value, str):
            return value.strip()
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
    return ""


def unquoted(text: str) -> str:
    """A text without the quotation marks that stand around the whole of it."""
    text = text.strip()
    for opening, closing in _QUOTES:
        inside = text[1:-1]
        if len(text) > 1 and text[0] == opening and text[-1] == closing and not {opening, closing} & set(inside):
            return inside.strip()
    return text


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(each)


def _values(text: str, openers: str) -> Iterator[Json]:
    """The outermost JSON values that begin with one of these signs, as far as they are whole."""
    fenced = _FENCE.search(text)
    text = fenced[1] if fenced else text
    at = 0
    while at < len(text):
        if text[at] not in openers:
            at += 1
            continue
        try:
            value, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            at += 1  # talk in brackets, or cut off: what is whole inside still counts
            continue
        yield cast(Json, value)
