"""What was measured is found again for the same model on the same machine, and for nothing else."""

import json

import pytest

from desktop.core import paths
from desktop.engine import hardware
from desktop.engine.remembered import machine_key, recall, remember


def test_what_is_remembered_is_recalled_by_model_and_kind() -> None:
    remember("aa", "speed", {"generated": 41.5})
    remember("aa", "tuning", {"sequences": 8})
    remember("bb", "speed", {"generated": 3.0})
    assert recall("aa", "speed") == {"generated": 41.5}
    assert recall("aa", "tuning") == {"sequences": 8}
    assert recall("bb", "speed") == {"generated": 3.0}
    assert recall("bb", "tuning") is None
    assert recall("cc", "speed") is None


@pytest.mark.parametrize(
    ("name", "value"),
    [("processor", "Another"), ("physical_cores", 64), ("memory", 2**40), ("graphics", ("Card",)),
     ("engine_build", "of tomorrow")],
)  # fmt: skip
def test_another_machine_or_build_knows_nothing(monkeypatch: pytest.MonkeyPatch, name: str, value: object) -> None:
    remember("aa", "speed", {"generated": 41.5})
    monkeypatch.setattr(hardware, name, lambda: value)
    assert recall("aa", "speed") is None
    remember("aa", "speed", {"generated": 1.0})
    monkeypatch.undo()


def test_what_others_wrote_is_kept() -> None:
    store = paths.cache() / "measured.json"
    store.write_text(json.dumps({"aa": {"other machine": {"speed": 1}, machine_key(): {"x": [1]}}, "later": 7}))
    remember("aa", "speed", {"generated": 2.0})
    found = json.loads(store.read_text())
    assert found == {
        "aa": {"other machine": {"speed": 1}, machine_key(): {"x": [1], "speed": {"generated": 2.0}}},
        "later": 7,
    }


@pytest.mark.parametrize("content", ["", "{", "[1]", "\x00", "[" * 200_000, '{"aa": 3}', '{"aa": {"m": null}}'])
def test_a_damaged_file_is_an_empty_one(content: str) -> None:
    (paths.cache() / "measured.json").write_text(content)
    assert recall("aa", "speed") is None
    remember("aa", "speed", {"generated": 2.0})
    assert recall("aa", "speed") == {"generated": 2.0}


def test_a_cache_that_cannot_be_written_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    (paths.cache() / "file").write_text("")
    monkeypatch.setenv("SEEDBED_CACHE", str(paths.cache() / "file" / "below"))
    remember("aa", "speed", {"generated": 2.0})
    assert recall("aa", "speed") is None


def test_the_machine_is_named_in_words() -> None:
    key = machine_key()
    assert key == machine_key()
    assert "cores" in key
    assert "llama.cpp" in key
