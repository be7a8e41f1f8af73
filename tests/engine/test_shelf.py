"""Models are found where other programs keep them, once each, with a verdict in words."""

import json
import re
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core import paths
from desktop.core.speed import Speed
from desktop.engine import shelf
from desktop.engine.fingerprint import fingerprint
from desktop.engine.gguf import read_header
from desktop.engine.pace import remember_speed
from desktop.engine.remembered import remember
from desktop.engine.shelf import Room, find_models, look_at, pace_in_words
from tests.engine.gguf_files import USUAL, write

LARGE = 1_000_000


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    for name in ("HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "OLLAMA_MODELS", "XDG_DATA_HOME",
                 "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "LLAMA_CACHE", "LOCALAPPDATA", "APPDATA"):  # fmt: skip
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_the_usual_places_are_searched(home: Path) -> None:
    write(paths.models() / "own.gguf", padding=LARGE)
    write(home / ".lmstudio/models/someone/some-model/studio.gguf", padding=LARGE + 1)
    write(home / ".cache/huggingface/hub/models--a--b/snapshots/0f/hub.gguf", padding=LARGE + 2)
    write(home / "chosen/mine.GGUF", padding=LARGE + 3)
    write(home / "chosen/too-small.gguf")
    assert [each.path.name for each in find_models((home / "chosen",))] == [
        "own.gguf",
        "mine.GGUF",
        "studio.gguf",
        "hub.gguf",
    ]


def test_ollamas_store_is_read_through_its_manifests(home: Path) -> None:
    store, digest = home / ".ollama/models", "ab" * 32
    write(store / "blobs" / f"sha256-{digest}", padding=LARGE)
    manifests = store / "manifests/registry.ollama.ai/library/llama3.2"
    manifests.mkdir(parents=True)
    layer = {"mediaType": "application/vnd.ollama.image.model", "digest": f"sha256:{digest}"}
    (manifests / "3b").write_text(json.dumps({"layers": [layer]}))
    (manifests / "evil").write_text(json.dumps({"layers": [{**layer, "digest": "sha256:../../../etc/passwd"}]}))
    (manifests / "broken").write_text("{")
    (manifests / "deep").write_text("[" * 100_000)
    (found,) = find_models()
    assert found.name == "llama3.2:3b"
    assert found.architecture == "llama"


def test_a_file_is_listed_once_however_many_names_it_has(home: Path) -> None:
    real = write(home / "a/model.gguf", padding=LARGE)
    (home / "a/link.gguf").symlink_to(real)
    (home / "a/hard.gguf").hardlink_to(real)
    assert len(find_models((home / "a", home / "a"))) == 1


def test_a_split_model_is_one_model(home: Path) -> None:
    split = {**USUAL, "split.count": 2}
    write(home / "a/big-00001-of-00002.gguf", {**split, "split.no": 0}, padding=LARGE)
    write(home / "a/big-00002-of-00002.gguf", {**split, "split.no": 1}, padding=LARGE)
    (found,) = find_models((home / "a",))
    assert found.name == "big"
    assert found.size > 2 * LARGE
    assert (found.files, found.parameters) == (2, 2 * 1024)
    (home / "a/big-00002-of-00002.gguf").unlink()
    (found,) = find_models((home / "a",))
    assert found.verdict == "unusable"
    assert "big-00002-of-00002.gguf" in found.words


def test_a_damaged_file_is_shown_with_its_trouble(home: Path) -> None:
    path = home / "a/bad.gguf"
    path.parent.mkdir()
    path.write_bytes(b"GGUF" + bytes([3]) + bytes(LARGE))
    (found,) = find_models((home / "a",))
    assert (found.name, found.verdict) == ("bad.gguf", "unusable")
    assert "damaged" in found.words


@pytest.mark.parametrize(
    ("values", "nature", "verdict"),
    [
        ({"general.architecture": "bert", "bert.context_length": 512}, "embedding", "fits"),
        ({**USUAL, "llama.pooling_type": 3}, "embedding", "fits"),
        ({**USUAL, "llama.attention.causal": False}, "embedding", "fits"),
        ({**USUAL, "llama.pooling_type": 4}, "ranking", "unusable"),
        ({**USUAL, "general.type": "adapter"}, "part", "unusable"),
        ({**USUAL, "general.architecture": "clip"}, "part", "unusable"),
        ({**USUAL, "general.architecture": "t5"}, "other", "unusable"),
        (USUAL, "text", "fits"),
    ],
)
def test_what_writes_no_text_is_told_apart(
    tmp_path: Path, values: Mapping[str, object], nature: str, verdict: str
) -> None:
    found = look_at(write(tmp_path / "m.gguf", values))
    assert (found.nature, found.verdict) == (nature, verdict)
    assert (found.guess is not None) == (nature == "text")


@pytest.mark.parametrize(
    ("whole", "free", "rate", "verdict"),
    [
        (16e9, 12e9, 2e10, "fits"),
        (16e9, 12e9, 2e9, "slow"),
        (16e9, 2e9, 2e10, "will not fit"),
        (4e9, 4e9, 2e10, "will not fit"),
    ],
)
def test_the_verdict_is_by_memory_and_speed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: float, free: float, rate: float, verdict: str
) -> None:
    path = write(tmp_path / "m.gguf")
    header = replace(read_header(path), size=5_000_000_000, read_for_token=5_000_000_000)
    monkeypatch.setattr(shelf, "read_whole", lambda _path: header)
    found = look_at(path, room=Room(int(whole), int(free), rate))
    assert found.verdict == verdict
    assert "GB" in found.words
    assert "OOM" not in found.words


