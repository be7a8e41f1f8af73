"""What a model file says of itself: its checked header in Seedbed's words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.core.errors import UserError
from desktop.core.files import unreadable
from desktop.core.i18n import _
from desktop.engine.gguf_entries import DAMAGED, NOT_ONE, EntryReader, Items, Tensors, Unsound, Value
from desktop.engine.nature import Nature, Tuned, nature_of, tuned_of

_BLOB = re.compile(r"(sha256[-:])?[0-9a-f]{32,64}")
_PART = re.compile(r"-[0-9]{5}-of-([0-9]{5})$")
_MOST_PARTS = 1_000
_MOST_LAYERS = 4_096
_MOST = 2**40  # of any number in a header
_LONGEST_SHOWN = 200
_QUANTISATIONS: Mapping[int, str] = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S", 12: "Q3_K_M",
    13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K", 19: "IQ2_XXS", 20: "IQ2_XS",
    21: "Q2_K_S", 22: "IQ3_XS", 23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL", 26: "IQ3_S", 27: "IQ3_M", 28: "IQ2_S",
    29: "IQ2_M", 30: "IQ4_XS", 31: "IQ1_M", 32: "BF16", 36: "TQ1_0", 37: "TQ2_0", 38: "MXFP4",
    39: "NVFP4", 40: "Q1_0", 41: "Q2_0",
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
    tensors: int
    read_for_token: int  # bytes of weights that each token needs; of a mixture of experts, those of its experts
    nature: Nature
    tuned: Tuned


def read_header(path: Path) -> Header:
    """The checked header. Raises UserError for what is no GGUF, or is damaged, cut off or absurd."""
    try:
        size = path.stat().st_size
        if not path.is_file() and not path.is_dir():
            raise Unsound(NOT_ONE)  # to open a pipe would be to wait for ever
        with path.open("rb") as file:
            values, tensors = EntryReader(file, size).read()
        return _header(values, tensors, path, size)
    except OSError as error:
        raise unreadable(path, error) from None
    except Unsound as unsound:
        raise UserError(_(unsound.flaw.what).format(name=path.name), _(unsound.flaw.remedy)) from None


def read_whole(path: Path) -> Header:
    """The header of a model with what all its files amount to, each of them checked.

    Raises UserError where one is missing, unsound or of another model, or where `path` is not the first of them.
    """
    first = read_header(path)
    if first.part == (1, 1):
        return first
    if first.part[0] != 1:
        raise UserError(
            _("“{name}” is only a part of a model.").format(name=path.name),
            _("Choose its first part; its name ends in {ending}.").format(ending=f"00001-of-{first.part[1]:05d}.gguf"),
        )
    headers = [first]
    for number, part in enumerate(parts(path, first)[1:], 2):
        if not part.is_file():
            raise missing_part(path, part)
        headers.append(read_header(part))
        if headers[-1].part != (number, first.part[1]):
            raise UserError(
                _("“{name}” is not the part {number} of this model that its name says.").format(
                    name=part.name, number=number
                ),
                _("Copy or download the file again."),
            )
    return replace(
        first,
        parameters=sum(each.parameters for each in headers),
        size=sum(each.size for each in headers),
        tensors=sum(each.tensors for each in headers),
        read_for_token=sum(each.read_for_token for each in headers),
        nature=headers[1].nature if first.nature == "vocabulary" else first.nature,
    )


def missing_part(path: Path, part: Path) -> UserError:
    """What to tell a person of a split model that is not complete."""
    return UserError(
        _("“{name}” is only a part of a model; “{part}” is missing.").format(name=path.name, part=part.name),
        _("Put all parts into one folder."),
    )


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
    return parts_by_name(path) if header.part[1] > 1 else (path,)


def parts_by_name(path: Path) -> tuple[Path, ...]:
    """The files that a file's name says it belongs to ("big-00001-of-00003.gguf"); itself where it says nothing."""
    named = _PART.search(path.stem)
    if not named or not 1 < int(named[1]) <= _MOST_PARTS:
        return (path,)
    start, count = path.stem[: named.start()], int(named[1])
    return tuple(path.with_name(f"{start}-{each:05d}-of-{count:05d}{path.suffix}") for each in range(1, count + 1))


