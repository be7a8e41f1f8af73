"""An ask as the tokens, limits and rules that the batcher works with, or the reason why it cannot be answered."""

import json
import re
from dataclasses import dataclass

from desktop.core.i18n import N_
from desktop.core.records import JsonObject
from desktop.core.steps import Ask
from desktop.engine.native import Grammar, Vocabulary
from desktop.engine.protocol import Trouble
from desktop.engine.template import PLAIN_STOP, ChatTemplate, TemplateError, plain

_LARGEST_SCHEMA = 64_000  # characters; llama.cpp reads rules by recursion
_DEEPEST_SCHEMA = 24
_MOST_REPEATS = 1_000  # of one item; each is written out in the rules
_REPEATS = re.compile(r"\{\s*(\d*)\s*,?\s*(\d*)\s*\}")


class Refusal(Exception):  # noqa: N818 - it is an answer, not an error
    """An ask that can never be answered as it stands."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.what)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class Prepared:
    """An ask, ready to be decoded."""

    tokens: tuple[int, ...]  # of the prompt, prefill included
    limit: int  # tokens that a sample may have
    stops: tuple[str, ...]
    rules: str  # GBNF; empty where the reply is free


def prepare(ask: Ask, vocabulary: Vocabulary, template: ChatTemplate | None, context: int) -> Prepared:
    """Render, tokenise and check. Raises Refusal."""
    text, whole, stops = _text(ask, template)
    if template is not None and not isinstance(ask.prompt, str):
        whole = not text.startswith(vocabulary.name(vocabulary.bos) or "\0")  # many templates write BOS themselves
    if len(text) > context * 64:
        raise Refusal(_too_long(len(text) // 4, context))  # no use in tokenising it
    tokens = vocabulary.tokens(text + ask.prefill, special=whole)
    if len(tokens) >= context:
        raise Refusal(_too_long(len(tokens), context))
    if not tokens:
        raise Refusal(Trouble(N_("The prompt is empty."), N_("Write something for the model to continue.")))
    limit = max(1, min(ask.sampling.max_tokens, context - len(tokens)))
    rules = _rules(ask.schema, vocabulary) if ask.schema is not None else ""
    return Prepared(tuple(tokens), limit, stops, rules)


def _text(ask: Ask, template: ChatTemplate | None) -> tuple[str, bool, tuple[str, ...]]:
    if isinstance(ask.prompt, str):
        return ask.prompt, True, ask.stop
    if template is None:
        return plain(ask.prompt) + (" " if ask.prefill else ""), True, (*ask.stop, PLAIN_STOP)
    try:
        return template.render(ask.prompt), True, ask.stop
    except TemplateError as error:
        raise Refusal(
            Trouble(
                N_("The model's chat template does not take this conversation ({why})."),
                N_("Choose another model."),
                {"why": str(error)},
            )
        ) from None


def _too_long(tokens: int, context: int) -> Trouble:
    return Trouble(
        N_("The prompt has about {tokens} tokens, but the model reads and writes at most {context} at a time."),
        N_("Shorten the prompt or the examples in it, or choose a model with a longer context."),
        {"tokens": tokens, "context": context},
    )


def _rules(schema: JsonObject, vocabulary: Vocabulary) -> str:
    """The schema as rules, tried out once. Raises Refusal for one that is not understood."""
    from llama_cpp.llama_grammar import json_schema_to_gbnf

    try:
        written = json.dumps(schema)
        if len(written) > _LARGEST_SCHEMA or _depth(schema) > _DEEPEST_SCHEMA or _repeats(schema) > _MOST_REPEATS:
            raise ValueError("it is too large")
        rules = json_schema_to_gbnf(written)
        Grammar(vocabulary, rules).close()
    except (
        ArithmeticError,
        AssertionError,
        AttributeError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        raise Refusal(
            Trouble(
                N_("The form that the reply should take is not understood ({why})."),
                N_("Simplify the JSON schema."),
                {"why": str(error)[:200]},
            )
        ) from None
    return str(rules)


def _depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    if isinstance(value, list | tuple):
        return 1 + max(map(_depth, value), default=0)
    return 0


def _repeats(value: object) -> int:
    """The largest number of repeats that any part asks for."""
    if isinstance(value, list | tuple):
        return max(map(_repeats, value), default=0)
    if not isinstance(value, dict):
        return 0
    own = [value[key] for key in ("minItems", "maxItems", "minLength", "maxLength") if isinstance(value.get(key), int)]
    if isinstance(value.get("pattern"), str):
        own += [int(number) for pair in _REPEATS.findall(value["pattern"]) for number in pair if number]
    return max((*own, *map(_repeats, value.values())), default=0)
