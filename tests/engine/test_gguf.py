"""The header reader takes good files and answers every bad one with a sentence."""

import os
import random
import struct
import time
import tracemalloc
from collections.abc import Mapping
from pathlib import Path

import pytest

from desktop.core.errors import UserError
from desktop.engine.gguf import parts, read_header, read_whole, title
from tests.engine import gguf_files
from tests.engine.gguf_files import USUAL, gguf, text, value, write


def with_tensors(
    shape: tuple[int, ...],
    *offsets: int,
    names: tuple[str, ...] = ("a", "b", "c"),
    values: Mapping[str, object] = USUAL,
) -> bytes:
    """A file with tensors of 32-bit numbers that say they lie at `offsets`."""
    head = b"GGUF" + struct.pack("<IQQ", 3, len(offsets), len(values))
    head += b"".join(text(key) + value(each) for key, each in values.items())
    for name, offset in zip(names, offsets, strict=False):
        head += text(name) + struct.pack(f"<I{len(shape)}Q", len(shape), *shape) + struct.pack("<IQ", 0, offset)
    return head + bytes(-len(head) % 32) + bytes(20_000)


def test_a_good_file_is_read(tmp_path: Path) -> None:
    header = read_header(write(tmp_path / "tiny.gguf"))
    assert (header.architecture, header.name, header.licence, header.quantisation) == ("llama", "Tiny", "mit", "Q4_K_M")
    assert (header.parameters, header.context, header.layers, header.vocabulary) == (1024, 2048, 4, 3)
    assert header.cell_bytes == 4 * 2 * (32 + 32) * 2
    assert header.chat_template == "{{ messages[0].content }}"
    assert header.part == (1, 1)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "not a GGUF"),
        (b"PK\x03\x04" + bytes(100), "not a GGUF"),
        (b"GGUF", "cut off"),
        (b"GGUF" + struct.pack("<I", 77) + bytes(100), "damaged"),
        (b"GGUF" + struct.pack("<I", 1) + bytes(100), "first version"),
        (b"GGUF" + struct.pack("<I", 4) + bytes(100), "newer version"),
        (b"GGUF" + struct.pack(">I", 3) + bytes(100), "other way round"),
        (b"GGUF" + struct.pack("<IQQ", 3, 2**60, 1), "damaged"),
        (b"GGUF" + struct.pack("<IQQ", 3, 1, 2**60), "damaged"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<Q", 2**62), "damaged"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("k") + struct.pack("<IIQ", 9, 8, 2**40), "damaged"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("k") + struct.pack("<IIQ", 9, 9, 1) * 50, "damaged"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("k") + struct.pack("<I", 99), "damaged"),
        (gguf({**USUAL, "general.alignment": 0}), "damaged"),
        (gguf({**USUAL, "general.alignment": 48}), "damaged"),
        (gguf({**USUAL, "general.alignment": "32"}), "damaged"),
        (gguf({**USUAL, "general.alignment": [32]}), "damaged"),
        (gguf({**USUAL, "general.architecture": "../../etc"}), "damaged"),
        (gguf({**USUAL, "general.architecture": ["llama"]}), "damaged"),
        (gguf({**USUAL, "llama.block_count": 2**31}), "damaged"),
        (gguf({**USUAL, "split.count": 60_000}), "damaged"),
        (gguf({**USUAL, "split.count": 2, "split.no": 7}), "damaged"),
        (gguf({"general.name": "no architecture"}), "damaged"),
        (gguf(kind=4), "quantised in a way"),
        (gguf(kind=43), "quantised in a way"),
        (gguf(kind=2**31), "damaged"),
        (gguf(kind=26), "damaged"),
        (gguf(shape=(100, 4), kind=12), "damaged"),
        (with_tensors((2**40, 2**40), 0), "damaged"),
        (with_tensors((2**63, 2**63, 2**63, 2**63), 0), "damaged"),
        (with_tensors((256, 4), 32), "do not lie where"),
        (with_tensors((256, 4), 2**63), "do not lie where"),
        (with_tensors((256, 4), 0, 0), "do not lie where"),
        (with_tensors((256, 4), 0, 4096, names=("same", "same")), "damaged"),
        (with_tensors((2**30, 1), 0), "cut off"),
        (gguf({**USUAL, "llama.block_count": 0}), "damaged"),
        (gguf({**USUAL, "llama.attention.layer_norm_rms_epsilon": float("nan")}), "damaged"),
        (gguf({**USUAL, "llama.attention.layer_norm_rms_epsilon": -1.0}), "damaged"),
        (gguf()[:-1], "cut off"),
    ],
)
def test_a_bad_file_is_refused_in_words(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "bad.gguf"
    path.write_bytes(content)
    with pytest.raises(UserError, match=says) as caught:
        read_header(path)
    assert "bad.gguf" in caught.value.what
    assert caught.value.remedy


@pytest.mark.parametrize(
    "values",
    [
        {"general.file_type": "abc"},
        {"general.file_type": 1e30},
        {"general.name": 7, "general.license": ["mit"], "general.tags": "chat"},
        {"llama.context_length": -1.0, "llama.block_count": "four", "tokenizer.ggml.tokens": 3},
        {"llama.attention.head_count": [8, 8], "llama.attention.head_count_kv": ["a"]},
        {"llama.expert_count": 0, "llama.expert_used_count": 9},
        {"tokenizer.chat_template": 5, "split.no": "1"},
    ],
)
def test_entries_of_the_wrong_type_count_as_missing(tmp_path: Path, values: Mapping[str, object]) -> None:
    header = read_header(write(tmp_path / "odd.gguf", {**USUAL, **values}))
    assert header.architecture == "llama"
    assert header.cell_bytes >= 0


def test_what_repeats_a_key_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "twice.gguf"
    whole = gguf({"general.architecture": "llama", "general.architecturE": "llama"})
    path.write_bytes(whole.replace(b"architecturE", b"architecture"))
    with pytest.raises(UserError, match="damaged"):
        read_header(path)


@pytest.mark.parametrize(
    "promise",
    [
        struct.pack("<IIQ", 9, 8, 4 * 2**20),  # texts
        struct.pack("<IIQ", 9, 4, 64 * 2**20),  # numbers
        struct.pack("<IIQ", 9, 9, 4 * 2**20),  # arrays
        struct.pack("<I", 8) + struct.pack("<Q", 16 * 2**20),  # one text
    ],
)
def test_what_promises_more_than_it_has_is_cut_off_and_takes_no_memory(tmp_path: Path, promise: bytes) -> None:
    path = tmp_path / "promise.gguf"
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("k") + promise + bytes(1_000))
    tracemalloc.start()
    began = time.monotonic()
    with pytest.raises(UserError, match=r"cut off|damaged"):
        read_header(path)
    assert time.monotonic() - began < 5
    assert tracemalloc.get_traced_memory()[1] < 40 * 2**20
    tracemalloc.stop()


