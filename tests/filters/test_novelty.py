"""Novelty: exactly .70 stays and .71 goes, the twin is named, and a threshold can be moved later."""

import random

import pytest

from desktop.core.records import Ref
from desktop.core.shapes import RememberingJudge
from tests.filters.rows import ask, candidate, start


def with_shared_words(shared: int, own: int, mark: str) -> str:
    return " ".join([f"s{number}" for number in range(shared)] + [f"{mark}{number}" for number in range(own)])


@pytest.mark.parametrize(("shared", "own", "passed"), [(7, 3, True), (70, 30, True), (71, 29, False)])
def test_exactly_seven_tenths_stays(shared: int, own: int, passed: bool) -> None:
    judge = start("novelty", seeds=[ask(with_shared_words(shared, own, "a"))])
    verdict = judge(candidate(with_shared_words(shared, own, "b")), [])
    assert verdict.passed == passed
    assert verdict.value == shared / (shared + own)


def test_a_second_copy_is_dropped_and_names_the_first() -> None:
    judge = start("novelty")
    assert judge(candidate("Explain why the sky is blue.", 1), []).passed
    verdict = judge(candidate("Explain why the sky is blue!", 2), [])
    assert not verdict.passed
    assert verdict.value == 1.0
    assert verdict.evidence.twins[0].ref == Ref("candidate", 1)
    assert verdict.evidence.twins[0].text == "Explain why the sky is blue."
    assert "(1 alike): “Explain why the sky is blue.”" in str(verdict.reason)


def test_two_almost_equal_chinese_instructions_do_not_both_pass() -> None:
    judge = start("novelty", "zh")
    assert judge(candidate("写一首关于春天的诗。", 1), []).passed
    assert judge(candidate("解释一下什么是黑洞。", 2), []).passed
    verdict = judge(candidate("请写一首关于春天的诗！", 3), [])
    assert not verdict.passed
    assert verdict.evidence.twins[0].ref == Ref("candidate", 1)


def test_the_ten_nearest_of_seeds_and_rows_are_listed_in_order() -> None:
    draw = random.Random(1)
    words = [f"w{number}" for number in range(40)]
    seeds = [ask(" ".join(draw.sample(words, 12))) for _ in range(30)]
    verdict = start("novelty", seeds=seeds)(candidate(" ".join(draw.sample(words, 12)), 9), [])
    values = [twin.value for twin in verdict.evidence.twins]
    assert len(values) == 10
    assert values == sorted(values, reverse=True)
    assert verdict.value == values[0]
    assert all(twin.ref.stage == "seed" for twin in verdict.evidence.twins)


def test_a_dropped_row_is_not_in_the_pool_but_its_likeness_is_recorded() -> None:
    judge = start("novelty")
    first, dropped, third = "a b c d e f g h i j", "a b c d e f g h x y", "a b c d e k l m x y"
    assert judge(candidate(first, 1), []).passed
    assert not judge(candidate(dropped, 2), []).passed
    verdict = judge(candidate(third, 3), [])
    assert verdict.passed
    assert [twin.ref.id for twin in verdict.evidence.twins] == [1]
    assert {(each.twin.id, each.value) for each in verdict.likenesses} == {(1, 0.5), (2, 0.7)}


def test_siblings_are_not_compared_but_rows_of_other_families_are() -> None:
    judge = start("novelty")
    assert judge(candidate("Explain why the sky is blue.", 1, family=1), []).passed
    sibling = judge(candidate("Explain why the sky is blue.", 2, family=1), [])
    assert sibling.passed and sibling.likenesses == () and sibling.evidence.twins == ()
    other = judge(candidate("Explain why the sky is blue.", 3, family=3), [])
    assert not other.passed
    assert [twin.ref.id for twin in other.evidence.twins] == [1]


def test_what_is_remembered_counts_as_if_judged() -> None:
    judge = start("novelty")
    assert isinstance(judge, RememberingJudge)
    judge.remember(candidate("a b c d e f g h i j", 1), True)
    judge.remember(candidate("k l m n o p q r s t", 2), False)
    assert not judge(candidate("a b c d e f g h i x", 3), []).passed
    verdict = judge(candidate("k l m n o p q r s x", 4), [])
    assert verdict.passed and [each.twin.id for each in verdict.likenesses] == [2]


def test_a_lower_threshold_replayed_from_likenesses_decides_as_judging_again_does() -> None:
    draw = random.Random(4)
    texts = [" ".join(draw.choices("abcdefghijkl", k=draw.randint(4, 10))) for _ in range(150)]
    judge = start("novelty", threshold=0.7)
    verdicts = [judge(candidate(text, number), []) for number, text in enumerate(texts, start=1)]
    for threshold in (0.5, 0.6, 0.8, 0.9):
        kept: set[int] = set()
        for number, verdict in enumerate(verdicts, start=1):
            if all(each.value <= threshold for each in verdict.likenesses if each.twin.id in kept):
                kept.add(number)
        again = start("novelty", threshold=threshold)
        assert kept == {number for number, text in enumerate(texts, 1) if again(candidate(text, number), []).passed}


def test_the_average_is_over_the_whole_pool_and_only_on_request() -> None:
    seeds = [ask("a b c d"), ask("a b x y"), ask("k l m n")]
    assert start("novelty", seeds=seeds)(candidate("a b c d"), []).average is None
    verdict = start("novelty", seeds=seeds, average=True)(candidate("a b c d"), [])
    assert verdict.average == pytest.approx((1.0 + 0.5 + 0.0) / 3)


def test_a_long_twin_is_cut_in_the_reason_and_whole_in_the_evidence() -> None:
    judge = start("novelty", seeds=[ask("长" * 300)])
    verdict = judge(candidate("长" * 300), [])
    assert len(verdict.evidence.twins[0].text) == 300
    assert str(verdict.reason).endswith("长…”")
    assert len(str(verdict.reason)) < 150
