"""The header reader takes good files and answers every bad one with a sentence."""

import random
import struct
import time
from pathlib import Path

import pytest

from desktop.core.errors import UserError
from desktop.engine.gguf import parts, read_header, title
from tests.engine import gguf_files
from tests.engine.gguf_files import USUAL, gguf, text, write


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
        (b"GGUF" + struct.pack("<IQQ", 3, 2**60, 1), "damaged"),
        (b"GGUF" + struct.pack("<IQQ", 3, 1, 2**60), "damaged"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<Q", 2**62), "damaged"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("k") + struct.pack("<IIQ", 9, 8, 2**40), "damaged"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("k") + struct.pack("<IIQ", 9, 9, 1) * 50, "damaged"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("k") + struct.pack("<I", 99), "damaged"),
        (gguf({**USUAL, "general.alignment": 0}), "damaged"),
        (gguf({"general.name": "no architecture"}), "damaged"),
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


def test_a_missing_file_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
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


@pytest.mark.model
def test_the_real_starter_model_is_read(starter_model: Path) -> None:
    header = read_header(starter_model)
    assert (header.architecture, header.quantisation, header.context) == ("llama", "Q4_1", 8192)
    assert header.parameters == 134_515_008
    assert header.cell_bytes == 30 * 3 * (64 + 64) * 2
