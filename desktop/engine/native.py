"""llama.cpp as few typed pieces: weights, vocabulary, context, batch, grammar."""

import ctypes
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import llama_cpp.llama_cpp as api
import numpy as np
from numpy.typing import NDArray

_CHUNK_MOST = 512
"""Tokens that one step decodes together at most; more brings nothing on a processor and delays a cancel."""

_TOKEN_DATA = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])  # llama_token_data


class DecodeError(Exception):
    """llama.cpp could not decode a batch. `full`: for want of room in the memory of sequences."""

    def __init__(self, code: int) -> None:
        super().__init__(f"llama_decode returned {code}")
        self.full = code == 1


class DecodeAbortedError(Exception):
    """A decode was broken off on request; nothing of the batch counts."""


class Vocabulary:
    """The tokens of a model."""

    def __init__(self, model: Any) -> None:
        self._vocab = api.llama_model_get_vocab(model)
        self.size: int = api.llama_vocab_n_tokens(self._vocab)
        self.bos: int = api.llama_vocab_bos(self._vocab)
        self.eos: int = api.llama_vocab_eos(self._vocab)
        self._pieces: dict[int, bytes] = {}
        self._ends: dict[int, bool] = {}

    @property
    def pointer(self) -> Any:
        """For the functions of llama.cpp that want it."""
        return self._vocab

    def tokens(self, text: str, *, special: bool = True) -> list[int]:
        """The text's tokens. `special`: with what the model wants before a text (BOS). Control tokens are read."""
        raw = text.encode("utf-8", "replace")
        room = len(raw) + 8
        found = (api.llama_token * room)()
        count = api.llama_tokenize(self._vocab, raw, len(raw), found, room, special, True)
        if count < 0:
            raise ValueError("a text that cannot be tokenised")
        tokens = list(found[:count])
        if special and tokens and tokens[-1] == self.eos and api.llama_vocab_get_add_eos(self._vocab):
            tokens.pop()  # it would end the reply before it began
        return tokens

    def piece(self, token: int) -> bytes:
        """The token's bytes, which may be part of a character; a control token has none."""
        if token not in self._pieces:
            self._pieces[token] = self._read_piece(token, special=False)
        return self._pieces[token]

    def name(self, token: int) -> str:
        """A control token as templates write it ("<s>"); empty where the model has none."""
        return self._read_piece(token, special=True).decode("utf-8", "replace") if token >= 0 else ""

    def ends(self, token: int) -> bool:
        """Whether the token ends a reply."""
        if token not in self._ends:
            self._ends[token] = bool(api.llama_vocab_is_eog(self._vocab, token))
        return self._ends[token]

    def _read_piece(self, token: int, *, special: bool) -> bytes:
        room = 64
        while True:
            found = ctypes.create_string_buffer(room)
            length = api.llama_token_to_piece(self._vocab, token, found, room, 0, special)
            if length >= 0:
                return found.raw[:length]
            room = -length


class Weights:
    """A loaded model."""

    def __init__(self, path: str, on_progress: Callable[[float], None]) -> None:
        """Raises OSError where llama.cpp cannot load it."""

        def progress(fraction: float, _data: object) -> bool:
            on_progress(fraction)
            return True

        parameters = api.llama_model_default_params()
        callback = api.llama_progress_callback(progress)
        parameters.progress_callback = callback
        pointer = api.llama_model_load_from_file(path.encode(), parameters)
        if not pointer:
            raise OSError("llama.cpp refused the file")
        self.pointer: Any = pointer
        self.vocabulary = Vocabulary(pointer)
        self.trained_context: int = api.llama_model_n_ctx_train(pointer)
        self.writes = bool(api.llama_model_has_decoder(pointer)) and not bool(api.llama_model_has_encoder(pointer))
        # A recurrent state cannot be cut back to an earlier token; a key-value memory can.
        self.rewinds = not (api.llama_model_is_recurrent(pointer) or api.llama_model_is_hybrid(pointer))
        template = api.llama_model_chat_template(pointer, None)
        self.chat_template: str = template.decode("utf-8", "replace") if template else ""


