"""Embeddings of texts, several in one step: from an embedding model, or from the last states of a writing one."""

from collections.abc import Callable
from dataclasses import dataclass

import llama_cpp.llama_cpp as api
import numpy as np

from desktop.core.i18n import N_
from desktop.core.steps import Embed, Embedded
from desktop.engine.native import Batch, DecodeError, Weights
from desktop.engine.preparing import Refusal
from desktop.engine.protocol import Shape, Trouble

_TEXTS = 16
"""Texts in one step."""

_ROOM = 2_048
"""Tokens of one text, which is read in one step: a model that sees texts as a whole cannot take them in parts."""

_ENOUGH = 512
"""Tokens in a step of several texts. More read slower: each looks at the places of all, if only to leave them out."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    ticket: int
    tokens: tuple[int, ...]


class Embedder:
    """Embeds texts with a context of its own, whose memory is cleared after each step."""

    def __init__(self, weights: Weights, shape: Shape) -> None:
        """Raises MemoryError where the context cannot be made, Refusal where the model ranks instead."""
        room = min(_ROOM, weights.trained_context or _ROOM)
        parameters = api.llama_context_default_params()
        parameters.n_ctx = parameters.n_batch = parameters.n_ubatch = room
        parameters.n_seq_max = _TEXTS
        parameters.n_threads = parameters.n_threads_batch = shape.threads
        parameters.kv_unified = True
        parameters.embeddings = True
        if not weights.pools:
            parameters.pooling_type = api.LLAMA_POOLING_TYPE_MEAN
        parameters.flash_attn_type = api.LLAMA_FLASH_ATTN_TYPE_AUTO  # half the time, for a cosine of 0.9998
        parameters.no_perf = True
        self._context = api.llama_init_from_model(weights.pointer, parameters)
        if not self._context:
            raise MemoryError("llama.cpp could not make the context")
        if api.llama_pooling_type(self._context) == api.LLAMA_POOLING_TYPE_RANK:
            api.llama_free(self._context)
            raise Refusal(
                Trouble(N_("This model ranks answers and does not embed texts."), N_("Choose an embedding model."))
            )
        self._memory = api.llama_get_memory(self._context)
        self._vocabulary = weights.vocabulary
        self._width = api.llama_model_n_embd(weights.pointer)
        self._pooled = weights.writes
        self._batch = Batch(room)
        self._waiting: list[_Waiting] = []

    @property
    def idle(self) -> bool:
        """Whether no text waits."""
        return not self._waiting

    def submit(self, ticket: int, question: Embed) -> None:
        """Queue a text. Raises Refusal for an empty one."""
        tokens = self._vocabulary.tokens(question.text, control=False, ended=True)
        if not tokens or not question.text.strip():
            raise Refusal(Trouble(N_("The text is empty."), N_("Leave empty texts out.")))
        if (
            len(tokens) > self._batch.room
        ):  # what a model wants behind a text may be the very token that it is pooled from
            tokens[self._batch.room - 1 :] = tokens[-1:]
        self._waiting.append(_Waiting(ticket, tuple(tokens)))

    def cancel(self, ticket: int) -> None:
        """Drop a text."""
        self._waiting = [each for each in self._waiting if each.ticket != ticket]

    def step(self, say: Callable[[int, Embedded], None]) -> None:
        """Embed as many of the waiting texts as a step should have, in the order in which they came."""
        self._batch.clear()
        taken: list[_Waiting] = []
        while self._waiting and len(taken) < _TEXTS:
            if taken and self._batch.size + len(self._waiting[0].tokens) > min(_ENOUGH, self._batch.room):
                break
            text = self._waiting.pop(0)
            self._batch.add(text.tokens, 0, len(taken), len(text.tokens))
            taken.append(text)
        if self._memory:
            api.llama_memory_clear(self._memory, True)
        if code := api.llama_decode(self._context, self._batch.native()):
            raise DecodeError(code)
        for sequence, text in enumerate(taken):
            pointer = api.llama_get_embeddings_seq(self._context, sequence)
            vector = np.ctypeslib.as_array(pointer, (self._width,)).astype(np.float64)
            vector /= max(float(np.linalg.norm(vector)), 1e-12)
            say(text.ticket, Embedded(tuple(vector.tolist()), self._pooled, len(text.tokens)))
