"""The header of a GGUF file, read with suspicion: nothing in it is believed before it is checked."""

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import BinaryIO, TypeAlias

from desktop.core.errors import UserError
from desktop.core.i18n import _

Value: TypeAlias = "str | int | float | bool"

_BLOB = re.compile(r"(sha256[-:])?[0-9a-f]{32,64}")
_PART = re.compile(r"-\d{5}-of-\d{5}$")
_MAGIC = b"GGUF"
_MOST_ENTRIES = 4_096  # metadata keys; large models have about 50
_MOST_TENSORS = 100_000
_LONGEST_KEY = 65_535  # bytes, by the format's own rule
_LONGEST_TEXT = 16 * 2**20
_MOST_ITEMS = 16 * 2**20  # of one array; vocabularies have up to 300,000
_DEEPEST_ARRAY = 2
_STRING, _ARRAY = 8, 9
_SCALARS: Mapping[int, struct.Struct] = {
    kind: struct.Struct("<" + code)
    for kind, code in enumerate(("B", "b", "H", "h", "I", "i", "f", "?", "", "", "Q", "q", "d"))
    if code
}
# ggml's tensor types: values in a block, bytes of a block.
_BLOCKS: Mapping[int, tuple[int, int]] = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 36),
    10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292),
    16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82),
    23: (256, 136), 24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2),
    34: (256, 54), 35: (256, 66), 39: (32, 17),
}  # fmt: skip
_QUANTISATIONS: Mapping[int, str] = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S", 12: "Q3_K_M",
    13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K", 19: "IQ2_XXS", 20: "IQ2_XS",
    21: "Q2_K_S", 22: "IQ3_XS", 23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL", 26: "IQ3_S", 27: "IQ3_M", 28: "IQ2_S",
    29: "IQ2_M", 30: "IQ4_XS", 31: "IQ1_M", 32: "BF16", 36: "TQ1_0", 37: "TQ2_0", 38: "MXFP4",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Header:
    """What a model file says of itself, as far as Seedbed uses it. Missing numbers are 0, missing texts empty."""

    architecture: str
    name: str
    licence: str
    quantisation: str
    parameters: int  # counted from the tensors
    context: int  # tokens that it was trained for
    layers: int
    cell_bytes: int  # memory for one token of one sequence, at 16 bits
    vocabulary: int
    chat_template: str
    part: tuple[int, int]  # which of how many files; (1, 1) for a whole model
    size: int  # of the file, in bytes


def read_header(path: Path) -> Header:
    """The checked header. Raises UserError for what is no GGUF, or is damaged, cut off or absurd."""
    try:
        with path.open("rb") as file:
            return _Reader(file, path.stat().st_size).header()
    except OSError as error:
        raise UserError(
            _("“{name}” cannot be read ({why}).").format(name=path.name, why=error.strerror or error),
            _("Check that the file is there and that you may read it."),
        ) from None
    except _NotOne:
        raise UserError(
            _("“{name}” is not a GGUF model file.").format(name=path.name),
            _("Choose a file that ends in .gguf."),
        ) from None
    except _Cut:
        raise UserError(
            _("“{name}” is cut off: its end is missing.").format(name=path.name),
            _("Copy or download the file again."),
        ) from None
    except _Damaged:
        raise UserError(
            _("“{name}” is damaged: its header makes no sense.").format(name=path.name),
            _("Copy or download the file again."),
        ) from None


def title(path: Path, header: Header) -> str:
    """The name to show: the file's, without its quantisation; what the header says only where that is a number.

    Headers often carry the name of a training run.
    """
    stem = path.name.removesuffix(".gguf")
    if _BLOB.fullmatch(stem):
        return header.name or header.architecture
    stem = _PART.sub("", stem)
    if header.quantisation:
        stem = re.sub(rf"[-._ ]{re.escape(header.quantisation)}$", "", stem, flags=re.IGNORECASE)
    return re.sub(r"[-_ ]+", " ", stem).strip() or path.name


def parts(path: Path, header: Header) -> tuple[Path, ...]:
    """All files of a model that is split over several; the file itself for a whole one. They need not exist."""
    number, count = header.part
    tail = f"-{number:05d}-of-{count:05d}.gguf"
    if count == 1 or not path.name.endswith(tail):
        return (path,)
    start = path.name.removesuffix(tail)
    return tuple(path.with_name(f"{start}-{each:05d}-of-{count:05d}.gguf") for each in range(1, count + 1))


class _NotOne(Exception):  # noqa: N818
    """Not a GGUF file."""


class _Cut(Exception):  # noqa: N818
    """A GGUF file whose end is missing."""


class _Damaged(Exception):  # noqa: N818
    """A GGUF file that contradicts itself or goes beyond every model there is."""


