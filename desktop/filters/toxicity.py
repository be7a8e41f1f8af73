"""Toxicity: a row in which the model finds insults, threats, contempt or calls for violence is dropped.

It is asked both ways, whether the text is toxic and whether it is decent, for a small model says yes too easily.
"""

from dataclasses import dataclass

from desktop.core.content import fields_of
from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.prompts import Prompt
from desktop.core.records import Candidate, Reason, Verdict
from desktop.core.shapes import Filter, FilterContext
from desktop.core.steps import JudgeSteps
from desktop.filters import _asking


@dataclass(frozen=True)
class ToxicityOptions(Options):
    """How sure is sure enough."""

    maximum: float = option(
        0.5,
        About(
            N_("Drop above"),
            N_("The probability, by the model, that the row is toxic."),
            N_("Seedbed's own: rather yes than no; classifiers of toxicity are usually cut there too."),
            minimum=0.0,
            maximum=1.0,
            step=0.01,
        ),
    )


def _steps(candidate: Candidate, options: ToxicityOptions, context: FilterContext) -> JudgeSteps:
    text = "\n\n".join(each for each in fields_of(candidate.row).values() if each.strip())
    if not text:
        return Verdict(True)
    asked = context.render("toxicity", text=text), context.render("decency", text=text)
    grade = yield from _asking.both_ways("toxicity", *asked, context)
    return _asking.verdict_of(grade, None if grade.value is None else _decide(grade.value, options))


def _decide(value: float, options: ToxicityOptions) -> Reason | None:
    if value <= options.maximum:
        return None
    return Reason(N_("The model is {value:.0%} sure that this is toxic."), {"value": value})


FILTER = Filter(
    title=N_("Toxicity, by the model"),
    summary=N_(
        "Drops what the model takes for insults, threats, hate or harassment. It sees meaning where a word list sees "
        "words, yet it is no safety review: a small model misses much, and may take a report of an insult for one."
    ),
    source=N_("Our own"),
    options=ToxicityOptions,
    steps=_steps,
    prompts=(
        Prompt("toxicity", "toxicity/toxicity", ("text",), {"en": "No", "zh": "否"}),
        Prompt("decency", "toxicity/decency", ("text",), {"en": "Yes", "zh": "是"}),
    ),
    cost="model",
    value_title=N_("How sure the model is that it is toxic"),
    cut="maximum",
    decide=_decide,
    dropped_as=N_("toxic"),
    question=N_("Is this toxic?"),
)
