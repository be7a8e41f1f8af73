"""What every kind of model server is spoken to with: the line it is asked over, and how its answers are read."""

import json
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeAlias

from desktop.core.engine import Model
from desktop.core.errors import UserError
from desktop.core.i18n import N_, _
from desktop.core.records import Message
from desktop.core.steps import Ask, Asked, Chosen, Embedded, Finish, Prompt, Sample, Told
from desktop.engine.template import ROLES

_MOST_DIMENSIONS = 65_536
_MOST_CHARACTERS = 64  # of one token, on the long run
_LEAST_LOGPROB = -104.0  # less than this is 0 in the 32 bits that servers reckon with
_WORDS_SHOWN = 300  # characters of what a server says

Body: TypeAlias = "Mapping[str, Any]"
Say: TypeAlias = "Callable[[str, int], None]"
"""Hears a sample's text so far and its number of tokens."""


class GarbledError(Exception):
    """The server said something that no model server says; `why` is marked and names no value of its own."""


class RejectedError(Exception):
    """The server refused a request: its HTTP status, and its words, shortened and without control characters."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(status, words)
        self.status = status
        self.words = words

    def as_user_error(self) -> UserError:
        """The refusal, for a person."""
        return UserError(
            _("The model server refuses this: {words}").format(words=self.words or f"HTTP {self.status}"),
            _("Look at the server's own messages, or ask another server."),
        )


class Talk(Protocol):
    """The line to the server. Every method raises GarbledError, RejectedError, UserError, or that the line is gone."""

    def get(self, path: str) -> Body:
        """The JSON object that lies at `path`."""

    def post(self, path: str, body: Body) -> Body:
        """The JSON object that `body` is answered with."""

    def stream(self, path: str, body: Body) -> Iterator[Body]:
        """The JSON objects that `body` is answered with, one by one as they come."""

    def grew(self) -> None:
        """The stream brought something new, so its time begins anew."""


class Server(Protocol):
    """One kind of model server, and the one that was found."""

    @property
    def model(self) -> Model:
        """Its model."""

    @property
    def slots(self) -> int:
        """Samples that it is asked for side by side."""

    def write(self, talk: Talk, ask: Ask, random_seed: int, say: Say) -> tuple[Sample, int]:
        """One sample, and the number of tokens of its prompt. Raises UserError where it cannot be had here."""

    def answer(self, talk: Talk, question: Asked) -> Told:
        """The answer to a question that is no Ask. Raises UserError where it cannot be had here."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What one event of a stream says."""

    text: str = ""
    tokens: int = 0  # that it brings, hidden ones included
    logprobs: tuple[float, ...] = ()
    finish: Finish | None = None
    prompt_tokens: int = 0  # 0: not said
    reply_tokens: int = 0  # of the whole reply; 0: not said


def listen(talk: Talk, pieces: Iterable[Piece], ask: Ask, random_seed: int, say: Say) -> tuple[Sample, int]:
    """Hear a sample to its end, or to where it is longer than was asked for. Raises GarbledError where no end comes."""
    began = time.monotonic()
    text, tokens, told, prompt_tokens = "", 0, 0, 0
    logprobs: list[float] = []
    finish: Finish | None = None
    limit = ask.sampling.max_tokens
    for piece in pieces:
        text += piece.text
        tokens += piece.tokens
        logprobs += piece.logprobs
        finish = piece.finish or finish
        told = piece.reply_tokens or told
        prompt_tokens = piece.prompt_tokens or prompt_tokens
        if piece.tokens or piece.text:
            talk.grew()
        if piece.text:
            say(text, tokens)
        if tokens > limit or len(text) > limit * _MOST_CHARACTERS + _MOST_CHARACTERS:
            text, finish = text[: limit * _MOST_CHARACTERS], "length"
            break
        if finish and told:
            break  # all is said; some servers keep the line open
    if finish is None:
        raise GarbledError(N_("It ended a reply without saying so."))
    seconds = time.monotonic() - began
    kept = tuple(logprobs) if ask.logprobs else ()
    return Sample(
        whole(text), finish, random_seed, min(told or tokens, max(limit, tokens)), seconds, kept
    ), prompt_tokens


