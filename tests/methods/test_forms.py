"""What is no answer: what was cut off, is empty, or only says the question again."""

import pytest

from desktop.core.records import Reason
from desktop.core.steps import Sample
from desktop.methods._forms import CUT_OFF, ECHO, NOTHING, echoed, fault_of


@pytest.mark.parametrize(
    ("question", "answer", "echo"),
    [
        (
            "Suggest some games that a group can play.",
            "can you suggest some games that a group can play outdoors?",
            True,
        ),
        ("Suggest some games that a group can play.", "Suggest some games that a group can play.", True),
        ("Suggest some games that a group can play.", "Charades, Werewolf and Kubb.", False),
        ("What is the capital of France?", "The capital of France is Paris.", False),
        ("Fix the grammar: he go to school every day", "He goes to school every day.", False),
        ("Name a river.", "Name a river.", False),  # too short to tell
        ("Name a river in France.", "Name a river in France. " + "The Loire flows through Nantes. " * 3, False),
        ("请推荐几种适合多人玩的游戏。", "请推荐几种适合多人玩的户外游戏。", True),
        ("请推荐几种适合多人玩的游戏。", "可以玩狼人杀、你画我猜和谁是卧底。", False),
    ],
)
def test_an_echo_says_the_question_and_little_else(question: str, answer: str, echo: bool) -> None:
    assert echoed(answer, question) is echo


@pytest.mark.parametrize(
    ("sample", "reason"),
    [
        (Sample("The Loi", "length", 1), CUT_OFF),
        (Sample(" \n", "stop", 1), NOTHING),
        (Sample("name a river in france", "stop", 1), ECHO),
        (Sample("The Loire.", "stop", 1), None),
    ],
)
def test_the_reason_is_named(sample: Sample, reason: Reason | None) -> None:
    assert fault_of(sample, "Name a river in France.") == reason
