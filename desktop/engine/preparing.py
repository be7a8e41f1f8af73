"""A question as the tokens, limits and grammar that the batcher works with, or the reason why it has no answer."""

import json
import re
from dataclasses import dataclass
from functools import lru_cache

from desktop.core.i18n import N_
from desktop.core.records import JsonObject
from desktop.core.steps import Ask, Choose, Count, Counted, Prompt, Render, Rendered, Score
from desktop.engine.grammar import Grammar, GrammarError
from desktop.engine.native import Vocabulary
from desktop.engine.protocol import Trouble
from desktop.engine.template import PLAIN_STOP, ChatTemplate, TemplateError, plain

_LARGEST_SCHEMA = 64_000  # characters; the converter reads it by recursion
_LARGEST_GRAMMAR = 256_000
_DEEPEST_SCHEMA = 24
_MOST_REPEATS = 1_000  # of one item; each is written out in the rules
_REPEATS = re.compile(r"\{\s*(\d*)\s*,?\s*(\d*)\s*\}")
_MOST_OPTIONS = 256


class Refusal(Exception):  # noqa: N818 - it is an answer, not an error
    """A question that can never be answered as it stands."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.what)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class Prepared:
    """A question, ready to be decoded: what it has to read, and what comes behind that."""

    tokens: tuple[int, ...]  # of the prompt, prefill included; never empty
    limit: int = 0  # tokens that a sample may have
    stops: tuple[str, ...] = ()
    grammar: Grammar | None = None
    answers: tuple[tuple[int, ...], ...] = ()  # given texts whose probabilities are wanted
    unpredicted: int = 0  # tokens of the answer that nothing predicts


@dataclass(frozen=True, slots=True)
class Reader:
    """What turns text into tokens: all that questions which decode nothing need of a model."""

    vocabulary: Vocabulary
    template: ChatTemplate | None
    context: int  # tokens that prompt and reply may take together

    def prepare(self, question: Ask | Score | Choose) -> Prepared:
        """Render, tokenise and check. Raises Refusal."""
        match question:
            case Ask():
                return self._ask(question)
            case Score():
                return self._score(question)
            case Choose():
                return self._choose(question)

    def count(self, question: Count) -> Counted:
        """How many tokens the texts have, and how many of those are small."""
        tokens: list[int] = []
        small: list[int] = []
        for text in question.texts:
            found = self.vocabulary.tokens(text, special=False, control=False)
            tokens.append(len(found))
            small.append(sum(map(self.vocabulary.is_small, found)))
        return Counted(tuple(tokens), tuple(small))

    def render(self, question: Render) -> Rendered:
        """The conversation in the model's own template. Raises Refusal."""
        if self.template is None:
            text = plain(question.messages, reply=question.reply)
        else:
            text = self._rendered(question.messages, question.reply)
        return Rendered(text, len(self.vocabulary.tokens(text, special=False)))

    # ── prompts ──────────────────────────────────────────────────────────────────────────────────

    def _ask(self, ask: Ask) -> Prepared:
        tokens = self._prompt(ask.prompt, ask.prefill)
        stops = ask.stop if isinstance(ask.prompt, str) or self.template is not None else (*ask.stop, PLAIN_STOP)
        grammar = _grammar(ask)
        limit = max(1, min(ask.sampling.max_tokens, self.context - len(tokens)))
        return Prepared(tokens, limit, stops, grammar)

    def _score(self, score: Score) -> Prepared:
        tokens = self._prompt(score.prompt, "") if score.prompt else self._beginning()
        answer = tuple(self.vocabulary.tokens(score.answer, special=False, control=False))
        if not answer:
            raise Refusal(Trouble(N_("The answer is empty."), N_("Give a text whose probability is to be measured.")))
        unpredicted = 0
        if not tokens:
            tokens, answer, unpredicted = answer[:1], answer[1:], 1
        self._check(len(tokens) + len(answer) - 1)
        return Prepared(tokens, answers=(answer,), unpredicted=unpredicted)

    def _choose(self, choose: Choose) -> Prepared:
        if not 1 < len(choose.options) <= _MOST_OPTIONS or not all(choose.options):
            raise Refusal(
                Trouble(N_("There is nothing to choose from."), N_("Give 2 to {most} texts."), {"most": _MOST_OPTIONS})
            )
        tokens = self._prompt(choose.prompt, choose.prefill)
        answers = tuple(tuple(self.vocabulary.tokens(each, special=False, control=False)) for each in choose.options)
        self._check(len(tokens) + max(map(len, answers)) - 1)
        return Prepared(tokens, answers=answers)

    def _prompt(self, prompt: Prompt, prefill: str) -> tuple[int, ...]:
        whole = True
        if isinstance(prompt, str):
            text = prompt
        elif self.template is None:
            text = plain(prompt) + (" " if prefill else "")
        else:
            text = self._rendered(prompt, True)
            begins = self.vocabulary.name(self.vocabulary.bos)
            whole = not (begins and text.startswith(begins))  # many templates write it themselves
        if len(text) > self.context * 64:
            raise Refusal(_too_long(len(text) // 4, self.context))  # no use in tokenising it
        tokens = self.vocabulary.tokens(text + prefill, special=whole)
        self._check(len(tokens))
        if not tokens:
            raise Refusal(Trouble(N_("The prompt is empty."), N_("Write something for the model to continue.")))
        return tuple(tokens)

    def _beginning(self) -> tuple[int, ...]:
        """What the model wants before a text: one token, or none."""
        return tuple(self.vocabulary.tokens("", special=True))

    def _check(self, tokens: int) -> None:
        if tokens >= self.context:
            raise Refusal(_too_long(tokens, self.context))

    def _rendered(self, messages: Prompt, reply: bool) -> str:
        if self.template is None or isinstance(messages, str):
            raise TypeError("only messages are rendered, and only in a template")
        try:
            return self.template.render(messages, reply=reply)
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


# ── the form of a reply ──────────────────────────────────────────────────────────────────────────


def _grammar(ask: Ask) -> Grammar | None:
    """The grammar that binds the reply. Raises Refusal for one that is not understood."""
    if ask.schema is None and not ask.grammar:
        return None
    try:
        return _of_schema(_written(ask.schema)) if ask.schema is not None else _of_rules(ask.grammar)
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


def _written(schema: JsonObject) -> str:
    written = json.dumps(schema)
    if len(written) > _LARGEST_SCHEMA or _depth(schema) > _DEEPEST_SCHEMA or _repeats(schema) > _MOST_REPEATS:
        raise GrammarError("it is too large")
    return written


@lru_cache(64)
def _of_schema(schema: str) -> Grammar:
    """Asks of one step share their grammar, and with it all the states that were ever reached."""
    from llama_cpp.llama_grammar import json_schema_to_gbnf

    return Grammar(json_schema_to_gbnf(schema), compact=True)


@lru_cache(64)
def _of_rules(rules: str) -> Grammar:
    if len(rules) > _LARGEST_GRAMMAR:
        raise GrammarError("it is too large")
    return Grammar(rules)


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
