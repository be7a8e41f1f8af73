"""The entries and tensors of a GGUF file, read with suspicion: nothing in it is believed before it is checked."""

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from typing import BinaryIO, TypeAlias

from desktop.core.i18n import N_

_MAGIC = b"GGUF"
_MOST_ENTRIES = 4_096  # metadata keys; large models have about 50
_MOST_TENSORS = 100_000
_MOST_TEXTS = 4 * 2**20  # of all arrays together; vocabularies with their merges have up to 800,000
_MOST_ITEMS = 64 * 2**20  # numbers of one array; they are not read
_LONGEST_KEY = 255  # bytes
_LONGEST_NAME = 255
_LONGEST_TEXT = 16 * 2**20
_KEPT_TEXT = 4_096  # bytes of a text that are kept
_KEPT_TEMPLATE = 2**20
_KEPT_ITEMS = 1_024  # arrays up to this length are kept: tags, heads of each layer
_DEEPEST_ARRAY = 2
_LARGEST = 2**50  # parameters of a tensor
_CHUNK = 2**18
_LENGTH = struct.Struct("<Q")
_UNSIGNED, _STRING, _ARRAY = 4, 8, 9
_SCALARS: Mapping[int, struct.Struct] = {
    kind: struct.Struct("<" + code)
    for kind, code in enumerate(("B", "b", "H", "h", "I", "i", "f", "?", "", "", "Q", "q", "d"))
    if code
}
# ggml's tensor types: name, values in a block, bytes of a block. What is missing was given up, or came later.
TENSOR_TYPES: Mapping[int, tuple[str, int, int]] = {
    0: ("F32", 1, 4), 1: ("F16", 1, 2), 2: ("Q4_0", 32, 18), 3: ("Q4_1", 32, 20), 6: ("Q5_0", 32, 22),
    7: ("Q5_1", 32, 24), 8: ("Q8_0", 32, 34), 9: ("Q8_1", 32, 36), 10: ("Q2_K", 256, 84), 11: ("Q3_K", 256, 110),
    12: ("Q4_K", 256, 144), 13: ("Q5_K", 256, 176), 14: ("Q6_K", 256, 210), 15: ("Q8_K", 256, 292),
    16: ("IQ2_XXS", 256, 66), 17: ("IQ2_XS", 256, 74), 18: ("IQ3_XXS", 256, 98), 19: ("IQ1_S", 256, 50),
    20: ("IQ4_NL", 32, 18), 21: ("IQ3_S", 256, 110), 22: ("IQ2_S", 256, 82), 23: ("IQ4_XS", 256, 136),
    24: ("I8", 1, 1), 25: ("I16", 1, 2), 26: ("I32", 1, 4), 27: ("I64", 1, 8), 28: ("F64", 1, 8),
    29: ("IQ1_M", 256, 56), 30: ("BF16", 1, 2), 34: ("TQ1_0", 256, 54), 35: ("TQ2_0", 256, 66),
    39: ("MXFP4", 32, 17), 40: ("NVFP4", 64, 36), 41: ("Q1_0", 128, 18), 42: ("Q2_0", 64, 18),
}  # fmt: skip
_COUNTED = frozenset({"I8", "I16", "I32", "I64"})
_MULTIPLIED = re.compile(r"(^token_embd|^output|_norm|attn_\w+|ffn_(up|down|gate))\.weight")
"""Weights that texts are multiplied with. llama.cpp ends its process where such a one holds whole numbers."""


@dataclass(frozen=True, slots=True)
class Items:
    """An array: how long it is and, where it is short, what is in it."""

    count: int
    texts: tuple[str, ...] = ()
    numbers: tuple[float, ...] = ()


Value: TypeAlias = str | int | float | bool | Items


@dataclass(frozen=True, slots=True)
class Tensors:
    """What the weights of a file amount to."""

    count: int = 0
    parameters: int = 0
    size: int = 0  # bytes
    expert_size: int = 0  # bytes of those, of which each token uses a few experts' alone
    sizes: Mapping[str, int] = field(default_factory=dict)  # bytes by type


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a file; both marked with N_, `what` with a {name}."""

    what: str
    remedy: str


class Unsound(Exception):  # noqa: N818 - it says what is wrong, not how it went wrong
    """A file that cannot be used."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.what)
        self.flaw = flaw