def _is_small(entry: tuple[str, Value]) -> bool:
    """Whether a value that llama.cpp adds to a norm is one: not negative, and a number at all."""
    name, value = entry
    return not name.endswith("_epsilon") or (isinstance(value, float) and 0 <= value < 1)


def _header(values: Mapping[str, Value], tensors: Tensors, path: Path, size: int) -> Header:
    said = _Said(values)
    architecture = said.text("general.architecture")
    layers, template = said.number(f"{architecture}.block_count"), said.text("tokenizer.chat_template")
    count, number = max(1, said.number("split.count")), said.number("split.no") + 1
    is_named = re.fullmatch(r"[\w.-]{1,64}", architecture) or number > 1  # the first part alone says it
    if not is_named or layers > _MOST_LAYERS or count > _MOST_PARTS or number > count:
        raise Unsound(DAMAGED)
    if values.get(f"{architecture}.block_count") == 0 or not all(map(_is_small, values.items())):
        raise Unsound(DAMAGED)  # either ends llama.cpp at once
    names = (said.text("general.name"), said.text("general.basename"), path.stem)
    return Header(
        architecture=architecture,
        name=_one_line(said.text("general.name")),
        licence=_one_line(said.text("general.license")),
        quantisation=_QUANTISATIONS.get(said.number("general.file_type", -1)) or _commonest(tensors),
        parameters=tensors.parameters,
        context=said.number(f"{architecture}.context_length"),
        layers=layers,
        cell_bytes=_cell_bytes(said, architecture, layers),
        vocabulary=said.number(f"{architecture}.vocab_size") or said.count("tokenizer.ggml.tokens"),
        chat_template=template,
        part=(number, count),
        size=size,
        tensors=tensors.count,
        read_for_token=_read_for_token(said, architecture, tensors),
        nature=nature_of(
            architecture,
            said.text("general.type"),
            tensors.count,
            said.number(f"{architecture}.pooling_type"),
            causal=said.values.get(f"{architecture}.attention.causal") is not False,
        ),
        tuned=tuned_of(said.text("general.finetune"), names, said.texts("general.tags"), chats=bool(template)),
    )


@dataclass(frozen=True, slots=True)
class _Said:
    """The entries of a file; one of another type than it should have counts as missing."""

    values: Mapping[str, Value]

    def text(self, key: str) -> str:
        value = self.values.get(key)
        return value if isinstance(value, str) else ""

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key)
        return value.texts if isinstance(value, Items) else ()

    def number(self, key: str, missing: int = 0) -> int:
        value = self.values.get(key)
        return value if type(value) is int and 0 <= value < _MOST else missing

    def count(self, key: str) -> int:
        value = self.values.get(key)
        return value.count if isinstance(value, Items) else 0

    def numbers(self, key: str, layers: int) -> tuple[int, ...]:
        """A number for each layer, where all have the same one as well."""
        value = self.values.get(key)
        if not isinstance(value, Items):
            return (self.number(key),) * layers
        return tuple(int(each) if 0 <= each < _MOST else 0 for each in value.numbers[:layers])


def _cell_bytes(said: _Said, architecture: str, layers: int) -> int:
    heads = said.numbers(f"{architecture}.attention.head_count", layers)
    shared = said.numbers(f"{architecture}.attention.head_count_kv", layers)
    per_head = said.number(f"{architecture}.embedding_length") // max(1, *heads, 1)
    keys = said.number(f"{architecture}.attention.key_length") or per_head
    texts = said.number(f"{architecture}.attention.value_length") or per_head
    if not any(shared):
        shared = heads
    return sum(shared) * (keys + texts) * 2


def _read_for_token(said: _Said, architecture: str, tensors: Tensors) -> int:
    experts, used = said.number(f"{architecture}.expert_count"), said.number(f"{architecture}.expert_used_count")
    if not 0 < used < experts:
        return tensors.size
    return tensors.size - tensors.expert_size + tensors.expert_size * used // experts


def _commonest(tensors: Tensors) -> str:
    return max(tensors.sizes, key=lambda kind: tensors.sizes[kind], default="")


def _one_line(text: str) -> str:
    """A text from a file as it can be shown: without line breaks and control characters, and not endless."""
    return " ".join("".join(each if each.isprintable() else " " for each in text[:_LONGEST_SHOWN]).split())
