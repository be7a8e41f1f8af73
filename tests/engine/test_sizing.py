"""A model gets what this machine can give, and one that does not fit is refused before it is loaded."""

from pathlib import Path

import pytest

from desktop.core.errors import UserError
from desktop.engine import hardware
from desktop.engine.gguf import Header, read_header
from desktop.engine.sizing import EngineSettings, plan
from tests.engine.gguf_files import USUAL, write


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(hardware, "physical_cores", lambda: 4)
    monkeypatch.setattr(hardware, "free_memory", lambda: 8 * 2**30)
    return monkeypatch


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path / "m.gguf", {**USUAL, "llama.context_length": 4096})


@pytest.fixture
def header(path: Path) -> Header:
    return read_header(path)


@pytest.mark.usefixtures("machine")
def test_the_usual_case(header: Header, path: Path) -> None:
    made = plan(header, EngineSettings(), path)
    assert (made.shape.threads, made.shape.slots, made.shape.context) == (4, 16, 4096)


def test_texts_that_begin_alike_get_a_memory_where_there_is_room(
    machine: pytest.MonkeyPatch, header: Header, path: Path
) -> None:
    together = plan(header, EngineSettings(), path).together
    assert together >= 2_048
    assert together * header.cell_bytes <= 2**28
    machine.setattr(hardware, "free_memory", lambda: 300 * 2**20 + 4 * 2**20)
    assert plan(header, EngineSettings(), path).together == 0


@pytest.mark.usefixtures("machine")
def test_what_the_user_sets_is_taken(header: Header, path: Path) -> None:
    made = plan(header, EngineSettings(threads=1, slots=3, context=1000), path)
    assert (made.shape.threads, made.shape.slots, made.shape.context) == (1, 3, 1000)


def test_little_memory_means_a_shorter_context(machine: pytest.MonkeyPatch, header: Header, path: Path) -> None:
    machine.setattr(hardware, "free_memory", lambda: 300 * 2**20 + 4 * 2**20)
    made = plan(header, EngineSettings(), path)
    assert 1024 <= made.shape.context < 4096
    assert made.shape.slots == 4


def test_too_little_memory_is_said_before_anything_is_loaded(
    machine: pytest.MonkeyPatch, header: Header, path: Path
) -> None:
    machine.setattr(hardware, "free_memory", lambda: 100 * 2**20)
    with pytest.raises(UserError, match="does not fit") as caught:
        plan(header, EngineSettings(), path)
    assert "smaller model" in caught.value.remedy
