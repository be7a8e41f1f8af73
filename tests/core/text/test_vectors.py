"""Embeddings by index: the same figures as comparing each pair by hand."""

import math
import random

import pytest

from desktop.core.text.similarity import Near
from desktop.core.text.vectors import VectorIndex


def cosine(one: list[float], other: list[float]) -> float:
    return sum(map(float.__mul__, one, other)) / math.hypot(*one) / math.hypot(*other)


def test_agrees_with_the_cosine_of_each_pair() -> None:
    draw = random.Random(3)
    vectors = [[draw.gauss(0.3, 1) for _ in range(8)] for _ in range(200)]
    index = VectorIndex()
    for place, vector in enumerate(vectors[:-1]):
        assert index.add(vector, in_pool=place % 3 != 0) == place
    values = [cosine(vectors[-1], other) for other in vectors[:-1]]
    nearest = index.compare(vectors[-1], without=[4])
    pool = sorted((-value, place) for place, value in enumerate(values) if place % 3 and place != 4)
    assert [near.place for near in nearest.best] == [place for _value, place in pool[:10]]
    assert [near.value for near in nearest.best] == pytest.approx([-value for value, _place in pool[:10]], abs=1e-6)
    assert [near.place for near in nearest.alike] == [at for at, value in enumerate(values) if value >= 0.5 and at != 4]


def test_length_makes_no_difference_and_nothing_is_like_nothing() -> None:
    index = VectorIndex()
    assert index.compare([1.0, 2.0]).best == ()
    index.add([2.0, 0.0])
    index.add([0.0, 0.0])
    assert index.compare([8.0, 0.0]).best == (Near(0, 1.0),)
    assert index.compare([0.0, 0.0]).best == ()
    assert len(index) == 2
