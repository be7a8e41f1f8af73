"""Critique and revise: principles vary, the critique comes before the revision, and every revision is stored."""

from collections.abc import Sequence
from typing import Any

import pytest

from desktop.core.errors import UserError
from desktop.core.records import Candidate, Instruction, Item
from desktop.core.steps import Choose, Chosen
from desktop.methods._forms import COPIED, CUT_OFF
from desktop.methods.critique_revise import (
    METHOD,
    NO_BETTER,
    SAME,
    TALKS,
    CritiqueReviseOptions,
    drawn,
    principles,
    text_of,
)
from tests.fakes import Says
from tests.methods.playing import Context, Play

ROW = Instruction("Name a river.", output="The Loire.", task_type="question", language="en")
ONE = CritiqueReviseOptions(rounds=1)


def context(row: Instruction = ROW, language: str = "en", lists: dict[str, list[str]] | None = None) -> Context:
    return Context(METHOD, language=language, candidates=[Candidate(5, 5, row)], lists=lists or {})


def script(
    *revisions: Any,
    critique: Any = "It is too short.",
    answer: str = "Rivers.",
    better: Sequence[float] = (0.9, 0.3),
) -> Any:
    """`better`: the probability of the first letter, where the last revision stands first and where second."""
    left, orders = list(revisions), list(better)

    def say(ask: Any) -> Any:
        if isinstance(ask, Choose):
            likely = orders.pop(0)
            return Chosen((likely, 1 - likely), 0.9)
        if ask.step == "critique":
            return critique
        return answer if ask.step == "answer" else left.pop(0)

    return say


def test_four_rounds_store_four_revisions_each_of_the_one_before() -> None:
    play = Play(script("The Loire, in France.", "The Loire, 1,006 km.", "The long Loire.", "The Loire: longest."))
    rows = play.run(context(), CritiqueReviseOptions())
    assert [ask.step for ask in play.asked] == ["critique", "revision"] * 4
    made, pair = rows[:4], rows[4]
    assert [row.extra["round"] for row in made] == [1, 2, 3, 4]
    assert [row.extra["revised_from"] for row in made] == ["The Loire.", *(row.output for row in made[:3])]
    assert all(row.extra["critique"] == "It is too short." for row in made)
    assert all("It is too short." in str(ask.prompt) for ask in play.asked[1::2])
    assert len({row.extra["principle"] for row in made}) == 4
    assert (pair.prompt, pair.chosen, pair.rejected) == ("Name a river.", made[3].output, "The Loire.")
    assert (pair.probability, pair.margin, pair.task_type, pair.language) == (0.8, 0.6, "question", "en")
    assert pair.extra["rounds"] == 4 and pair.extra["orders"] == [0.9, 0.7]


def test_a_pair_is_stored_only_where_the_model_finds_the_last_revision_better_in_both_orders_together() -> None:
    play = Play(script("The Loire, in France.", better=(0.9, 0.9)))
    [revision] = play.run(context(), ONE)
    assert revision.output == "The Loire, in France."
    assert [each.reason for each in play.discarded] == [NO_BETTER]
    judged = [each for each in play.questions if isinstance(each, Choose)]
    assert [str(each.prompt).index("in France") < str(each.prompt).index("Answer B") for each in judged] == [
        True,
        False,
    ]


def test_principles_vary_and_none_comes_again_before_all_have_come() -> None:
    for language in ("en", "zh"):
        known = principles(context(language=language).list("principles"))
        assert len(known) == len(set(known)) == 16
        assert set(drawn(Item(0, 7), known, 16)) == set(known)
        assert drawn(Item(0, 7), known, 4) == drawn(Item(0, 7), known, 4) != drawn(Item(1, 8), known, 4)
        assert len(drawn(Item(0, 7), known[:2], 5)) == 5


def test_a_constitution_of_ones_own_is_used() -> None:
    play = Play(script("The glad Loire!"))
    [row, _pair] = play.run(context(lists={"principles": ["Is it glad? | Make it glad.", "no bar"]}), ONE)
    assert "Is it glad?" in str(play.asked[0].prompt) and "Make it glad." in str(play.asked[1].prompt)
    assert row.extra["principle"] == "Is it glad?"
    with pytest.raises(UserError):
        play.check(context(lists={"principles": ["no bar"]}), ONE)


def test_an_unanswered_row_is_answered_first() -> None:
    play = Play(script("The Loire."))
    rows = play.run(context(Instruction("Name a river.")), CritiqueReviseOptions(rounds=1, pairs=False))
    assert [ask.step for ask in play.asked] == ["answer", "critique", "revision"]
    assert [row.extra["revised_from"] for row in rows] == ["Rivers."]
    anew = Play(script("The Loire."))
    anew.run(context(), CritiqueReviseOptions(rounds=1, fresh=True))
    assert anew.asked[0].step == "answer"


@pytest.mark.parametrize(
    ("revision", "reason"),
    [
        ("the loire", SAME),
        ("The revised answer is: the Loire.", TALKS),
        ("Boil it for five minutes if you like the yolk soft, and for nine if you like it firm.", COPIED),
        (Says("The Loi", finish="length"), CUT_OFF),
    ],
)
def test_a_revision_that_is_none_is_put_aside_and_the_next_round_starts_from_what_stood(
    revision: Any, reason: Any
) -> None:
    play = Play(script(revision, "The Loire, in France."))
    rows = play.run(context(), CritiqueReviseOptions(rounds=2, pairs=False))
    assert [each.reason for each in play.discarded] == [reason]
    assert [(row.extra["round"], row.extra["revised_from"]) for row in rows] == [(2, "The Loire.")]


def test_a_critique_said_again_is_no_revision() -> None:
    critique = "The answer, on its own, is bare. A person cannot see where the river flows."
    play = Play(script("The answer, on its own, is bare. A person cannot see the river.", critique=critique))
    assert play.run(context(), ONE) == []
    assert [each.reason for each in play.discarded] == [TALKS]


def test_critique_and_revision_go_on_after_worked_examples() -> None:
    play = Play(script("The Loire, in France."))
    play.run(context(), ONE)
    for ask, ending in zip(play.asked, ("\nCritique:", "\nNew answer:"), strict=True):
        assert isinstance(ask.prompt, str) and ask.prompt.endswith(ending)
        assert ask.prompt.count(ending) == 3 and "\n###" in ask.stop


def test_without_a_critique_there_is_no_revision() -> None:
    play = Play(script(critique=Says("It is", finish="length")))
    assert play.run(context(), ONE) == []
    assert [ask.step for ask in play.asked] == ["critique"]


def test_titles_and_the_question_are_left_out() -> None:
    [row] = Play(script("Name a river.\nThe Loire it is.")).run(context(), CritiqueReviseOptions(rounds=1, pairs=False))
    assert row.output == "The Loire it is."
    assert text_of("**New answer:** The Loire.") == text_of("Revision: The Loire.") == "The Loire."
    assert text_of("批评：太短。") == "太短。"