# ── what is asked ────────────────────────────────────────────────────────────────────────────────


def turns(messages: Sequence[Message]) -> list[dict[str, str]]:
    """A conversation as servers take it."""
    return [{"role": ROLES[each.role], "content": each.content} for each in messages]


def without_help(ask: Ask) -> Ask:
    """The question as a server gets it that opens no reply and binds none to a grammar."""
    return replace(ask, prefill="", grammar="") if ask.optional else ask


def cannot(what: str, remedy: str = "") -> UserError:
    """A server cannot do what is asked; `what` is already in the user's language."""
    return UserError(what, remedy or _("Ask a llama-server (llama.cpp) instead, or choose a model on this computer."))


def is_empty(prompt: Prompt) -> bool:
    """Whether a prompt says nothing at all."""
    return not prompt if isinstance(prompt, str) else not any(each.content for each in prompt)


# ── what is answered ─────────────────────────────────────────────────────────────────────────────


def parse(data: bytes) -> Body:
    """A JSON object. Raises GarbledError, also for NaN and what is nested without end."""
    try:
        value = json.loads(data, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise GarbledError(N_("It answers with something that is not JSON.")) from None
    return mapping(value)


def mapping(value: Any) -> Body:
    """`value`, which must be an object. Raises GarbledError."""
    if not isinstance(value, dict):
        raise _other()
    return value


def sequence(value: Any) -> Sequence[Any]:
    """`value`, which must be a list. Raises GarbledError."""
    if not isinstance(value, list):
        raise _other()
    return value


def string(value: Any) -> str:
    """`value`, which must be text; None is empty. Raises GarbledError."""
    if value is not None and not isinstance(value, str):
        raise _other()
    return value or ""


def whole(text: str) -> str:
    """The text without halves of surrogate pairs, which no file can hold."""
    return text.encode("utf-8", "replace").decode()


def count(value: Any) -> int:
    """`value`, which must be a natural number; None is 0. Raises GarbledError."""
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        raise _other()
    return value


def numbers(values: Any) -> list[int]:
    """Token ids. Raises GarbledError."""
    return [count(each) for each in sequence(values)]


def logprob(value: Any) -> float:
    """A log-probability. Raises GarbledError."""
    if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value) or value > 1e-3:
        raise _other()
    return float(max(_LEAST_LOGPROB, min(0.0, value)))


def embedded(values: Any, *, pooled: bool, prompt_tokens: int) -> Embedded:
    """A vector, made one of length 1. Raises GarbledError."""
    vector = sequence(values)
    if not 0 < len(vector) <= _MOST_DIMENSIONS or not all(type(each) in (int, float) for each in vector):
        raise _other()
    try:
        length = math.hypot(*vector)
    except OverflowError:  # a whole number beyond all floats
        length = math.inf
    if not math.isfinite(length) or not length:
        raise _other()
    return Embedded(tuple(each / length for each in vector), pooled, prompt_tokens)


def chosen(sums: Sequence[float], prompt_tokens: int) -> Chosen:
    """The probabilities of options whose tokens have these log-probabilities together."""
    best = max(sums)
    shares = [math.exp(each - best) for each in sums]
    together = math.fsum(shares)
    return Chosen(tuple(each / together for each in shares), min(1.0, together * math.exp(best)), prompt_tokens)


def words_of(said: Any) -> str:
    """What the answer of a server that refuses says of it, as far as it can be shown."""
    for key in ("error", "message", "detail"):
        if isinstance(said, dict) and said.get(key):
            said = said[key]
    return shown(said) if isinstance(said, str) else ""


def shown(text: str) -> str:
    """The server's words or names as they may stand on a line: shortened, without control characters."""
    return "".join(each if each.isprintable() else " " for each in text[:_WORDS_SHOWN]).strip()


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def _other() -> GarbledError:
    return GarbledError(N_("Its answer is not the one that such a server gives."))
