"""Rubric: the model says of each of your points whether a row meets it, with your examples before its eyes."""

import math
from dataclasses import dataclass

from desktop.core.i18n import N_
from desktop.core.languages import yes_or_no
from desktop.core.options import About, Options, option
from desktop.core.prompts import Prompt
from desktop.core.records import Candidate, Reason, Verdict
from desktop.core.shapes import Filter, FilterContext
from desktop.core.steps import Choose, JudgeSteps, put_all
from desktop.filters import _asking

_OWN = N_("Yours: a rubric says what you mean by good.")


@dataclass(frozen=True)
class RubricOptions(Options):
    """What a row is looked at for, and what stays."""

    minimum: float = option(
        0.5,
        About(
            N_("Keep from"),
            N_("The mean probability, by the model, that a row meets your points."),
            N_("Seedbed's own: rather yes than no."),
            minimum=0.0,
            maximum=1.0,
            step=0.01,
        ),
    )
    points: tuple[str, ...] = option(
        (),
        About(
            N_("Points"),
            N_("What a good row does, one statement each, such as: it names the paragraph it relies on."),
            _OWN,
        ),
    )
    good: tuple[str, ...] = option((), About(N_("Good examples"), N_("Answers that meet the points."), _OWN))
    bad: tuple[str, ...] = option((), About(N_("Bad examples"), N_("Answers that do not."), _OWN))


def _steps(candidate: Candidate, options: RubricOptions, context: FilterContext) -> JudgeSteps:
    exchange = _asking.exchange_of(candidate.row)
    if exchange is None or not options.points:
        return Verdict(True)
    places = {
        "examples": _examples(options, context),
        "task": exchange.task,
        "answer": exchange.answer,
    }
    words = yes_or_no(context.language)
    asks = [
        Choose("rubric", _asking.asked(context.render("point", point=point, **places)), words)
        for point in options.points
    ]
    chosen = yield from put_all(asks)
    if any(each.mass < _asking.LEAST_MASS for each in chosen):
        return _asking.verdict_of(_asking.Grade(None), None)
    sure = [each.probabilities[0] for each in chosen]
    value = math.fsum(sure) / len(sure)
    if _decide(value, options) is None:
        return Verdict(True, value)
    missed = options.points[sure.index(min(sure))]
    reason = N_("It meets your points by {value:.0%}, least of all this one: {point}")
    return Verdict(False, value, Reason(reason, {"value": value, "point": missed}))


def _examples(options: RubricOptions, context: FilterContext) -> str:
    """The examples as the prompt shows them, the good ones first; empty where there are none."""
    shown = [context.render("good", example=each) for each in options.good]
    return "\n\n".join([*shown, *(context.render("bad", example=each) for each in options.bad)])


def _decide(value: float, options: RubricOptions) -> Reason | None:
    return None if value >= options.minimum else Reason(N_("It meets your points by {value:.0%}."), {"value": value})


FILTER = Filter(
    title=N_("Your own rubric"),
    summary=N_("Asks the model of each point that you write whether a row meets it; without points it passes all."),
    source=N_("Our own"),
    options=RubricOptions,
    steps=_steps,
    prompts=(
        Prompt("point", "rubric/point", ("point", "examples", "task", "answer"), {"en": "Yes", "zh": "是"}),
        Prompt("good", "rubric/good", ("example",), {"en": "Yes", "zh": "是"}),
        Prompt("bad", "rubric/bad", ("example",), {"en": "Yes", "zh": "是"}),
    ),
    cost="model",
    value_title=N_("How surely it meets your points"),
    cut="minimum",
    keeps="at least",
    decide=_decide,
    dropped_as=N_("against your rubric"),
    question=N_("Does the row meet your points?"),
)
