"""The shape that is taken is the fastest one, and no larger than it has to be."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

import pytest

from desktop.engine import client, native, tuning
from desktop.engine.client import LocalEngine
from desktop.engine.fingerprint import fingerprint
from desktop.engine.protocol import Shape
from desktop.engine.remembered import recall, remember

GIVEN = Shape(threads=8, slots=16, context=4096)

Chosen = Callable[[Mapping[Shape, float]], Shape]


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch) -> Chosen:
    """The best shape on a machine of these speeds; what is not named cannot be run at all."""

    monkeypatch.setattr(tuning, "sharing_gain", lambda _weights, _shape: 0.0)

    def choose(speeds: Mapping[Shape, float]) -> Shape:
        monkeypatch.setattr(tuning, "tokens_per_second", lambda _weights, shape: speeds.get(shape, 0.0))
        shares: list[float] = []
        weights = object.__new__(native.Weights)
        weights.shares = True
        found = tuning.best_shape(weights, GIVEN, shares.append)
        assert shares == sorted(shares) and shares[-1] <= 1.0
        return found

    return choose


shape = partial(replace, GIVEN)


def test_flash_attention_is_taken_where_it_is_faster(chosen: Chosen) -> None:
    assert chosen({GIVEN: 100, shape(flash=True): 101}).flash
    assert not chosen({GIVEN: 100, shape(flash=True): 99}).flash


def test_rounded_keys_must_be_worth_it(chosen: Chosen) -> None:
    assert not chosen({GIVEN: 100, shape(small_keys=True): 114}).small_keys
    assert chosen({GIVEN: 100, shape(small_keys=True): 116}).small_keys


def test_the_fewest_texts_at_once_that_come_near_the_best_are_taken(chosen: Chosen) -> None:
    few, many = shape(slots=8), shape(slots=32, context=2048)
    assert chosen({GIVEN: 100, few: 95, many: 104}) == few
    assert chosen({GIVEN: 100, few: 80, many: 104}) == GIVEN
    assert chosen({GIVEN: 100, few: 80, many: 150}) == many


def test_threads_that_bring_nothing_are_left_to_others(chosen: Chosen) -> None:
    assert chosen({GIVEN: 100, shape(threads=4): 97, shape(threads=7): 99}) == shape(threads=4)
    assert chosen({GIVEN: 100, shape(threads=4): 60, shape(threads=7): 80}) == GIVEN


@pytest.mark.parametrize(("speed", "gain", "taken"), [(100, 1.25, True), (100, 1.15, False), (99, 9.0, False)])
def test_one_memory_must_be_worth_it_and_is_not_looked_at_with_large_models(
    chosen: Chosen, monkeypatch: pytest.MonkeyPatch, speed: float, gain: float, taken: bool
) -> None:
    monkeypatch.setattr(tuning, "sharing_gain", lambda _weights, _shape: gain)
    assert chosen({GIVEN: speed}).together is taken


def test_what_cannot_be_run_is_not_taken(chosen: Chosen) -> None:
    assert chosen({GIVEN: 1.0}) == GIVEN


@pytest.mark.model
def test_it_is_measured_once_and_remembered(starter_model: Path) -> None:
    shares: list[float] = []
    first = LocalEngine(starter_model, on_load=shares.append, tune=True)
    found = first.plan.shape
    first.close()
    assert shares == sorted(shares)
    digest = fingerprint(starter_model)
    assert recall(digest, "shape") is not None
    remember(digest, "shape", asdict(Shape(threads=1, slots=3, context=512)))
    second = LocalEngine(starter_model, tune=True)
    second.close()
    assert (second.plan.shape.slots, second.plan.shape.context) == (3, 512)
    assert found.slots in (8, 16, 32)


def test_a_shape_that_lacks_a_measurement_is_measured_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "known_fingerprint", lambda _path: "abc")
    known = asdict(GIVEN)
    remember("abc", "shape", known)
    assert client._remembered_shape(tmp_path, GIVEN) == GIVEN
    del known["together"]
    remember("abc", "shape", known)
    assert client._remembered_shape(tmp_path, GIVEN) is None