def test_millions_of_empty_texts_end_soon(tmp_path: Path) -> None:
    path = tmp_path / "many.gguf"
    array = struct.pack("<IIQ", 9, 8, 1_500_000) + bytes(8 * 1_500_000)
    entries = b"".join(text(f"k{number}") + array for number in range(4))
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 0, 4) + entries)
    began = time.monotonic()
    with pytest.raises(UserError, match="damaged"):
        read_header(path)
    assert time.monotonic() - began < 5


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "pipe.gguf"
    os.mkfifo(path)
    with pytest.raises(UserError, match="not a GGUF"):
        read_header(path)


def test_texts_of_a_file_are_shown_on_one_line(tmp_path: Path) -> None:
    values = {**USUAL, "general.name": "Two\nlines\x1b[31m " + "x" * 500, "general.license": "\tmit\n"}
    header = read_header(write(tmp_path / "m.gguf", values))
    assert header.name.startswith("Two lines [31m x")
    assert len(header.name) <= 200
    assert header.licence == "mit"


def test_the_experts_that_a_token_does_not_use_are_not_read_for_it(tmp_path: Path) -> None:
    values = {**USUAL, "llama.expert_count": 8, "llama.expert_used_count": 2}
    path = tmp_path / "moe.gguf"
    path.write_bytes(
        with_tensors((256, 4), 0, 4096, names=("blk.0.ffn_up_exps.weight", "output.weight"), values=values)
    )
    header = read_header(path)
    assert header.read_for_token == 4096 // 4 + 4096


