"""What filters that remember read of a row: it hangs on the row alone, and may be done in another process."""

import multiprocessing
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

import pytest

from desktop.core.catalogue import filters
from desktop.core.records import Candidate, Conversation, Feedback, Instruction, Message, Preference, Row, Text, Verdict
from desktop.core.shapes import ForeseeingJudge, Judge, Reading, ReadingJudge
from desktop.core.text import held
from tests.filters.rows import ask, start

READING = ("conflicting_answers", "exact_duplicate", "near_duplicate", "style")
SEEDS = (ask("Name a bird that swims.", "A penguin swims."), ask("Name a bird that runs.", "An ostrich runs."))

parametrize_reading = pytest.mark.parametrize("id", READING)


def reader(id: str, seeds: Sequence[Instruction] = ()) -> ReadingJudge:
    judge = start(id, seeds=seeds)
    assert isinstance(judge, ReadingJudge)
    return judge


def rows() -> list[Row]:
    """Rows of every kind with twins, answers that conflict, and voices that stand out."""
    draw = random.Random(5)
    words = ["the", "miller", "had", "three", "sons", "a", "donkey", "and", "cat", "who", "knew", "how", "to", "wear"]
    made: list[Row] = []
    for number in range(120):
        text = " ".join(draw.choices(words, k=draw.randint(2, 25)))
        loud = f"Sure! **{text}**\n- I hope this helps! 😀" if draw.random() < 0.1 else text
        made.append(ask(draw.choice(["Tell a tale.", "Write it down.", text]), loud if number % 9 else None))
        if draw.random() < 0.4:
            made.append(ask("Tell a tale.", text.replace("a", "the", 1)))
    talk = (Message("user", "请用三句话解释天空为什么是蓝色的"), Message("assistant", "因为蓝光散得最多，我觉得。"))
    made += [
        Conversation(talk),
        Preference(talk[:1], "好的！", "不行"),
        Feedback("Is it?", "It is."),
        Text("So it goes."),
    ]
    made += [ask("", ""), ask("???", "\ud800"), ask("Add 2", "4"), ask("add 2!", "4")]
    draw.shuffle(made)
    return made


def candidates() -> list[Candidate]:
    """Each a family of its own, but for every tenth, which belongs to the one before it."""
    return [Candidate(id, id - (id % 10 == 0), row) for id, row in enumerate(rows(), 1)]


@parametrize_reading
def test_another_process_reads_the_same(id: str) -> None:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        elsewhere = pool.submit(_read, id).result()
    assert elsewhere == [reader(id, SEEDS).read(row) for row in rows()]


def _read(id: str) -> list[Reading]:
    return [reader(id).read(row) for row in rows()]


@parametrize_reading
def test_a_row_that_was_read_before_is_judged_as_one_that_was_not(id: str) -> None:
    by_itself, told = reader(id, SEEDS), reader(id, SEEDS)
    verdicts = [by_itself(each, ()) for each in candidates()]
    assert verdicts == [told(each, (), told.read(each.row)) for each in candidates()]
    assert {verdict.passed for verdict in verdicts} == {True, False}


@parametrize_reading
def test_a_row_that_was_read_before_is_remembered_as_one_that_was_not(id: str) -> None:
    by_itself, told = reader(id, SEEDS), reader(id, SEEDS)
    for each in candidates()[:100]:
        by_itself.remember(each, each.id % 3 > 0)
        told.remember(each, each.id % 3 > 0, told.read(each.row))
    assert [by_itself(each, ()) for each in candidates()[100:]] == [told(each, ()) for each in candidates()[100:]]


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize("unread", [0, 5])
def test_near_duplicates_that_are_looked_up_together_are_judged_as_one_by_one(
    size: int, unread: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held, "_AT_ONCE", 30)
    together, alone = reader("near_duplicate", SEEDS), reader("near_duplicate", SEEDS)
    for block in _blocks(candidates(), size):
        readings = [None if unread and each.id % unread == 0 else together.read(each.row) for each in block]
        assert isinstance(together, ForeseeingJudge)
        for _alive in together.foresee(block, readings):
            pass
        for each, reading in zip(block, readings, strict=True):
            if each.id % 4:  # every fourth falls before, by another filter
                assert _said(together, each, reading) == _said(alone, each, None), each


def test_a_filter_without_a_reading_is_told_nothing() -> None:
    others = {id for id, leaf in filters().items() if leaf.remembers and not leaf.asks_model} - {*READING}
    assert others == {"novelty"}
    assert not isinstance(start("novelty"), ReadingJudge)


def _said(judge: Judge, candidate: Candidate, reading: Reading | None) -> Verdict:
    assert isinstance(judge, ReadingJudge)
    return judge(candidate, (), reading)


def _blocks(some: Sequence[Candidate], size: int) -> Iterator[Sequence[Candidate]]:
    return (some[start : start + size] for start in range(0, len(some), size))
