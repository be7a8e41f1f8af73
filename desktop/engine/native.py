"""llama.cpp as few typed pieces: weights, vocabulary, context, batch."""

import ctypes
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import llama_cpp.llama_cpp as api
import numpy as np
from numpy.typing import NDArray

from desktop.engine import gpu
from desktop.engine.endings import CARD_NOT_TAKEN

_CHUNK_MOST = 512
"""Tokens that one step decodes together at most; more brings nothing on a processor and delays a cancel."""

_CHUNK_TOGETHER = 128
"""The same of sequences that share a memory, where room for 512 at work would cost a small model 180 MB more."""

Logits: TypeAlias = NDArray[np.float32]
State: TypeAlias = NDArray[np.uint8]
"""What a sequence holds, as llama.cpp writes it."""


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

    def tokens(self, text: str, *, special: bool = True, control: bool = True, ended: bool = False) -> list[int]:
        """The text's tokens. `special`: with what the model wants before a text (BOS), and where it is `ended` behind
        it (EOS). `control`: control tokens that the text names ("<s>") are read as such; else they are text like any
        other.
        """
        raw = text.encode("utf-8", "replace")
        room = len(raw) + 8
        found = (api.llama_token * room)()
        count = api.llama_tokenize(self._vocab, raw, len(raw), found, room, special, control)
        if count < 0:
            raise ValueError("a text that cannot be tokenised")
        tokens = list(found[:count])
        if special and not ended and tokens and tokens[-1] == self.eos and api.llama_vocab_get_add_eos(self._vocab):
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

    def beginning(self, byte: int) -> Sequence[int]:
        """The tokens whose bytes begin so. The first time all are looked at, which takes a tenth of a second."""
        return self._beginnings.get(byte, ())

    @cached_property
    def _beginnings(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for token in range(self.size):
            if piece := self.piece(token):
                found.setdefault(piece[0], []).append(token)
        return found

    def is_small(self, token: int) -> bool:
        """Whether the token stands for one character or a part of one."""
        piece = self.piece(token)
        return len(piece) <= 1 or len(piece.decode("utf-8", "replace").strip()) <= 1

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

    def __init__(
        self, path: str, on_progress: Callable[[float], None], *, gpu_layers: int = -1, only_words: bool = False
    ) -> None:
        """`gpu_layers`: on the graphics card; -1: as many as fit. Raises OSError where llama.cpp cannot load it."""

        def progress(fraction: float, _data: object) -> bool:
            on_progress(fraction)
            return True

        parameters = api.llama_model_default_params()
        callback = api.llama_progress_callback(progress)
        parameters.progress_callback = callback
        parameters.vocab_only = only_words
        self.note = ""
        wanted = 0 if only_words else gpu.layers(path) if gpu_layers < 0 else gpu_layers
        parameters.n_gpu_layers = wanted
        pointer = api.llama_model_load_from_file(path.encode(), parameters)
        if not pointer and wanted:
            parameters.n_gpu_layers = 0
            pointer = api.llama_model_load_from_file(path.encode(), parameters)
            self.note = CARD_NOT_TAKEN
        if not pointer:
            raise OSError("llama.cpp refused the file")
        self.pointer: Any = pointer
        self.vocabulary = Vocabulary(pointer)
        self.trained_context: int = api.llama_model_n_ctx_train(pointer)
        self.pools = self._said("pooling_type", "0") not in ("0", "")
        # An embedding model sees a text as a whole, or has its states pooled; it is not made to go on with one.
        self.writes = (
            bool(api.llama_model_has_decoder(pointer))
            and not bool(api.llama_model_has_encoder(pointer))
            and not self.pools
            and self._said("attention.causal", "true") != "false"
        )
        # A recurrent state cannot be cut back to an earlier token; a key-value memory can.
        self.rewinds = not (api.llama_model_is_recurrent(pointer) or api.llama_model_is_hybrid(pointer))
        # In one memory a window that slides lets go of cells that a text shares with others.
        self.shares = self.rewinds and not api.llama_model_n_swa(pointer)
        template = api.llama_model_chat_template(pointer, None)
        self.chat_template: str = template.decode("utf-8", "replace") if template else ""

    def _said(self, key: str, otherwise: str) -> str:
        """What the file says of its architecture under this key."""
        architecture = self._value("general.architecture")
        return self._value(f"{architecture}.{key}") or otherwise

    def _value(self, key: str) -> str:
        room = ctypes.create_string_buffer(256)
        length = api.llama_model_meta_val_str(self.pointer, key.encode(), room, len(room))
        return room.value.decode("utf-8", "replace") if length >= 0 else ""


class Batch:
    """Tokens to decode in one step, in arrays that are made once."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.size = 0
        self.rows = 0  # of logits that are wanted
        self._tokens = np.zeros(room, np.int32)
        self._places = np.zeros(room, np.int32)
        self._sequences = np.zeros(room, np.int32)
        self._counts = np.ones(room, np.int32)
        self._wanted = np.zeros(room, np.int8)
        rows = self._sequences.ctypes.data + np.arange(room, dtype=np.uintp) * self._sequences.itemsize
        self._rows = rows.astype(np.uintp)
        self.starts: dict[int, int] = {}  # sequence → its first place in this batch

    def clear(self) -> None:
        """Start the next step."""
        self.size = self.rows = 0
        self.starts.clear()

    def add(self, tokens: Sequence[int], place: int, sequence: int, wanted: int) -> int:
        """Append tokens of a sequence, which stand from `place` on; the logits after the last `wanted` are kept.

        Returns the first row of these in `Context.logits`. Add sequences in the order of their numbers: llama.cpp
        decodes neighbours together.
        """
        first, last = self.size, self.size + len(tokens)
        self._tokens[first:last] = tokens
        self._places[first:last] = np.arange(place, place + len(tokens))
        self._sequences[first:last] = sequence
        self._wanted[first:last] = 0
        self._wanted[last - wanted : last] = 1
        self.starts[sequence] = place
        self.size = last
        self.rows += wanted
        return self.rows - wanted

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
    sequences: int
    context: int  # tokens that each sequence may hold
    outputs: int  # rows of logits in one step
    flash: bool = False
    small_keys: bool = False  # 8 bits for a key instead of 16
    together: bool = False  # one memory for all sequences, of `context` tokens


class Context:
    """The memory of all sequences, and what decodes into it.

    Where each sequence has a memory of its own, attention reads no cell of another one, and what one sequence holds
    costs the others nothing. What two have in common is copied (`save`, `restore`), at the speed of memory. Where they
    have one `together`, a cell may belong to several (`share`), and each token is compared with all cells.
    """

    def __init__(self, weights: Weights, size: Size) -> None:
        """Raises MemoryError where it cannot be made."""
        parameters = api.llama_context_default_params()
        memories = 1 if size.together else size.sequences
        parameters.n_ctx = memories * (-(-size.context // 256) * 256)  # llama.cpp wants it so
        parameters.n_batch = _CHUNK_MOST
        parameters.n_ubatch = _CHUNK_TOGETHER if size.together else _CHUNK_MOST
        parameters.n_seq_max = size.sequences
        parameters.n_outputs_max = size.outputs  # not fewer, or llama.cpp aborts
        parameters.n_threads = parameters.n_threads_batch = size.threads
        parameters.kv_unified = size.together
        parameters.swa_full = True  # sliding-window models would forget prefixes
        parameters.flash_attn_type = (
            api.LLAMA_FLASH_ATTN_TYPE_ENABLED if size.flash else api.LLAMA_FLASH_ATTN_TYPE_DISABLED
        )
        if size.small_keys:
            parameters.type_k = api.GGML_TYPE_Q8_0
        parameters.no_perf = True
        self._context = api.llama_init_from_model(weights.pointer, parameters)
        if not self._context:
            raise MemoryError("llama.cpp could not make the context")
        self._memory = api.llama_get_memory(self._context)
        self._words = weights.vocabulary.size
        self.outputs = size.outputs
        self.seconds = 0.0  # within llama.cpp: decoding, and copying what sequences hold
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
        with self._clocked():
            code = api.llama_decode(self._context, self.batch.native())
        if code == 0:
            return
        for sequence, place in self.batch.starts.items():
            self.cut(sequence, place)
        if code == 2:
            raise DecodeAbortedError
        raise DecodeError(code)

    def logits(self) -> Logits:
        """The wanted logits of the batch, a row for each token in their order; valid until the next decode."""
        rows = max(1, self.batch.rows)
        return np.ctypeslib.as_array(api.llama_get_logits(self._context), (rows, self._words))

    def save(self, sequence: int) -> State:
        """What the sequence holds, to be restored in any sequence of this context."""
        with self._clocked():
            held = np.empty(api.llama_state_seq_get_size(self._context, sequence), np.uint8)
            written = api.llama_state_seq_get_data(self._context, _bytes_of(held), len(held), sequence)
        return held[:written]

    def restore(self, state: State, sequence: int) -> None:
        """Let the sequence hold what `save` saved, and nothing else. Raises MemoryError where that fails."""
        self.cut(sequence)
        with self._clocked():
            read = api.llama_state_seq_set_data(self._context, _bytes_of(state), len(state), sequence)
        if not read:
            raise MemoryError("llama.cpp could not restore a sequence")

    def cut(self, sequence: int, length: int = 0) -> None:
        """Forget a sequence's tokens from `length` on."""
        api.llama_memory_seq_rm(self._memory, sequence, length if length > 0 else -1, -1)

    def share(self, source: int, target: int, length: int) -> None:
        """Let a sequence that is empty hold the first tokens of another one as well; in one memory alone."""
        api.llama_memory_seq_cp(self._memory, source, target, 0, length)

    def close(self) -> None:
        """Give its memory back."""
        api.llama_free(self._context)

    @contextmanager
    def _clocked(self) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.seconds += time.perf_counter() - began


def _bytes_of(state: State) -> Any:
    return ctypes.cast(state.ctypes.data, ctypes.POINTER(ctypes.c_uint8))


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
