"""Models are found where other programs keep them, once each, with a verdict in words."""

import json
from pathlib import Path

import pytest

from desktop.core import paths
from desktop.engine import hardware, shelf
from desktop.engine.shelf import find_models, look_at
from tests.engine.gguf_files import USUAL, write

LARGE = 1_000_000


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    for name in ("HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "OLLAMA_MODELS", "XDG_DATA_HOME",
                 "XDG_CONFIG_HOME", "LOCALAPPDATA", "APPDATA"):  # fmt: skip
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
    (home / "a/big-00002-of-00002.gguf").unlink()
    (found,) = find_models((home / "a",))
    assert found.verdict == "unusable"
    assert "big-00002-of-00002.gguf" in found.words


def test_a_damaged_file_is_shown_with_its_trouble(home: Path) -> None:
    path = home / "a/bad.gguf"
    path.parent.mkdir()
    path.write_bytes(b"GGUF" + bytes(LARGE))
    (found,) = find_models((home / "a",))
    assert (found.name, found.verdict) == ("bad.gguf", "unusable")
    assert "damaged" in found.words


def test_a_model_that_does_not_write_is_said_to_be_unusable(tmp_path: Path) -> None:
    values = {"general.architecture": "bert", "bert.context_length": 512}
    assert look_at(write(tmp_path / "e.gguf", values)).verdict == "unusable"


@pytest.mark.parametrize(
    ("whole", "free", "cores", "verdict"),
    [(16e9, 12e9, 8, "fits"), (16e9, 12e9, 1, "slow"), (16e9, 2e9, 8, "will not fit"), (4e9, 4e9, 8, "will not fit")],
)
def test_the_verdict_is_by_memory_and_speed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: float, free: float, cores: int, verdict: str
) -> None:
    path = write(tmp_path / "m.gguf")
    monkeypatch.setattr(hardware, "memory", lambda: int(whole))
    monkeypatch.setattr(hardware, "free_memory", lambda: int(free))
    monkeypatch.setattr(hardware, "physical_cores", lambda: cores)
    monkeypatch.setattr(shelf, "weigh", lambda _path, _header: 5_000_000_000)
    found = look_at(path)
    assert found.verdict == verdict
    assert "GB" in found.words
    assert "OOM" not in found.words
