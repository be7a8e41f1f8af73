"""Grounded: an answer that its passage does not make likely is dropped.

After the last step of Self-QA (Zhang and Yang 2023, arXiv 2305.11952), which prunes answers that break its rules and
names no measure. This one is our own: how likely the model finds the answer behind passage and question, and how much
of that it owes to the passage. A small model that is asked whether the passage says it nearly always says yes. The
overlap of words that is looked at before is our own as well.
"""

from dataclasses import dataclass

from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.prompts import Prompt
from desktop.core.records import Candidate, Reason, Verdict
from desktop.core.shapes import Filter, FilterContext
from desktop.core.steps import JudgeSteps, Score, put_all
from desktop.core.text.words import share_in
from desktop.filters import _asking

_OWN = N_("Seedbed's own; Self-QA (arXiv 2305.11952) names no figure.")
_LOW = N_("The passage does not make this answer likely ({value:.2f}; {least:g} is asked for).")


@dataclass(frozen=True)
class GroundedOptions(Options):
    """How surely an answer must stand in its passage."""

    minimum: float = option(
        -0.25,
        About(
            N_("Keep from"),
            N_(
                "How much likelier the passage makes a token of the answer, less half of what stays unlikely about it, "
                "in nats. Calibrate it: of 60 rows written for this it kept 27 of 30 good and 7 of 30 bad ones."
            ),
            _OWN,
            minimum=-5.0,
            maximum=5.0,
            step=0.05,
        ),
    )
    overlap: float = option(
        0.3,
        About(
            N_("Least share of words that passage or question have too"),
            N_("Below it the model is not even asked. 0 switches it off."),
            _OWN,
            minimum=0.0,
            maximum=1.0,
            step=0.05,
        ),
    )


def _steps(candidate: Candidate, options: GroundedOptions, context: FilterContext) -> JudgeSteps:
    exchange = _asking.exchange_of(candidate.row)
    passage = _passage(candidate, context)
    if exchange is None or not passage:
        return Verdict(True)
    share = share_in(exchange.answer, passage, exchange.task)
    if share < options.overlap:
        reason = N_("Only {share:.0%} of the answer's words are in its passage or question.")
        return Verdict(False, reason=Reason(reason, {"share": share}))
    shown = _asking.asked(context.render("with", passage=passage, task=exchange.task))
    alone = _asking.asked(context.render("without", task=exchange.task))
    given, owed = yield from put_all([Score("with", shown, exchange.answer), Score("without", alone, exchange.answer)])
    if not given.logprobs or not owed.logprobs:
        return Verdict(True)
    value = (owed.loss - given.loss) - given.loss / 2
    low = _decide(value, options)
    return Verdict(low is None, value, low)


def _passage(candidate: Candidate, context: FilterContext) -> str:
    """The passages that the row was made from; empty where it was made from none, or they are gone."""
    if context.passage is None:
        return ""
    found = [context.passage(ref.id) for ref in candidate.parents if ref.stage == "passage"]
    return "\n\n".join(text for each in found if each is not None for text in (each.heading, each.text) if text)


def _decide(value: float, options: GroundedOptions) -> Reason | None:
    return _asking.too_low(value, options.minimum, _LOW)


FILTER = Filter(
    title=N_("Grounded in its passage"),
    summary=N_("Drops an answer that says what the passage it was made from does not; other rows pass."),
    source=N_("Our own; for rows of Self-QA, arXiv 2305.11952"),
    options=GroundedOptions,
    steps=_steps,
    prompts=(
        Prompt("with", "grounded/with", ("passage", "task"), {"en": "In March.", "zh": "三月。"}),
        Prompt("without", "grounded/without", ("task",), {"en": "In March.", "zh": "三月。"}),
    ),
    cost="model",
    value_title=N_("How much of the answer is owed to the passage"),
    cut="minimum",
    keeps="at least",
    decide=_decide,
    dropped_as=N_("not in its passage"),
    question=N_("Does the passage say everything that the answer says?"),
)
