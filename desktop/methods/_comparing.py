"""Which of two answers a model finds better: asked in both orders, for small models lean to a place."""

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.core.i18n import N_
from desktop.core.prompts import Prompt
from desktop.core.records import Json, Message
from desktop.core.shapes import MethodContext
from desktop.core.steps import Chosen
from desktop.methods import _forms

LETTERS = ("A", "B")

COMPARE = Prompt(
    "compare",
    "preference/compare",
    ("prompt", "first", "second", "criterion"),
    {"en": "A", "zh": "B"},
    N_("which answer is better"),
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How probable it is that the one answer is better than the other, and what that rests on."""

    probability: float  # the mean of both orders, 0 to 1
    contrary: bool  # the two orders disagree
    record: dict[str, Json]


def averaged(forward: float, backward: float) -> tuple[float, float]:
    """Of the probabilities of the first place in the one order and in the other: that the first answer is the better
    one, and how far the judge leans to the first place, from -0.5 to 0.5.
    """
    return (forward + 1 - backward) / 2, (forward + backward - 1) / 2


def talks(
    step: str, task: str, criterion: str, answers: tuple[str, str], context: MethodContext
) -> list[tuple[Message, ...]]:
    """The two prompts that compare the answers: as they stand, and turned."""
    return [
        _forms.talk(context.render(step, prompt=task, criterion=criterion, first=first, second=second))
        for first, second in (answers, answers[::-1])
    ]


def read(criterion: str, said: Sequence[Chosen]) -> Comparison:
    """What a model chose of LETTERS after the two prompts of `talks`."""
    forward, backward = (each.probabilities[0] for each in said)
    probability, bias = averaged(forward, backward)
    record: dict[str, Json] = {
        "criterion": criterion,
        "orders": [round(forward, 4), round(1 - backward, 4)],  # shown first, shown second
        "position_bias": round(bias, 4),
        "mass": round(min(each.mass for each in said), 4),
    }
    return Comparison(probability, (forward > 0.5) == (backward > 0.5), record)
