"""Rating: the model grades each answer from 0 to 5 in one dimension, and only the best stay.

After AlpaGasus (Chen et al. 2023, arXiv 2307.08701): one dimension a run, chosen before it; what the model writes is
the likeliest text; the grade stands on its first line. Its probabilities for the digits are a finer grade.
"""

from dataclasses import dataclass
from typing import Literal

from desktop.core.errors import UserError
from desktop.core.i18n import N_, _
from desktop.core.options import About, Options, option
from desktop.core.prompts import Prompt
from desktop.core.shapes import FilterContext
from desktop.filters import _asking

_GRADES = range(6)
_PAPER = N_("AlpaGasus (arXiv 2307.08701) keeps 4.5 and more of 5, for accuracy.")


@dataclass(frozen=True)
class RatingOptions(Options):
    """What is graded, how, and what stays."""

    minimum: float = _asking.minimum(
        4.5,
        _GRADES,
        N_("Exactly this stays. Small models give 4 or 5 to nearly everything: look at the histogram first."),
        _PAPER,
    )
    dimension: Literal["accuracy", "helpfulness", "own"] = option(
        "accuracy",
        About(
            N_("Grade"),
            N_("One thing at a time: a model that is asked for several grades them all alike."),
            _PAPER,
            choices={
                "accuracy": N_("Accuracy"),
                "helpfulness": N_("Helpfulness"),
                "own": N_("What I write below"),
            },
        ),
    )
    rubric: str = option(
        "",
        About(
            N_("What to grade"),
            N_("In your own words: what a 5 is, and what a 0."),
            N_("AlpaGasus names one dimension for each run; any can be put in its place."),
        ),
    )
    how: Literal["probabilities", "written"] = _asking.how(
        N_("AlpaGasus reads the first line of what is written; DEITA (arXiv 2312.15685) takes probabilities.")
    )


def _ask(exchange: _asking.Exchange, options: RatingOptions, context: FilterContext) -> str:
    places = {"task": exchange.task, "answer": exchange.answer}
    if options.dimension == "own":
        if not options.rubric.strip():
            raise UserError(_("It is not said what is to be graded."), _("Write it into “What to grade”."))
        places["rubric"] = options.rubric.strip()
    return context.render(options.dimension, **places)


def _prompt(step: str, *places: str) -> Prompt:
    return Prompt(
        step, f"rating/{step}", places, {"en": "4.5\nOne date is wrong.", "zh": "4.5\n有一个日期错了。"}, read=_read
    )


def _read(text: str) -> float | None:
    return _asking.grade_of(text, _GRADES[0], _GRADES[-1])


FILTER = _asking.graded(
    _asking.Scale("rating", _GRADES, _ask, _asking.LOW, probabilities="digit", written="number", tokens=256),
    RatingOptions,
    (
        _prompt("accuracy", "task", "answer"),
        _prompt("helpfulness", "task", "answer"),
        _prompt("own", "task", "answer", "rubric"),
        _prompt("digit"),
        _prompt("number"),
    ),
    title=N_("Rating by the model, 0 to 5"),
    summary=N_("Has the model grade each answer for accuracy, helpfulness or what you write, and keeps the best."),
    source=N_("AlpaGasus, arXiv 2307.08701"),
    value_title=N_("The model's grade, 0 to 5"),
    dropped_as=N_("graded low"),
    question=N_("How good is the answer, from 0 to 5?"),
)
