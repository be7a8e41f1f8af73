"""IFD: how little a question helps the model to its answer; a row where it does not help at all is dropped.

The instruction-following difficulty s(A|Q)/s(A) of Cherry (Li et al. 2023, arXiv 2308.12032), over the answer's
tokens alone. Cherry's code divides losses, Superfiltering (arXiv 2402.00530) divides perplexities. Above 1 the
question made the answer less likely. To take the highest of what is left is a selector's work.
"""

import math
from dataclasses import dataclass
from typing import Literal

from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.records import Candidate, Reason, Verdict
from desktop.core.shapes import Filter, FilterContext
from desktop.core.steps import JudgeSteps, Score, put_all
from desktop.filters import _asking


@dataclass(frozen=True)
class IfdOptions(Options):
    """Which ratio, and where it ends."""

    maximum: float = option(
        1.0,
        About(
            N_("Drop above"),
            N_("Above 1 the question hinders more than it helps: answer and question do not belong together."),
            N_("Cherry (arXiv 2308.12032) and Superfiltering (arXiv 2402.00530) discard what is above 1."),
            minimum=0.0,
            maximum=5.0,
            step=0.01,
        ),
    )
    ratio: Literal["loss", "perplexity"] = option(
        "loss",
        About(
            N_("Ratio of"),
            N_("Both fall on the same side of 1; between rows they differ."),
            N_("Losses in Cherry's code, perplexities in Superfiltering's."),
            choices={"loss": N_("Losses (Cherry)"), "perplexity": N_("Perplexities (Superfiltering)")},
        ),
    )


def _steps(candidate: Candidate, options: IfdOptions, context: FilterContext) -> JudgeSteps:
    exchange = _asking.exchange_of(candidate.row)
    if exchange is None:
        return Verdict(True)
    answer = exchange.answer
    after, alone = yield from put_all([Score("ifd", exchange.messages, answer), Score("ifd", "", answer)])
    # The token that nothing predicts without a question is left out of both.
    given = after.logprobs[alone.unpredicted :]
    if not alone.logprobs or not given or not alone.loss:
        return Verdict(True)
    loss = -sum(given) / len(given)
    value = _ratio(loss, alone.loss, options.ratio)
    if _decide(value, options) is None:
        return Verdict(True, value)
    if options.ratio == "loss":
        reason = N_("The question does not help the model to this answer (IFD by loss {value:.3f}).")
    else:
        reason = N_("The question does not help the model to this answer (IFD by perplexity {value:.3f}).")
    return Verdict(False, value, Reason(reason, {"value": value}))


def _ratio(given: float, alone: float, which: str) -> float:
    return given / alone if which == "loss" else math.exp(max(-50.0, min(50.0, given - alone)))


def _decide(value: float, options: IfdOptions) -> Reason | None:
    if value <= options.maximum:
        return None
    return Reason(N_("The question does not help the model to this answer (IFD {value:.3f})."), {"value": value})


FILTER = Filter(
    title=N_("Instruction-following difficulty (IFD)"),
    summary=N_("Measures how little the question helps the model to the answer, and drops rows where it hinders."),
    source=N_("Cherry, arXiv 2308.12032; Superfiltering, arXiv 2402.00530"),
    options=IfdOptions,
    steps=_steps,
    cost="reading",
    value_title=N_("IFD: with the question, by without"),
    cut="maximum",
    decide=_decide,
    dropped_as=N_("answer and question apart"),
)
