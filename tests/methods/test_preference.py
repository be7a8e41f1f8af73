"""Preference pairs are judged in both orders by probabilities, and ties are told from position bias."""

from typing import Any

import pytest

from desktop.core.records import Candidate, Instruction, Message
from desktop.core.steps import Ask, Choose, Chosen
from desktop.methods._comparing import averaged
from desktop.methods.preference import METHOD, POSITION, TIE, TOO_FEW, PreferenceOptions, outdoes
from tests.fakes import Says
from tests.methods.playing import Context, Play

ROW = Instruction("Name a river.", "Somewhere in France.", task_type="question", language="en")
TWO = PreferenceOptions(answers=2)


def context(row: Instruction = ROW, language: str = "en") -> Context:
    return Context(METHOD, language=language, candidates=[Candidate(5, 5, row)])


def script(*answers: str | Says, first: Any = 0.5, grades: Any = None) -> Any:
    """`first`: the probability of the first letter for a question, or a function of it."""
    left = list(answers)

    def say(question: Any) -> Any:
        if isinstance(question, Choose):
            if question.step in ("grade", "alone"):
                return Chosen(grades(question) if grades else (0.9, 0.1), 0.9)
            likely = first(question) if callable(first) else first
            return Chosen((likely, 1 - likely), 0.9)
        return "Both name one." if question.step == "reason" else left.pop(0)

    return say


def likes(text: str, share: float = 0.8) -> Any:
    """A judge that prefers the answer with a text, wherever it stands."""

    def first(question: Choose) -> float:
        shown = str(question.prompt)
        return share if shown.index(text) < shown.index("Answer B") else 1 - share

    return first


def test_the_label_is_a_probability_from_both_orders() -> None:
    play = Play(script("The Loire.", "The Seine.", first=likes("Seine")))
    [row] = play.run(context(), TWO)
    assert (row.chosen, row.rejected) == ("The Seine.", "The Loire.")
    assert (row.probability, row.margin) == (0.8, 0.6)
    assert row.extra["orders"] == [0.8, 0.8] and row.extra["position_bias"] == 0.0
    judged = [each for each in play.questions if isinstance(each, Choose)]
    assert [each.options for each in judged] == [("A", "B")] * 2
    places = [(str(each.prompt).index("Loire"), str(each.prompt).index("Seine")) for each in judged]
    assert places[0][0] < places[0][1] and places[1][0] > places[1][1]
    assert row.extra["criterion"] in str(judged[0].prompt) and row.extra["criterion"] in str(judged[1].prompt)


def test_a_judge_that_only_sees_the_place_gives_one_half() -> None:
    assert averaged(0.9, 0.9) == pytest.approx((0.5, 0.4))
    play = Play(script("The Loire.", "The Seine.", first=0.9))
    assert play.run(context(), TWO) == []
    assert [each.reason for each in play.discarded] == [POSITION]


def test_where_the_place_decides_each_answer_is_asked_about_alone() -> None:
    def surer_of_the_seine(question: Choose) -> tuple[float, ...]:
        return (0.9, 0.1) if "Seine" in str(question.prompt) else (0.75, 0.25)

    play = Play(script("The Loire.", "The Seine.", first=0.8, grades=surer_of_the_seine))
    [row] = play.run(context(), TWO)
    assert (row.chosen, row.probability, row.extra["judge"]) == ("The Seine.", 0.75, "alone")
    assert row.extra["position_bias"] == pytest.approx(0.3)


def test_a_lean_to_one_place_is_told_from_a_preference() -> None:
    leaning = Play(script("The Loire.", "The Seine.", first=lambda ask: likes("Loire", 0.7)(ask) + 0.2))
    [row] = leaning.run(context(), TWO)
    assert row.chosen == "The Loire." and row.probability == pytest.approx(0.7)
    assert row.extra["orders"] == [0.9, 0.5] and row.extra["position_bias"] == pytest.approx(0.2)


def test_equally_good_answers_are_a_tie() -> None:
    play = Play(script("The Loire.", "The Seine.", first=likes("Loire", 0.53)))
    assert play.run(context(), TWO) == []
    assert [each.reason for each in play.discarded] == [TIE]


def test_after_reasoning_the_probability_stays_between_four_and_six_tenths() -> None:
    play = Play(script("The Loire.", "The Seine.", first=likes("Seine", 0.99)))
    [row] = play.run(context(), PreferenceOptions(answers=2, reason=True))
    assert (row.chosen, row.probability) == ("The Seine.", 0.6)
    assert [each.step for each in play.questions] == ["answer"] * 2 + ["reason"] * 2 + ["compare"] * 2
    judged = play.questions[-1]
    assert isinstance(judged, Choose) and Message("assistant", "Both name one.") in judged.prompt