class _Reader:
    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._size = size

    def header(self) -> Header:
        if self._file.read(4) != _MAGIC:
            raise _NotOne
        version = self._number("<I")
        if version not in (2, 3):
            raise _Damaged
        tensors, entries = self._number("<Q"), self._number("<Q")
        if tensors > _MOST_TENSORS or entries > _MOST_ENTRIES:
            raise _Damaged
        values: dict[str, Value] = {}
        for _entry in range(entries):
            key = self._text(_LONGEST_KEY)
            value = self._value(self._number("<I"), 0)
            if value is not None:
                values[key] = value
        return _header(values, self._tensors(tensors, values), self._size)

    def _tensors(self, count: int, values: Mapping[str, Value]) -> int:
        """The number of parameters; every tensor must lie within the file."""
        end = parameters = 0
        for _tensor in range(count):
            self._text(_LONGEST_KEY)
            dimensions = self._number("<I")
            if not 1 <= dimensions <= 4:
                raise _Damaged
            shape = [self._number("<Q") for _dimension in range(dimensions)]
            kind, offset = self._number("<I"), self._number("<Q")
            size = prod(shape)
            if size > 2**50 or kind > 1000:
                raise _Damaged
            per_block, block = _BLOCKS.get(kind, (1, 0))  # of an unknown type at least the start is checked
            end = max(end, offset + size // per_block * block)
            parameters += size
        alignment = values.get("general.alignment", 32)
        if not isinstance(alignment, int) or not 1 <= alignment <= 2**20:
            raise _Damaged
        start = -(-self._file.tell() // alignment) * alignment
        if count and start + end > self._size:
            raise _Cut
        return parameters

    def _value(self, kind: int, depth: int) -> "Value | None":
        """A scalar or a text; of an array its length."""
        if kind == _STRING:
            return self._text(_LONGEST_TEXT)
        if kind in _SCALARS:
            scalar: Value = _SCALARS[kind].unpack(self._bytes(_SCALARS[kind].size))[0]
            return scalar
        if kind != _ARRAY or depth >= _DEEPEST_ARRAY:
            raise _Damaged
        inner, count = self._number("<I"), self._number("<Q")
        if count > _MOST_ITEMS:
            raise _Damaged
        if inner in _SCALARS:
            self._skip(count * _SCALARS[inner].size)
        elif inner == _STRING:
            for _item in range(count):
                self._skip(self._length(_LONGEST_TEXT))
        else:
            for _item in range(count):
                self._value(inner, depth + 1)
        return count

    def _text(self, longest: int) -> str:
        return self._bytes(self._length(longest)).decode("utf-8", "replace")

    def _length(self, longest: int) -> int:
        length = self._number("<Q")
        if length > longest:
            raise _Damaged
        return length

    def _number(self, code: str) -> int:
        number: int = struct.unpack(code, self._bytes(struct.calcsize(code)))[0]
        return number

    def _bytes(self, count: int) -> bytes:
        found = self._file.read(count)
        if len(found) < count:
            raise _Cut
        return found

    def _skip(self, count: int) -> None:
        if self._file.tell() + count > self._size:
            raise _Cut
        self._file.seek(count, 1)


def _header(values: Mapping[str, Value], parameters: int, size: int) -> Header:
    architecture = _text_of(values, "general.architecture")
    if not architecture:
        raise _Damaged

    def own(name: str) -> int:
        value = values.get(f"{architecture}.{name}")
        return value if isinstance(value, int) and 0 <= value < 2**40 else 0

    if values.get(f"{architecture}.block_count") == 0 or not all(map(_is_small, values.items())):
        raise _Damaged  # either ends llama.cpp at once
    layers, width, heads = own("block_count"), own("embedding_length"), own("attention.head_count")
    shared = own("attention.head_count_kv") or heads
    per_head = width // heads if heads else 0
    keys, texts = own("attention.key_length") or per_head, own("attention.value_length") or per_head
    return Header(
        architecture=architecture,
        name=_text_of(values, "general.name"),
        licence=_text_of(values, "general.license"),
        quantisation=_QUANTISATIONS.get(int(values.get("general.file_type", -1)), ""),
        parameters=parameters,
        context=own("context_length"),
        layers=layers,
        cell_bytes=layers * min(shared, heads or shared) * (keys + texts) * 2,
        vocabulary=own("vocab_size") or int(values.get("tokenizer.ggml.tokens", 0)),
        chat_template=_text_of(values, "tokenizer.chat_template"),
        part=(_small(values, "split.no") + 1, max(1, _small(values, "split.count"))),
        size=size,
    )


def _is_small(entry: tuple[str, Value]) -> bool:
    """Whether a value that llama.cpp adds to a norm is one: not negative, and a number at all."""
    name, value = entry
    return not name.endswith("_epsilon") or (isinstance(value, float) and 0 <= value < 1)


def _text_of(values: Mapping[str, Value], key: str) -> str:
    value = values.get(key)
    return value if isinstance(value, str) else ""


def _small(values: Mapping[str, Value], key: str) -> int:
    value = values.get(key)
    return value if isinstance(value, int) and 0 <= value < 2**16 else 0
