"""What goes on in one sequence: a text that is being written, or a given one whose probabilities are taken."""

import codecs
import math
import time
from collections.abc import Sequence
from itertools import chain
from typing import Protocol

import numpy as np

from desktop.core.steps import Ask, Finish, Sample
from desktop.engine.grammar import Grammar, State
from desktop.engine.native import Logits, Vocabulary
from desktop.engine.preparing import Prepared
from desktop.engine.sampling import Sampler, draw_allowed
from desktop.engine.writing import Writer


class Run(Protocol):
    """Lives in one sequence behind a prompt. It is handed logits, and says which tokens to decode next."""

    pending: list[int]  # tokens to decode, in order; empty when it has ended
    every: bool  # it wants the logits after each of them, else after the last

    def take(self, rows: Sequence[Logits]) -> None:
        """Go on from the logits behind what was decoded: first the prompt, later what was pending."""


def log_probability(logits: Logits, token: int) -> float:
    """The natural logarithm of a token's probability."""
    best = float(logits.max())
    return float(logits[token]) - best - math.log(float(np.exp(logits - np.float32(best)).sum(dtype=np.float64)))


class Scoring:
    """Takes the log-probabilities of given tokens."""

    every = True

    def __init__(self, answer: Sequence[int]) -> None:
        self.logprobs: list[float] = []
        self.pending: list[int] = []
        self._answer = answer

    def take(self, rows: Sequence[Logits]) -> None:
        """Each row predicts the next token of the answer."""
        for logits in rows:
            if len(self.logprobs) < len(self._answer):
                self.logprobs.append(log_probability(logits, self._answer[len(self.logprobs)]))
        self.pending = list(self._answer[len(self.logprobs) - 1 : -1])


class Writing:
    """Writes one sample of an Ask."""

    every = False

    def __init__(self, ask: Ask, prepared: Prepared, vocabulary: Vocabulary, random_seed: int) -> None:
        self._limit = prepared.limit
        self._vocabulary = vocabulary
        self._sampler = Sampler(ask.sampling, random_seed)
        self._writer = Writer(prepared.stops)
        opening = "" if ask.grammar else ask.prefill
        self._form = Form(prepared.grammar, vocabulary, opening) if prepared.grammar is not None else None
        self._random_seed = random_seed
        self._logprobs: list[float] | None = [] if ask.logprobs else None
        self._began = time.perf_counter()
        self._begun = False
        self.pending: list[int] = []
        self.finish: Finish | None = None
        self.drawn = 0
        self.said = 0  # characters of the text that were reported
        self.said_at = 0.0
        self._follow()

    @property
    def text(self) -> str:
        """What is certain of its text so far."""
        return self._writer.text

    def take(self, rows: Sequence[Logits]) -> None:
        """Draw the next token, and add what the form leaves no choice about."""
        if not self._begun:
            self._begun = True
            if self.pending or self.finish is not None:
                return  # what the form begins with is decoded first
        logits = rows[-1]
        original = logits.copy() if self._logprobs is not None else None
        self._sampler.penalise(logits)
        form = self._form
        token = self._sampler.draw(logits) if form is None else draw_allowed(self._sampler, logits, form)
        self.pending = []
        if token < 0 or self._vocabulary.ends(token):
            self.finish = "stop"
            return
        if self._logprobs is not None and original is not None:
            self._logprobs.append(log_probability(original, token))
        self._add(token)
        if self.finish is None:
            self._follow()

    def sample(self) -> Sample:
        """The text as it ended."""
        return Sample(
            text=self._writer.finish(),
            finish=self.finish or "length",
            random_seed=self._random_seed,
            reply_tokens=self.drawn,
            seconds=time.perf_counter() - self._began,
            logprobs=tuple(self._logprobs or ()),
        )

    def _add(self, token: int) -> None:
        self.drawn += 1
        self.pending.append(token)
        self._sampler.accept(token)
        if self._form is not None:
            self._form.accept(token)
        self._writer.push(self._vocabulary.piece(token))
        if self._writer.stopped:
            self._end("stop")
        elif self.drawn >= self._limit:
            self._end("length")

    def _follow(self) -> None:
        """Add the tokens that must come next."""
        if self._form is None:
            return
        for token in self._form.forced():
            self._add(token)
            if self._logprobs is not None:
                self._logprobs.append(0.0)  # there was no choice
            if self.finish is not None:
                return
        if self._form.is_over:
            self._end("stop")

    def _end(self, finish: Finish) -> None:
        self.finish = finish
        self.pending = []


class Form:
    """Where a text stands in the grammar that binds it."""

    def __init__(self, grammar: Grammar, vocabulary: Vocabulary, prefill: str) -> None:
        """The prefill belongs to the form where it fits its beginning."""
        self._grammar = grammar
        self._vocabulary = vocabulary
        self._state: State = grammar.after(grammar.start, prefill) or grammar.start
        self._tail = b""  # the first bytes of a character that is not complete

    @property
    def is_over(self) -> bool:
        """Whether nothing more may come."""
        return not self._state.nodes

    def allows(self, token: int) -> bool:
        """Whether the token may come next."""
        if self._vocabulary.ends(token):
            return self._state.may_end and not self._tail
        return self._after(token) is not None

    def choices(self) -> Sequence[int]:
        """All tokens that may come next, where they begin with one of few characters; else none."""
        state, few = self._state, self._grammar.few(self._state)
        if self._tail or not few:
            return ()
        if state.tokens is None:
            first = {character.encode()[0] for character in few}
            state.tokens = tuple(filter(self.allows, chain.from_iterable(map(self._vocabulary.beginning, first))))
        return state.tokens

    def accept(self, token: int) -> None:
        """Go on behind a token that may come."""
        found = self._after(token)
        if found is not None:
            self._state, self._tail = found

    def forced(self) -> Sequence[int]:
        """The tokens of the text that must come next, but for a space before what may be chosen: in most vocabularies
        it belongs to the word behind it, and a model that is handed it alone goes on in strange ways.
        """
        text = "" if self._tail else self._grammar.forced(self._state).removesuffix(" ")
        if not text:
            return ()
        tokens = self._vocabulary.tokens(text, special=False, control=False)
        # Some vocabularies put a space before every text.
        return tokens if b"".join(map(self._vocabulary.piece, tokens)) == text.encode() else ()

    def _after(self, token: int) -> tuple[State, bytes] | None:
        piece = self._tail + self._vocabulary.piece(token)
        if piece == self._tail:
            return None  # a control token
        try:
            text, length = codecs.utf_8_decode(piece, "strict", False)
        except UnicodeDecodeError:
            return None
        tail = piece[length:]
        state = self._grammar.after(self._state, text)
        if state is None or (tail and not self._grammar.allows_between(state, *_characters_of(tail))):
            return None
        return state, tail


def _characters_of(tail: bytes) -> tuple[str, str]:
    """The first and the last character whose bytes begin so."""
    length = 2 if tail[0] < 0xE0 else 3 if tail[0] < 0xF0 else 4
    missing = length - len(tail)
    low, high = tail + b"\x80" * missing, tail + b"\xbf" * missing
    return _character(low), _character(high)


def _character(raw: bytes) -> str:
    """The character, or the nearest that exists."""
    number = raw[0] & (0x7F >> len(raw))
    for byte in raw[1:]:
        number = number << 6 | (byte & 0x3F)
    return chr(min(number, 0x10FFFF))