def test_the_best_and_the_worst_of_several_become_the_pair() -> None:
    order = ["The Rhine.", "The Loire.", "The Seine."]  # from good to bad

    def first(question: Choose) -> float:
        shown = str(question.prompt)
        one, other = sorted((text for text in order if text in shown), key=shown.index)
        return 0.8 if order.index(one) < order.index(other) else 0.2

    play = Play(script("The Loire.", "The Seine.", "The Rhine.", first=first))
    [row] = play.run(context(), PreferenceOptions(answers=3))
    assert (row.chosen, row.rejected, row.probability) == ("The Rhine.", "The Seine.", 0.8)
    assert sum(isinstance(each, Choose) for each in play.questions) == 6
    criteria = {str(each.prompt).split("Seine")[-1] for each in play.questions if isinstance(each, Choose)}
    assert len(criteria) > 1, "criteria vary from one pair to the next"


def test_answers_differ_by_temperature_and_system_text_that_the_row_does_not_show() -> None:
    play = Play(script("The Loire.", "The Seine.", first=likes("Loire")))
    [row] = play.run(context(), TWO)
    assert [ask.sampling.temperature for ask in play.asked] == [0.5, 1.0]
    systems = [ask.prompt[0].content for ask in play.asked if isinstance(ask.prompt[0], Message)]
    assert len(set(systems)) == 2 and "careful expert" in systems[1]
    assert row.prompt == "Name a river.\n\nSomewhere in France."
    assert row.extra["temperatures"] == [0.5, 1.0] and row.extra["styles"][0] == ""
    plain = Play(script("The Loire.", "The Seine.", first=likes("Loire")))
    plain.run(context(), PreferenceOptions(answers=2, styles=False))
    assert len({str(ask.prompt) for ask in plain.asked}) == 1


def test_earlier_turns_and_the_rows_own_system_text_stay_with_the_prompt() -> None:
    row = Instruction("And its source?", system="Be brief.", history=(("Name a river.", "The Loire."),))
    play = Play(script("The Massif.", "The Alps.", first=likes("Massif")))
    [made] = play.run(context(row), TWO)
    assert [each.role for each in made.prompt] == ["system", "user", "assistant", "user"]
    assert made.prompt[0].content == "Be brief."


def test_answers_can_be_graded_by_aspects_instead() -> None:
    def grades(question: Choose) -> tuple[float, ...]:
        return (0, 0, 0, 0.5, 0.5) if "Seine" in str(question.prompt) else (0.0, 0.5, 0.5, 0, 0)

    play = Play(script("The Loire.", "The Seine.", grades=grades))
    [row] = play.run(context(), PreferenceOptions(answers=2, judge="aspects"))
    assert (row.chosen, row.probability, row.extra["grades"]) == ("The Seine.", 1.0, [4.5, 2.5])
    assert sum(isinstance(each, Choose) for each in play.questions) == 2 * len(context().list("aspects"))
    assert outdoes((0, 1), (0, 1)) == 0.5 and outdoes((0.5, 0.5), (1, 0)) == 0.75


@pytest.mark.parametrize(("language", "words"), [("en", ("Yes", "No")), ("zh", ("是", "否"))])
def test_each_answer_can_be_judged_alone_by_the_models_own_yes(language: str, words: tuple[str, str]) -> None:
    def surer_of_the_seine(question: Choose) -> tuple[float, ...]:
        assert question.options == words
        return (0.9, 0.1) if "Seine" in str(question.prompt) else (0.75, 0.25)

    play = Play(script("The Loire.", "The Seine.", grades=surer_of_the_seine))
    [row] = play.run(context(language=language), PreferenceOptions(answers=2, judge="alone"))
    assert (row.chosen, row.rejected, row.extra["yes"]) == ("The Seine.", "The Loire.", [0.9, 0.75])
    assert row.probability == 0.75  # odds of 9 against odds of 3
    assert sum(isinstance(each, Choose) for each in play.questions) == 2


def test_less_than_two_answers_are_no_pair() -> None:
    play = Play(script("The Loire.", "The Loire."))
    assert play.run(context(), TWO) == [] and play.discarded[-1].reason == TOO_FEW
    cut = Play(script("The Loire.", Says("The Sei", finish="length")))
    assert cut.run(context(), TWO) == [] and len(cut.discarded) == 2
    assert all(isinstance(each, Ask) for each in cut.questions)
