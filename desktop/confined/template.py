"""The task of filling in a Jinja template that somebody brought along."""

from collections.abc import Iterator, Mapping
from typing import Any

from desktop.core.records import JsonObject

_LONGEST = 200_000  # characters of a text that is handed back


def render(given: Mapping[str, Any]) -> Iterator[JsonObject]:
    """`given`: the values, the template, and the one of its answer choices, parted by `|||`, empty where it has none.

    Yields the text, or a fault in the template's own words.
    """
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    values = dict(given["values"])
    try:
        choices = environment.from_string(given["choices"]).render(values)
        values["answer_choices"] = [each.strip() for each in choices.split("|||")] if choices.strip() else []
        yield {"text": environment.from_string(given["template"]).render(values)[:_LONGEST]}
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as fault:
        yield {"fault": f"{type(fault).__name__}: {fault}"[:500]}
