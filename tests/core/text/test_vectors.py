"""Embeddings by index: the same figures as comparing each pair by hand."""

import math
import random
from collections.abc import Sequence

import pytest

from desktop.core.text.similarity import FLOOR, Near, Nearest
from desktop.core.text.vectors import VectorIndex


def nearest_to(index: VectorIndex, vector: list[float], without: Sequence[int] = ()) -> Nearest:
    [coming] = index.meet([vector])
    return index.compare(coming, without)


def cosine(one: list[float], other: list[float]) -> float:
    return sum(map(float.__mul__, one, other)) / math.hypot(*one) / math.hypot(*other)


def test_agrees_with_the_cosine_of_each_pair_to_a_hundredth() -> None:
    draw = random.Random(3)
    vectors = [[draw.gauss(0.3, 1) for _ in range(64)] for _ in range(200)]
    index = VectorIndex(FLOOR)
    for place, vector in enumerate(vectors[:-1]):
        vector[7] += 10  # as models have it: one number far above the others
        assert index.add(vector, in_pool=place % 3 != 0) == place
    vectors[-1][7] += 10
    values = [cosine(vectors[-1], other) for other in vectors[:-1]]
    nearest = nearest_to(index, vectors[-1], [4])
    pool = sorted((-value, place) for place, value in enumerate(values) if place % 3 and place != 4)
    assert [near.value for near in nearest.best] == pytest.approx([-value for value, _place in pool[:10]], abs=0.01)
    assert all(near.place % 3 and near.value == pytest.approx(values[near.place], abs=0.01) for near in nearest.best)
    found = {near.place for near in nearest.alike}
    assert found >= {at for at, value in enumerate(values) if value >= 0.51} - {4}
    assert all(values[place] > 0.49 for place in found)


def test_an_embedding_is_entirely_like_itself_in_any_block() -> None:
    draw = random.Random(4)
    index = VectorIndex(FLOOR)
    vectors = [[draw.gauss(0, 1) for _ in range(6)] for _ in range(9000)]
    for vector in vectors:
        index.add(vector)
    for place in (0, 8191, 8192, 8999):
        nearest = nearest_to(index, [3 * number for number in vectors[place]]).best[0]
        assert nearest.place == place and nearest.value == pytest.approx(1.0)


def test_length_makes_no_difference_and_nothing_is_like_nothing() -> None:
    index = VectorIndex(FLOOR)
    assert nearest_to(index, [1.0, 2.0]).best == ()
    index.add([2.0, 0.0])
    index.add([0.0, 0.0])
    assert nearest_to(index, [8.0, 0.0]).best == (Near(0, 1.0),)
    assert nearest_to(index, [0.0, 0.0]).best == ()
    assert len(index) == 2


def test_those_that_are_compared_together_are_compared_with_each_other_as_they_come() -> None:
    draw = random.Random(5)
    vectors = [[draw.gauss(0, 1) for _ in range(8)] for _ in range(8200)]
    one, other = VectorIndex(0.8), VectorIndex(0.8)
    for vector in vectors[:8180]:  # what comes then begins another block
        one.add(vector)
        other.add(vector)
    for vector, coming in zip(vectors[8180:], one.meet(vectors[8180:]), strict=True):
        assert one.compare(coming, [3]) == nearest_to(other, vector, [3])
        one.add(vector)
        other.add(vector)
    assert one.meet([]) == []