def test_heads_that_differ_by_layer_are_counted_layer_by_layer(tmp_path: Path) -> None:
    header = read_header(write(tmp_path / "m.gguf", {**USUAL, "llama.attention.head_count_kv": [2, 2, 0, 4]}))
    assert header.cell_bytes == (2 + 2 + 0 + 4) * (32 + 32) * 2


def test_a_missing_file_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no file"):
        read_header(tmp_path / "none.gguf")


def test_every_cut_is_noticed(tmp_path: Path) -> None:
    whole, path = gguf(), tmp_path / "cut.gguf"
    for length in range(4, len(whole), 7):
        path.write_bytes(whole[:length])
        with pytest.raises(UserError):
            read_header(path)


def test_mutations_never_raise_anything_else_nor_take_long(tmp_path: Path) -> None:
    draw, whole, path = random.Random(7), gguf(), tmp_path / "mutated.gguf"
    began = time.monotonic()
    for _round in range(1_000):
        changed = bytearray(whole)
        for _change in range(draw.randint(1, 8)):
            changed[draw.randrange(len(changed) // 3)] = draw.randrange(256)
        path.write_bytes(changed[: draw.choice((len(changed), draw.randrange(len(changed))))])
        try:
            read_header(path)
        except UserError:
            continue
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("SmolLM2-135M-Instruct.Q4_K_M.gguf", "SmolLM2 135M Instruct"),
        ("qwen2.5-1.5b-instruct-q4_k_m.gguf", "qwen2.5 1.5b instruct"),
        ("big-Q4_K_M-00001-of-00003.gguf", "big"),
        ("sha256-" + "a" * 64, "Tiny"),
    ],
)
def test_a_title_is_the_files_name_without_its_quantisation(tmp_path: Path, name: str, shown: str) -> None:
    path = write(tmp_path / name)
    assert title(path, read_header(path)) == shown


def test_a_split_model_names_its_parts(tmp_path: Path) -> None:
    path = gguf_files.write(tmp_path / "big-00001-of-00002.gguf", {**USUAL, "split.no": 0, "split.count": 2})
    assert [each.name for each in parts(path, read_header(path))] == [
        "big-00001-of-00002.gguf",
        "big-00002-of-00002.gguf",
    ]


def test_a_split_model_is_read_as_a_whole(tmp_path: Path) -> None:
    first, second = tmp_path / "big-00001-of-00002.gguf", tmp_path / "big-00002-of-00002.gguf"
    write(first, {**USUAL, "split.no": 0, "split.count": 2})
    write(second, {"split.no": 1, "split.count": 2})  # as llama.cpp's gguf-split leaves them
    whole = read_whole(first)
    assert (whole.parameters, whole.tensors, whole.name) == (2048, 2, "Tiny")
    assert whole.size == first.stat().st_size + second.stat().st_size
    with pytest.raises(UserError, match="only a part") as caught:
        read_whole(second)
    assert "00001-of-00002.gguf" in caught.value.remedy
    second.write_bytes(second.read_bytes()[:-1])
    with pytest.raises(UserError, match=r"big-00002-of-00002\.gguf” is cut off"):
        read_whole(first)
    write(second, {"split.no": 1, "split.count": 3})
    with pytest.raises(UserError, match="not the part 2"):
        read_whole(first)
    second.unlink()
    with pytest.raises(UserError, match="is missing"):
        read_whole(first)


@pytest.mark.model
def test_the_real_starter_model_is_read(starter_model: Path) -> None:
    header = read_header(starter_model)
    assert (header.architecture, header.quantisation, header.context) == ("llama", "Q4_1", 8192)
    assert header.parameters == 134_515_008
    assert header.cell_bytes == 30 * 3 * (64 + 64) * 2
