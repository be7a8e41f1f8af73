"""A row's dialogue goes on turn by turn, neither side writes the other's turn, and it ends before a turn that fails."""

from typing import Any

import pytest

from desktop.core.records import Candidate, Instruction
from desktop.methods._forms import COPIED, CUT_OFF, REPEATED
from desktop.methods.continue_dialogue import METHOD, OTHERS_TURN, ContinueDialogueOptions
from tests.fakes import Says
from tests.methods.playing import Context, Play

ROW = Instruction("Name a river.", output="The Loire.", system="Be brief.", language="en")


def context(row: Instruction = ROW, language: str = "en") -> Context:
    return Context(METHOD, language=language, candidates=[Candidate(5, 5, row)])


def script(*lines: Any) -> Any:
    left = list(lines)
    return lambda ask: left.pop(0)


def test_the_dialogue_goes_on_from_the_row() -> None:
    play = Play(script("How long is it?", "1,006 km.", "Person: Where does it end?", "At Nantes."))
    [row] = play.run(context(), ContinueDialogueOptions())
    said = ["Name a river.", "The Loire.", "How long is it?", "1,006 km.", "Where does it end?", "At Nantes."]
    assert [turn.content for turn in row.messages] == said
    assert [turn.role for turn in row.messages] == ["user", "assistant"] * 3
    assert row.system == "Be brief."
    assert [ask.step for ask in play.asked] == ["question", "answer"] * 2
    assert [turn.role for turn in play.asked[3].prompt if not isinstance(turn, str)] == ["system"] + [
        "user",
        "assistant",
    ] * 2 + ["user"]
    manners = [str(ask.prompt).rpartition("(")[2].removesuffix("):") for ask in play.asked[::2]]
    assert set(manners) <= set(context().list("follow_ups"))
    assert len(set(manners)) == 2


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("name a river", REPEATED),
        ("Assistant: It is long.", OTHERS_TURN),
        (" Why does it begin while it is still dark?", COPIED),
        (Says("How", finish="length"), CUT_OFF),
    ],
)
def test_it_ends_before_a_turn_that_cannot_be_used(line: Any, reason: Any) -> None:
    play = Play(script("How long is it?", "1,006 km.", line))
    [row] = play.run(context(), ContinueDialogueOptions())
    assert len(row.messages) == 4 and [each.reason for each in play.discarded] == [reason]
    nothing = Play(script(line))
    assert nothing.run(context(), ContinueDialogueOptions()) == []


def test_an_unanswered_row_is_answered_first_and_earlier_turns_stay() -> None:
    row = Instruction("And its source?", history=(("Name a river.", "The Loire."),))
    play = Play(script("Mont Gerbier.", "How high is that?", "1,551 m."))
    [made] = play.run(context(row), ContinueDialogueOptions(turns=1))
    assert len(made.messages) == 6 and made.messages[3].content == "Mont Gerbier."


def test_a_chinese_project_is_asked_in_chinese() -> None:
    play = Play(script("提问者：它有多长？", "1006 公里。"))
    row = Instruction("说出一条河。", output="卢瓦尔河。", language="zh")
    [made] = play.run(context(row, "zh"), ContinueDialogueOptions(turns=1))
    assert made.messages[2].content == "它有多长？" and "提问者：说出一条河。" in str(play.asked[0].prompt)