_AGAIN = N_("Copy or download the file again.")
NOT_ONE = Flaw(N_("“{name}” is not a GGUF model file."), N_("Choose a file that ends in .gguf."))
CUT = Flaw(N_("“{name}” is cut off: its end is missing."), _AGAIN)
DAMAGED = Flaw(N_("“{name}” is damaged: its header makes no sense."), _AGAIN)
MISPLACED = Flaw(N_("“{name}” is damaged: its weights do not lie where its header says."), _AGAIN)
OLD = Flaw(
    N_("“{name}” is in the first version of the GGUF format, which nothing reads any more."),
    N_("Look for a newer file of this model."),
)
UNKNOWN_VERSION = Flaw(
    N_("“{name}” is in a newer version of the GGUF format than this Seedbed knows."),
    N_("Look for an older file of this model, or a newer Seedbed."),
)
OTHER_ORDER = Flaw(
    N_("“{name}” is made for another kind of computer: its bytes stand the other way round."),
    N_("Look for the usual file of this model."),
)
UNKNOWN_TYPE = Flaw(
    N_("“{name}” is quantised in a way that this Seedbed does not know."),
    N_("Look for a file of this model in another quantisation, such as Q4_K_M."),
)


class EntryReader:
    """Reads one file from its start. Memory and time are bounded, whatever is in it."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._size = size
        self._buffer = b""
        self._start = 0  # of the buffer, in the file
        self._at = 0  # in the buffer
        self._texts = 0  # items of arrays of texts so far

    def read(self) -> tuple[dict[str, Value], Tensors]:
        """The entries by their key, and the tensors. Raises Unsound or OSError."""
        if self._size < 4 or self._bytes(4) != _MAGIC:
            raise Unsound(NOT_ONE)
        _check_version(self._number("<I"))
        tensors, entries = self._number("<Q"), self._number("<Q")
        if tensors > _MOST_TENSORS or entries > _MOST_ENTRIES:
            raise Unsound(DAMAGED)
        values: dict[str, Value] = {}
        for _entry in range(entries):
            key, kind = self._text(_LONGEST_KEY), self._number("<I")
            if key in values or (key == "general.alignment" and kind != _UNSIGNED):
                raise Unsound(DAMAGED)
            values[key] = self._value(kind, 0, _KEPT_TEMPLATE if key.startswith("tokenizer.chat_tem") else _KEPT_TEXT)
        alignment = values.get("general.alignment", 32)
        if not isinstance(alignment, int) or not 1 <= alignment <= 2**20 or alignment & (alignment - 1):
            raise Unsound(DAMAGED)
        return values, self._tensors(tensors, alignment)

    # ── tensors ──────────────────────────────────────────────────────────────────────────────────

    def _tensors(self, count: int, alignment: int) -> Tensors:
        """They must lie one behind the other, as llama.cpp demands, and within the file."""
        names: set[str] = set()
        sizes: dict[str, int] = {}
        place = end = parameters = experts = 0
        for _tensor in range(count):
            name = self._text(_LONGEST_NAME)
            kind, size, values, offset = self._tensor()
            if name in names or (kind in _COUNTED and _MULTIPLIED.search(name)):
                raise Unsound(DAMAGED)
            if offset != place:
                raise Unsound(MISPLACED)
            names.add(name)
            end = place + size
            place = _padded(end, alignment)
            parameters += values
            sizes[kind] = sizes.get(kind, 0) + size
            experts += size if "_exps." in name else 0
        if count and _padded(self._start + self._at, alignment) + end > self._size:
            raise Unsound(CUT)
        return Tensors(count, parameters, sum(sizes.values()), experts, sizes)

    def _tensor(self) -> tuple[str, int, int, int]:
        """Type, bytes, number of values, and offset of the next tensor."""
        dimensions = self._number("<I")
        if not 1 <= dimensions <= 4:
            raise Unsound(DAMAGED)
        shape = struct.unpack(f"<{dimensions}Q", self._bytes(8 * dimensions))
        kind, offset = self._number("<I"), self._number("<Q")
        if max(shape) > _LARGEST or prod(shape) > _LARGEST:
            raise Unsound(DAMAGED)
        if kind not in TENSOR_TYPES:
            raise Unsound(UNKNOWN_TYPE if kind < 1_000 else DAMAGED)
        name, per_block, block = TENSOR_TYPES[kind]
        if shape[0] % per_block:
            raise Unsound(DAMAGED)
        return name, prod(shape) // per_block * block, prod(shape), offset

    # ── values ───────────────────────────────────────────────────────────────────────────────────

    def _value(self, kind: int, depth: int, kept: int) -> Value:
        if kind == _STRING:
            return self._text(_LONGEST_TEXT, kept)
        if kind in _SCALARS:
            scalar: Value = _SCALARS[kind].unpack(self._bytes(_SCALARS[kind].size))[0]
            return scalar
        if kind != _ARRAY or depth >= _DEEPEST_ARRAY:
            raise Unsound(DAMAGED)
        return self._items(self._number("<I"), self._number("<Q"), depth)

    def _items(self, kind: int, count: int, depth: int) -> Items:
        if count > _MOST_ITEMS:
            raise Unsound(DAMAGED)
        if kind in _SCALARS:
            size = count * _SCALARS[kind].size
            if count > _KEPT_ITEMS:
                self._skip(size)
                return Items(count)
            return Items(count, numbers=tuple(each[0] for each in _SCALARS[kind].iter_unpack(self._bytes(size))))
        self._texts += count
        if self._texts > _MOST_TEXTS:
            raise Unsound(DAMAGED)
        if kind != _STRING:
            for _item in range(count):
                self._value(kind, depth + 1, 0)
            return Items(count)
        if count > _KEPT_ITEMS:
            self._skip_texts(count)
            return Items(count)
        return Items(count, texts=tuple(self._text(_LONGEST_TEXT, 64) for _item in range(count)))

    def _skip_texts(self, count: int) -> None:
        length_at = _LENGTH.unpack_from
        buffer, at = self._buffer, self._at
        for _item in range(count):
            if at + 8 > len(buffer):
                self._at = at
                self._fill(8)
                buffer, at = self._buffer, 0
            (length,) = length_at(buffer, at)
            at += 8 + length
            if at > len(buffer):
                if length > _LONGEST_TEXT:
                    raise Unsound(DAMAGED)
                self._at = at - length
                self._skip(length)
                buffer, at = self._buffer, self._at
        self._at = at

    def _text(self, longest: int, kept: int = _KEPT_TEXT) -> str:
        length = self._number("<Q")
        if length > longest:
            raise Unsound(DAMAGED)
        text = self._bytes(min(length, kept)).decode("utf-8", "replace")
        self._skip(max(0, length - kept))
        return text

    def _number(self, code: str) -> int:
        number: int = struct.unpack(code, self._bytes(struct.calcsize(code)))[0]
        return number

    # ── bytes ────────────────────────────────────────────────────────────────────────────────────

    def _bytes(self, count: int) -> bytes:
        if self._at + count > len(self._buffer):
            self._fill(count)
        found = self._buffer[self._at : self._at + count]
        self._at += count
        return found

    def _fill(self, count: int) -> None:
        """Have at least `count` bytes in the buffer, from where it is read."""
        self._buffer = self._buffer[self._at :]
        self._start += self._at
        self._at = 0
        self._buffer += self._file.read(max(_CHUNK, count - len(self._buffer)))
        if len(self._buffer) < count:
            raise Unsound(CUT)

    def _skip(self, count: int) -> None:
        if self._at + count <= len(self._buffer):
            self._at += count
            return
        place = self._start + self._at + count
        if place > self._size:
            raise Unsound(CUT)
        self._file.seek(place)
        self._buffer, self._start, self._at = b"", place, 0


def _check_version(version: int) -> None:
    if version in (2, 3):
        return
    if version == 1:
        raise Unsound(OLD)
    if version in (2 << 24, 3 << 24):
        raise Unsound(OTHER_ORDER)
    raise Unsound(UNKNOWN_VERSION if version < 10 else DAMAGED)


def _padded(place: int, alignment: int) -> int:
    return -(-place // alignment) * alignment