def test_a_guess_is_marked_and_a_measurement_is_not(tmp_path: Path) -> None:
    path, room = write(tmp_path / "m.gguf"), Room(2**34, 2**34, 2e10)
    guessed = look_at(path, room=room)
    assert re.match(r"≈ [\d,]+ to [\d,]+ rows an hour.*: a guess", pace_in_words(guessed))
    assert "20 GB/s" in pace_in_words(guessed)
    remember_speed(fingerprint(path), Speed(400.0, 35.0, 57.4, 8, 2059.7, 100, 1.0))
    measured = look_at(path, room=room)
    assert (measured.speed is not None, measured.guess) == (True, None)
    words = pace_in_words(measured)
    assert words.startswith("About 2,100 rows an hour")
    assert "35 tokens a second alone, 57 with 8 texts at once" in words
    remember(fingerprint(path), "shape", {"slots": 16})
    assert look_at(path, room=room).guess is not None, "what was measured of another shape says nothing"
    remember_speed(fingerprint(path), Speed(1.0, 0.1, 0.3, 8, 11.0, 100, 1.0))
    assert look_at(path, room=room).verdict == "slow"


def test_a_file_that_was_named_is_listed_once(home: Path) -> None:
    path = write(home / "a/m.gguf", padding=LARGE)
    named = write(home / "elsewhere/small.gguf")
    found = find_models((home / "a",), (path, named, home / "gone.gguf"))
    assert [each.path for each in found] == [path, named]


def test_each_program_is_named_as_the_one_that_keeps_a_model(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(home / ".lmstudio/models/a/b/studio.gguf", padding=LARGE)
    (home / ".lmstudio/settings.json").write_text(json.dumps({"downloadsFolder": str(home / "big disk")}))
    write(home / "big disk/a/b/moved.gguf", padding=LARGE)
    write(home / ".local/share/nomic.ai/GPT4All/four.gguf", padding=LARGE)
    write(home / ".config/Jan/data/llamacpp/models/Qwen3-8B/model.gguf", padding=LARGE)
    write(home / ".cache/llama.cpp/plain.gguf", padding=LARGE)
    monkeypatch.setattr(sys, "platform", "linux")
    assert {(each.origin, each.name) for each in find_models()} == {
        ("LM Studio", "studio"),
        ("LM Studio", "moved"),
        ("GPT4All", "four"),
        ("Jan", "Qwen3-8B"),
        ("llama.cpp", "plain"),
    }


@pytest.mark.parametrize("note", ["{", "[]", "[" * 100_000, '{"downloadsFolder": 3}', '{"downloadsFolder": "\\u0000"}'])
def test_another_programs_damaged_settings_are_no_trouble(home: Path, note: str) -> None:
    (home / ".lmstudio").mkdir()
    (home / ".lmstudio/settings.json").write_text(note)
    write(home / ".lmstudio/models/a/b/studio.gguf", padding=LARGE)
    assert len(find_models()) == 1
