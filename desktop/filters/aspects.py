"""Aspects: the model grades each answer for helpfulness, honesty, instruction following and truthfulness.

After UltraFeedback (Cui et al. 2023, arXiv 2310.01377): 1 to 5 for each aspect, asked one by one. UltraFeedback has
several answers graded beside each other; here each stands alone.
"""

import math
from dataclasses import dataclass
from typing import Literal

from desktop.core.errors import UserError
from desktop.core.i18n import N_, _, listed
from desktop.core.options import About, Options, option
from desktop.core.prompts import Prompt
from desktop.core.records import Candidate, Reason, Verdict
from desktop.core.shapes import Filter, FilterContext
from desktop.core.steps import Choose, JudgeSteps, put_all
from desktop.filters import _asking

_ASPECTS = {
    "helpfulness": N_("helpfulness"),
    "honesty": N_("honesty"),
    "instruction_following": N_("instruction following"),
    "truthfulness": N_("truthfulness"),
}
_GRADES = range(1, 6)


@dataclass(frozen=True)
class AspectsOptions(Options):
    """Which aspects, and what stays."""

    minimum: float = option(
        3.0,
        About(
            N_("Keep from"),
            N_("Exactly this stays."),
            N_("Seedbed's own; UltraFeedback compares grades and sets no cut."),
            minimum=1.0,
            maximum=5.0,
            step=0.05,
        ),
    )
    aspects: tuple[str, ...] = option(
        tuple(_ASPECTS),
        About(
            N_("Aspects"),
            N_("Any of helpfulness, honesty, instruction_following, truthfulness; each is one more reading."),
            N_("UltraFeedback (arXiv 2310.01377) asks for these four."),
        ),
    )
    counts: Literal["mean", "lowest"] = option(
        "mean",
        About(
            N_("What counts"),
            N_("The mean lets a strong aspect make up for a weak one; the lowest does not."),
            N_("UltraFeedback (arXiv 2310.01377) trains its reward model on the mean of the four."),
            choices={"mean": N_("The mean of the aspects"), "lowest": N_("The lowest aspect")},
        ),
    )


def _steps(candidate: Candidate, options: AspectsOptions, context: FilterContext) -> JudgeSteps:
    exchange = _asking.exchange_of(candidate.row)
    if exchange is None:
        return Verdict(True)
    if not options.aspects or (unknown := [each for each in options.aspects if each not in _ASPECTS]):
        raise UserError(
            _("There is no aspect called “{name}”.").format(name=unknown[0] if options.aspects else ""),
            _("Choose some of: {names}.").format(names=listed(_ASPECTS)),
        )
    closing = context.render("digit")
    digits = tuple(map(str, _GRADES))
    asks = [
        Choose(
            aspect,
            _asking.asked(f"{context.render(aspect, task=exchange.task, answer=exchange.answer)}\n\n{closing}"),
            digits,
        )
        for aspect in options.aspects
    ]
    grades = [_asking.expected(each, _GRADES) for each in (yield from put_all(asks))]
    known = [each for each in grades if each is not None]
    if len(known) < len(grades):
        return _asking.verdict_of(_asking.Grade(None), None)
    value = min(known) if options.counts == "lowest" else math.fsum(known) / len(known)
    if _decide(value, options) is None:
        return Verdict(True, value)
    lowest = options.aspects[known.index(min(known))]
    return Verdict(
        False,
        value,
        Reason(
            N_("The model's grade is {value:.2f}; {least:g} is asked for. The lowest is {aspect}: {lowest:.1f}."),
            {"value": value, "least": options.minimum, "aspect": (_ASPECTS[lowest],), "lowest": min(known)},
        ),
    )


def _decide(value: float, options: AspectsOptions) -> Reason | None:
    return _asking.too_low(value, options.minimum)


FILTER = Filter(
    title=N_("Four aspects by the model, 1 to 5"),
    summary=N_("Has the model grade helpfulness, honesty, instruction following and truthfulness, each by itself."),
    source=N_("UltraFeedback, arXiv 2310.01377"),
    options=AspectsOptions,
    steps=_steps,
    prompts=tuple(
        Prompt(step, f"aspects/{step}", () if step == "digit" else ("task", "answer"), {"en": "4", "zh": "4"})
        for step in (*_ASPECTS, "digit")
    ),
    cost="model",
    value_title=N_("The model's grade, 1 to 5"),
    cut="minimum",
    keeps="at least",
    decide=_decide,
    dropped_as=N_("graded low"),
    question=N_("How good is the answer, from 1 to 5?"),
)
