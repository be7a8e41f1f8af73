"""Near duplicates: most of the wording in common is too much, in all fields together, and the twin is named."""

import random

from desktop.core.records import Ref
from desktop.core.shapes import RememberingJudge
from tests.filters.rows import ask, candidate, start

TALE = "Once there was a miller who had three sons, a mill, a donkey and a cat, and when he died they shared it all."


def test_a_row_with_a_few_words_changed_is_dropped_and_names_its_twin() -> None:
    judge = start("near_duplicate")
    assert judge(candidate(ask("Tell the tale.", TALE), 1), []).passed
    verdict = judge(candidate(ask("Tell the tale.", TALE.replace("died", "passed away")), 2), [])
    assert not verdict.passed
    assert verdict.value is not None and 0.7 < verdict.value < 1
    assert verdict.evidence.twins[0].ref == Ref("candidate", 1)
    assert verdict.evidence.twins[0].text == "Tell the tale."
    assert "“Tell the tale.”" in str(verdict.reason)


def test_the_value_is_the_true_share_of_shingles() -> None:
    judge = start("near_duplicate")
    assert judge(candidate(ask("a b c d e f g h i j", None), 1), []).passed  # 8 shingles of three words
    verdict = judge(candidate(ask("a b c d e f g h i k", None), 2), [])
    assert verdict.value == 7 / 9
    assert [(each.twin.id, each.value) for each in verdict.likenesses] == [(1, 7 / 9)]


def test_chinese_is_compared_by_four_characters() -> None:
    judge = start("near_duplicate", "zh")
    assert judge(candidate(ask("请用三句话向小学生解释天空为什么是蓝色的", None), 1), []).passed
    verdict = judge(candidate(ask("请用三句话向小学生解释天空为什么是蓝色的吧", None), 2), [])
    assert not verdict.passed and verdict.value == 17 / 18
    assert judge(candidate(ask("写一首关于春天的七言绝句并说明其中的意象", None), 3), []).passed


def test_short_texts_are_duplicates_only_if_they_are_the_same() -> None:
    judge = start("near_duplicate")
    assert judge(candidate(ask("Add 2", "4"), 1), []).passed
    assert judge(candidate(ask("Add 3", "4"), 2), []).passed
    assert not judge(candidate(ask("add 2!", "4"), 3), []).passed


def test_what_is_remembered_counts_as_if_judged() -> None:
    judge = start("near_duplicate")
    assert isinstance(judge, RememberingJudge)
    judge.remember(candidate(ask("a b c d e f g h i j", None), 1), True)
    judge.remember(candidate(ask("k l m n o p q r s t", None), 2), False)
    assert not judge(candidate(ask("a b c d e f g h i j", None), 3), []).passed
    verdict = judge(candidate(ask("k l m n o p q r s t", None), 4), [])
    assert verdict.passed and [each.twin.id for each in verdict.likenesses] == [2]


def test_planted_twins_are_found() -> None:
    draw = random.Random(6)
    words = [f"w{number}" for number in range(3000)]
    judge = start("near_duplicate")
    for number in range(1, 301):
        text = draw.choices(words, k=40)
        assert judge(candidate(" ".join(text), 2 * number), []).passed
        text[draw.randrange(40)] = "other"
        assert not judge(candidate(" ".join(text), 2 * number + 1), []).passed
