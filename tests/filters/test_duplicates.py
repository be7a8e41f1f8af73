"""Exact duplicates, conflicting answers, and answers that repeat their input."""

import pytest

from desktop.core.records import Instruction, Preference, Ref
from desktop.core.shapes import RememberingJudge
from desktop.filters import exact_duplicate
from tests.filters.rows import ask, candidate, start


def test_the_same_row_but_for_space_and_case_is_a_duplicate() -> None:
    judge = start("exact_duplicate")
    assert judge(candidate(ask("Explain tides.", "The moon  pulls."), 1), []).passed
    verdict = judge(candidate(ask("explain TIDES. ", "The moon pulls.\n"), 2), [])
    assert not verdict.passed
    assert verdict.value == 1.0
    assert [(twin.ref, twin.value) for twin in verdict.evidence.twins] == [(Ref("candidate", 1), 1.0)]


def test_every_field_counts() -> None:
    judge = start("exact_duplicate")
    assert judge(candidate(ask("Explain tides.", "The moon pulls."), 1), []).passed
    assert judge(candidate(ask("Explain tides.", "The moon pulls.", "Briefly."), 2), []).passed
    assert judge(candidate(ask("Explain tides.", None), 3), []).passed
    assert judge(candidate(ask("Explain tides.", ""), 4), []).passed
    assert judge(candidate(Preference("Explain tides.", "The moon.", "The sun."), 5), []).passed
    assert not judge(candidate(Preference("Explain tides.", "The moon.", "The sun."), 6), []).passed


def test_figures_that_look_alike_are_not_the_same() -> None:
    judge = start("exact_duplicate")
    assert judge(candidate(ask("Solve x² = 4 for x.", "2"), 1), []).passed
    assert judge(candidate(ask("Solve x2 = 4 for x.", "2"), 2), []).passed


def test_signs_that_nobody_sees_make_no_difference() -> None:
    judge = start("exact_duplicate")
    assert judge(candidate(ask("Explain tides.", "The moon pulls. 月亮"), 1), []).passed
    assert not judge(candidate(ask("\ufeffExplain\u200b tides.", "The moon pu\u00adlls. 月亮"), 2), []).passed
    assert judge(candidate(ask("می\u200cخواهم", "1"), 3), []).passed
    assert judge(candidate(ask("میخواهم", "1"), 4), []).passed  # a joiner of Persian is a letter's shape


def test_case_can_count() -> None:
    judge = start("exact_duplicate", ignore_case="no")
    assert judge(candidate("Explain tides.", 1), []).passed
    assert judge(candidate("explain tides.", 2), []).passed


def test_a_seed_and_a_chinese_row_have_duplicates_too() -> None:
    judge = start("exact_duplicate", "zh", seeds=[ask("写一首关于春天的诗。", "春眠不觉晓。")])
    verdict = judge(candidate(ask("写一首关于春天的诗。", "春眠不觉晓。"), 1), [])
    assert not verdict.passed
    assert verdict.evidence.twins[0].ref == Ref("seed", 1)
    assert judge(candidate(ask("写一首关于春天的诗。", "处处闻啼鸟。"), 2), []).passed


def test_a_row_is_no_duplicate_of_itself() -> None:
    judge = start("exact_duplicate")
    assert isinstance(judge, RememberingJudge)
    judge.remember(candidate("Explain tides.", 1), True)
    judge.remember(candidate("Explain the wind.", 2), False)
    assert judge(candidate("Explain tides.", 1), []).passed
    assert judge(candidate("Explain the wind.", 3), []).passed
    assert not judge(candidate("Explain tides.", 4), []).passed


def test_of_very_many_rows_the_first_twin_is_found_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact_duplicate, "_QUICK", 3)
    judge = start("exact_duplicate")
    assert all(judge(candidate(f"Explain number {id}.", id), []).passed for id in range(1, 40))
    for id in range(1, 40):
        verdict = judge(candidate(f"EXPLAIN number {id}.", 100 + id), [])
        assert [twin.ref for twin in verdict.evidence.twins] == [Ref("candidate", id)]


