"""Options: read from a form, a command line or a project, or refused with a plain sentence."""

from dataclasses import dataclass
from typing import Literal

import pytest

from desktop.core.errors import UserError
from desktop.core.options import About, Options, fields, from_json, from_text, option, to_json
from desktop.core.records import JsonObject


@dataclass(frozen=True)
class Sample(Options):
    """One option of every kind."""

    strict: bool = option(False, About("Strict"))
    count: int = option(4, About("Count", minimum=1, maximum=10))
    share: float = option(0.5, About("Share", minimum=0.0, maximum=1.0))
    name: str = option("", About("Name"))
    order: Literal["first", "last"] = option("first", About("Order", choices={"first": "First", "last": "Last"}))
    words: tuple[str, ...] = option((), About("Words"))
    limit: int | None = option(None, About("Limit"))


def test_fields_come_in_order_with_their_kinds() -> None:
    assert [(each.name, each.kind) for each in fields(Sample)] == [
        ("strict", bool),
        ("count", int),
        ("share", float),
        ("name", str),
        ("order", str),
        ("words", tuple),
        ("limit", int),
    ]
    assert fields(Sample)[1].default == 4


def test_options_come_back_from_json_as_they_went() -> None:
    made = Sample(strict=True, count=7, share=0.25, name="诗", order="last", words=("a b", "图"))
    assert from_json(Sample, to_json(made)) == made
    assert to_json(made)["words"] == ["a b", "图"]
    assert from_json(Sample, {}) == Sample()


@pytest.mark.parametrize(
    ("pairs", "made"),
    [
        ({"strict": "yes"}, Sample(strict=True)),
        ({"strict": "FALSE"}, Sample(strict=False)),
        ({"strict": "1"}, Sample(strict=True)),
        ({"count": "7"}, Sample(count=7)),
        ({"count": "7.0"}, Sample(count=7)),
        ({"share": "1"}, Sample(share=1.0)),
        ({"count": "3", "limit": "12345678901234567890"}, Sample(count=3, limit=12345678901234567890)),
        ({"limit": "null"}, Sample(limit=None)),
        ({"name": "7"}, Sample(name="7")),
        ({"name": "true"}, Sample(name="true")),
        ({"name": "1e3"}, Sample(name="1e3")),
        ({"name": '{"a": [1]}'}, Sample(name='{"a": [1]}')),
        ({"name": '"quoted"'}, Sample(name="quoted")),
        ({"name": "[" * 100_000}, Sample(name="[" * 100_000)),
        ({"name": "two words"}, Sample(name="two words")),
        ({"order": "last"}, Sample(order="last")),
        ({"words": "a, b c,,d"}, Sample(words=("a", "b c", "d"))),
        ({"words": '["a, b", "c"]'}, Sample(words=("a, b", "c"))),
        ({"words": ""}, Sample(words=())),
        ({"words": "7"}, Sample(words=("7",))),
    ],
)
def test_a_command_line_s_text_is_read_as_the_option_s_kind(pairs: dict[str, str], made: Sample) -> None:
    assert from_text(Sample, pairs) == made


@pytest.mark.parametrize(
    ("pairs", "remedy"),
    [
        ({"count": "many"}, "It should be a whole number."),
        ({"count": "1.5"}, "It should be a whole number."),
        ({"count": "0"}, "It should be 1 or more."),
        ({"count": "11"}, "It should be 10 or less."),
        ({"count": "true"}, "It should be a whole number."),
        ({"count": "NaN"}, "It should be a whole number."),
        ({"count": "Infinity"}, "It should be a whole number."),
        ({"count": "[1]"}, "It should be a whole number."),
        ({"share": "NaN"}, "It should be a number."),
        ({"share": "-Infinity"}, "It should be a number."),
        ({"share": "1" + "0" * 400}, "It should be a number."),
        ({"count": "null"}, "It should be a whole number."),
        ({"share": "1.01"}, "It should be 1 or less."),
        ({"strict": "perhaps"}, "It should be yes or no."),
        ({"order": "middle"}, "Choose one of: first, last."),
        ({"colour": "red"}, "Choose one of: strict, count, share, name, order, words, limit."),
    ],
)
def test_what_does_not_fit_is_named_and_what_would_fit_is_said(pairs: dict[str, str], remedy: str) -> None:
    with pytest.raises(UserError) as caught:
        from_text(Sample, pairs)
    assert next(iter(pairs)) in caught.value.what
    assert caught.value.remedy == remedy


def test_stored_values_of_a_wrong_kind_are_refused() -> None:
    wrong: list[JsonObject] = [{"words": 7}, {"name": ["a"]}, {"count": {"a": 1}}, {"strict": []}]
    for stored in wrong:
        with pytest.raises(UserError):
            from_json(Sample, stored)
