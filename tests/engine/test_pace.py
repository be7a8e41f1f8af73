"""A guess follows from a model's size and the memory's speed, which is measured once."""

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.engine import pace
from desktop.engine.gguf import read_header
from desktop.engine.pace import guess_rows, memory_rate
from tests.engine.gguf_files import write


def test_a_larger_model_and_a_slower_memory_write_fewer_rows(tmp_path: Path) -> None:
    small = replace(read_header(write(tmp_path / "m.gguf")), read_for_token=10**9)
    large = replace(small, read_for_token=8 * 10**9)
    least, most = guess_rows(large, 2e10)
    assert 10 < least < most / 3 < 1000, "wide, for it is a guess"
    assert guess_rows(small, 2e10)[1] > 4 * most
    assert guess_rows(large, 4e10)[0] > 1.5 * least


def test_the_memory_is_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "_ARRAY", 2**20)
    monkeypatch.setattr(pace, "_LOOK", 0.01)
    first = memory_rate()
    assert first > 0
    monkeypatch.setattr(pace, "_measure", lambda: pytest.fail("measured again"))
    assert memory_rate() == first