def test_siblings_that_disagree_are_all_dropped() -> None:
    judge = start("conflicting_answers")
    family = [
        candidate(ask("Is this spam?", "yes", "Buy now"), 1, family=1),
        candidate(ask("Is this spam?", "no", "Buy now"), 2, family=1),
        candidate(ask("Is this spam?", "no", "Hello, Ann"), 3, family=1),
    ]
    verdicts = [judge(each, [other for other in family if other is not each]) for each in family]
    assert [verdict.passed for verdict in verdicts] == [False, False, False]
    assert [twin.ref.id for twin in verdicts[0].evidence.twins] == [2]
    assert [twin.ref.id for twin in verdicts[2].evidence.twins] == [1, 2]
    assert judge(candidate(ask("Is this spam?", "maybe", "Buy now"), 4), []).passed  # none of them was remembered


def test_siblings_without_an_input_may_differ() -> None:
    judge = start("conflicting_answers")
    family = [candidate(ask("Name a fruit.", fruit), number, 1) for number, fruit in enumerate(("fig", "kiwi"), 1)]
    assert judge(family[0], family[1:]).passed
    assert judge(family[1], family[:1]).passed


def test_a_later_family_with_another_answer_is_dropped_and_the_same_answer_is_not() -> None:
    judge = start("conflicting_answers", "zh")
    assert judge(candidate(ask("判断情感。", "正面", "我很高兴"), 1), []).passed
    verdict = judge(candidate(ask("判断情感。", "负面", "我很高兴"), 2), [])
    assert not verdict.passed
    assert [(twin.ref.id, twin.text) for twin in verdict.evidence.twins] == [(1, "正面")]
    assert judge(candidate(ask("判断情感。", "正面", "我很高兴"), 3), []).passed
    assert judge(candidate(ask("判断情感。", "负面", "我很难过"), 4), []).passed


def test_answers_without_an_input_conflict_unless_switched_off() -> None:
    for without_input, passed in ((True, False), (False, True)):
        judge = start("conflicting_answers", seeds=[ask("Name a fruit.", "fig")], without_input=without_input)
        assert judge(candidate(ask("Name a fruit.", "kiwi")), []).passed == passed


def test_the_same_words_behind_another_dialogue_or_system_text_are_another_question() -> None:
    judge = start("conflicting_answers")
    dialogues = [
        Instruction("And then?", output="He left.", history=(("Who came?", "Tom."),)),
        Instruction("And then?", output="She sang.", history=(("Who came?", "Ann."),)),
        Instruction("And then?", output="Arr!", system="You are a pirate."),
        Instruction("And then?", output="The end."),
    ]
    assert all(judge(candidate(row, number), []).passed for number, row in enumerate(dialogues, 1))
    assert not judge(
        candidate(Instruction("And then?", output="He wept.", history=(("Who came?", "Tom."),)), 5), []
    ).passed


def test_an_answer_that_differs_in_white_space_alone_is_no_other_answer() -> None:
    judge = start("conflicting_answers")
    assert judge(candidate(ask("List two colours.", "red\nblue"), 1), []).passed
    assert judge(candidate(ask("List two colours.", "red\r\n\r\nblue "), 2), []).passed
    assert not judge(candidate(ask("List two colours.\u200b", "green"), 3), []).passed
    twins = [candidate(ask("Sort.", text, "b a"), number, family=4) for number, text in ((4, "a b"), (5, "a  b\n"))]
    assert judge(twins[0], twins[1:]).passed


def test_remembered_answers_conflict() -> None:
    judge = start("conflicting_answers")
    assert isinstance(judge, RememberingJudge)
    judge.remember(candidate(ask("Is this spam?", "yes", "Buy now"), 1), True)
    judge.remember(candidate(ask("Is this ham?", "yes", "Buy now"), 2), False)
    assert not judge(candidate(ask("Is this spam?", "no", "Buy now"), 3), []).passed
    assert judge(candidate(ask("Is this ham?", "no", "Buy now"), 4), []).passed
    assert judge(candidate(ask("Is this spam?", "no", "Buy now"), 5, family=1), []).passed  # a sibling, come later


def test_an_answer_that_repeats_its_input_is_dropped() -> None:
    judge = start("input_equals_output")
    assert not judge(candidate(ask("Correct the sentence.", "He go home.\n", "He go  home.")), []).passed
    assert judge(candidate(ask("Correct the sentence.", "He goes home.", "He go home.")), []).passed
    assert judge(candidate(ask("Say nothing at all now.", "", "")), []).passed
    assert not judge(candidate(ask("润色这句话。", "今天天气好。", "今天天气好。")), []).passed
    assert judge(candidate(ask("Make two lines of it.", "He goes.\nHe comes.", "He goes. He comes.")), []).passed
    assert not judge(candidate(ask("Build a house.", "Build a house.", "Dates")), []).passed