class Batch:
    """Tokens to decode in one step, in arrays that are made once."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.size = 0
        self._tokens = np.zeros(room, np.int32)
        self._places = np.zeros(room, np.int32)
        self._sequences = np.zeros((room, 2), np.int32)
        self._counts = np.ones(room, np.int32)
        self._wanted = np.zeros(room, np.int8)
        rows = self._sequences.ctypes.data + np.arange(room, dtype=np.uintp) * self._sequences.strides[0]
        self._rows = rows.astype(np.uintp)
        self.starts: dict[int, int] = {}  # sequence → its first place in this batch

    @property
    def left(self) -> int:
        """How many more tokens it takes."""
        return self.room - self.size

    def clear(self) -> None:
        """Start the next step."""
        self.size = 0
        self.starts.clear()

    def add(self, tokens: Sequence[int], place: int, sequences: Sequence[int], *, wanted: bool) -> int:
        """Append tokens of one or two sequences from `place` on; `wanted`: the last one's logits are.

        Returns the row of the last token.
        """
        first, last = self.size, self.size + len(tokens)
        self._tokens[first:last] = tokens
        self._places[first:last] = np.arange(place, place + len(tokens))
        self._counts[first:last] = len(sequences)
        self._sequences[first:last, : len(sequences)] = sequences
        self._wanted[first:last] = 0
        self._wanted[last - 1] = wanted
        for sequence in sequences:
            self.starts.setdefault(sequence, place)
        self.size = last
        return last - 1

    def native(self) -> api.llama_batch:
        """The batch as llama.cpp takes it; it points into this object."""

        def pointer(array: NDArray[Any], kind: Any) -> Any:
            return ctypes.cast(array.ctypes.data, ctypes.POINTER(kind))

        return api.llama_batch(
            n_tokens=self.size,
            token=pointer(self._tokens, api.llama_token),
            embd=None,
            pos=pointer(self._places, api.llama_pos),
            n_seq_id=pointer(self._counts, ctypes.c_int32),
            seq_id=ctypes.cast(self._rows.ctypes.data, ctypes.POINTER(ctypes.POINTER(ctypes.c_int32))),
            logits=pointer(self._wanted, ctypes.c_int8),
        )


@dataclass(frozen=True, slots=True)
class Size:
    """What a context is made for."""

    threads: int
    cells: int  # tokens in the memory that all sequences share
    sequences: int


class Context:
    """The memory of all sequences, and what decodes into it."""

    def __init__(self, weights: Weights, size: Size) -> None:
        """Raises MemoryError where it cannot be made."""
        parameters = api.llama_context_default_params()
        parameters.n_ctx = size.cells
        parameters.n_batch = parameters.n_ubatch = _CHUNK_MOST
        parameters.n_seq_max = size.sequences
        parameters.n_outputs_max = size.sequences  # rows of logits in one step; not fewer, or llama.cpp aborts
        parameters.n_threads = parameters.n_threads_batch = size.threads
        parameters.kv_unified = True  # a copied prefix is shared, not copied
        parameters.swa_full = True  # sliding-window models would forget prefixes
        # Without it attention reads every cell of every sequence; with it only those of its own.
        parameters.flash_attn_type = api.LLAMA_FLASH_ATTN_TYPE_ENABLED
        parameters.no_perf = True
        self._context = api.llama_init_from_model(weights.pointer, parameters)
        if not self._context:
            raise MemoryError("llama.cpp could not make the context")
        self._memory = api.llama_get_memory(self._context)
        self._words = weights.vocabulary.size
        self.batch = Batch(_CHUNK_MOST)
        self._abort = ctypes.create_string_buffer(2)
        if weights.rewinds:
            # Asked between any two operations of a decode. The C library's strlen answers it from a flag
            # ("" is no, "\1" is yes) in nanoseconds; a Python function would take the interpreter's lock.
            callback = ctypes.cast(_strlen(), api.ggml_abort_callback)
            api.llama_set_abort_callback(self._context, callback, ctypes.cast(self._abort, ctypes.c_void_p))

    def abort(self, now: bool) -> None:
        """Break off the running decode, and every one until it is called with False. From any thread."""
        self._abort[0] = b"\1" if now else b"\0"

    def decode(self) -> None:
        """Decode the batch. Raises DecodeError or DecodeAbortedError; then nothing of it is in memory."""
        code = api.llama_decode(self._context, self.batch.native())
        if code == 0:
            return
        for sequence, place in self.batch.starts.items():
            self.cut(sequence, place)
        if code == 2:
            raise DecodeAbortedError
        raise DecodeError(code)

    def logits(self, row: int) -> NDArray[np.float32]:
        """The logits after a token of the batch whose logits were wanted; valid until the next decode."""
        pointer = api.llama_get_logits_ith(self._context, row)
        return np.ctypeslib.as_array(pointer, (self._words,))

    def share(self, source: int, target: int, length: int | None) -> None:
        """Let `target` have the first `length` tokens of `source` (None: all of them)."""
        if length is None:
            api.llama_memory_seq_cp(self._memory, source, target, -1, -1)
        elif length > 0:
            api.llama_memory_seq_cp(self._memory, source, target, 0, length)

    def cut(self, sequence: int, length: int = 0) -> None:
        """Forget a sequence's tokens from `length` on."""
        api.llama_memory_seq_rm(self._memory, sequence, length if length > 0 else -1, -1)


class Grammar:
    """What may come next in one sample that is bound to a form."""

    def __init__(self, vocabulary: Vocabulary, rules: str) -> None:
        """Raises ValueError where llama.cpp cannot read the rules (GBNF, start symbol "root")."""
        self._sampler = api.llama_sampler_init_grammar(vocabulary.pointer, rules.encode(), b"root")
        if not self._sampler:
            raise ValueError("rules that llama.cpp cannot read")

    def allows(self, tokens: NDArray[np.int64]) -> NDArray[np.bool_]:
        """For each token, whether it may come next."""
        table = np.zeros(len(tokens), _TOKEN_DATA)
        table["id"] = tokens
        data = ctypes.cast(table.ctypes.data, api.llama_token_data_p)
        array = api.llama_token_data_array(data=data, size=len(table), selected=-1, sorted=False)
        api.llama_sampler_apply(self._sampler, ctypes.byref(array))
        return np.asarray(table["logit"] == 0.0)

    def allows_one(self, token: int) -> bool:
        """Whether this token may come next."""
        return bool(self.allows(np.array([token]))[0])

    def accept(self, token: int) -> None:
        """Go on after a token that `allows` allowed."""
        api.llama_sampler_accept(self._sampler, token)

    def close(self) -> None:
        """Give its memory back."""
        api.llama_sampler_free(self._sampler)


def start(on_error: Callable[[str], None]) -> object:
    """Make llama.cpp ready and send its errors to `on_error`. Keep the answer: the callback lives in it."""

    def log(level: int, text: bytes, _data: object) -> None:
        if level >= 4:  # GGML_LOG_LEVEL_ERROR; what is less is of no use to a person
            on_error(text.decode("utf-8", "replace").rstrip())

    callback = api.llama_log_callback(log)
    api.llama_log_set(callback, ctypes.c_void_p(0))
    api.llama_backend_init()
    return callback


def _strlen() -> Any:
    library = ctypes.cdll.msvcrt if sys.platform == "win32" else ctypes.CDLL(None)
    return library.strlen
