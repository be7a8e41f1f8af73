"""Where a graphics card fails while a model is loaded, however it does, the processor takes over and that is said."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.errors import UserError
from desktop.core.steps import Ask, Sampling
from desktop.engine import hardware
from desktop.engine.client import LocalEngine
from tests.engine.tiny_models import qwen3
from tests.faults.asking import answer

pytestmark = pytest.mark.model

CARD = """
import os, sys
from desktop.engine import gpu, native
api, load, make = native.api, native.api.llama_model_load_from_file, native.api.llama_init_from_model
gpu.layers = lambda path: 3
taken = 0
def load_on_card(path, parameters):
    global taken
    taken, parameters.n_gpu_layers = parameters.n_gpu_layers, 0  # there is no card here
    return on_load(path, parameters) if taken else load(path, parameters)
def make_on_card(model, parameters):
    return on_make(model, parameters) if taken else make(model, parameters)
on_load, on_make = load, make
api.llama_model_load_from_file, api.llama_init_from_model = load_on_card, make_on_card
"""
FAILURES = {
    "the file is refused": "on_load = lambda *_: None",
    "its memory is full": "on_make = lambda *_: None",
    "the driver aborts": "on_load = lambda *_: os.abort()",
    "the driver is not there": "on_load = lambda *_: os._exit(127)",
}


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(hardware, "uses_cards", lambda: True)
    yield qwen3(None).write(tmp_path / "m.gguf")


def worker(failure: str) -> tuple[str, ...]:
    return (sys.executable, "-c", f"{CARD}\n{failure}\nfrom desktop.engine.worker import main; main()")


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_the_processor_takes_over(path: Path, failure: str) -> None:
    engine = LocalEngine(path, command=worker(failure))
    try:
        assert engine.model.note == "The graphics card could not take the model, so the processor runs it."
        assert answer(engine, Ask("s", "red", Sampling(max_tokens=2)))
    finally:
        engine.close()


def test_nothing_is_said_where_the_card_takes_it(path: Path) -> None:
    engine = LocalEngine(path, command=worker(""))
    engine.close()
    assert engine.model.note == ""


def test_what_fails_on_the_processor_too_is_said(path: Path) -> None:
    with pytest.raises(UserError, match="cannot be loaded"):
        LocalEngine(path, command=worker("load = on_load = lambda *_: None"))
