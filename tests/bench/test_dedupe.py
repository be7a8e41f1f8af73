"""The benchmark of duplicates finds what was planted, and says who took part."""

from pathlib import Path

import pytest

from desktop.bench import dedupe
from tests.jobs.scripted import finish


@pytest.mark.parametrize("name", ["planted", "templates"])
def test_every_contestant_has_its_line(name: str) -> None:
    texts = dedupe.corpus(name, 300)
    assert len(texts) == 300 and texts == dedupe.corpus(name, 300)
    lines = finish(dedupe.run(name, texts, 0.7, dedupe.AGAINST, None))
    assert [(line.contestant, line.threshold) for line in lines] == [
        ("index", 0.7),
        ("index", 0.5),
        ("brute", 0.7),
        ("minhash", 0.7),
    ]
    exact, at_floor, _brute, minhash = lines
    assert exact.pairs and at_floor.pairs and at_floor.pairs > exact.pairs
    assert minhash.pairs and minhash.recall == minhash.pairs / exact.pairs <= 1
    assert exact.exponent is not None and exact.one_more and exact.memory


def test_the_index_alone() -> None:
    lines = finish(dedupe.run("planted", dedupe.corpus("planted", 300), 0.7, ("nobody",), None))
    assert [line.contestant for line in lines] == ["index", "index"]


def test_a_python_that_is_not_there_has_no_rouge_score(tmp_path: Path) -> None:
    assert not dedupe.has_rouge_score(tmp_path / "python")
