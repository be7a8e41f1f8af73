"""Perplexity: an answer that surprises the model too much is dropped.

exp of the mean negative log-probability of the answer's tokens, by the loaded model. EasyInstruct's PPL selector
(arXiv 2402.03049) takes GPT-2 and the answer alone; another model gives other values.
"""

from dataclasses import dataclass
from typing import Literal

from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.records import Candidate, Reason, Text, Verdict
from desktop.core.shapes import Filter, FilterContext
from desktop.core.steps import JudgeSteps, Score, put
from desktop.filters import _asking


@dataclass(frozen=True)
class PerplexityOptions(Options):
    """How surprising is too surprising."""

    maximum: float = option(
        200.0,
        About(
            N_("Keep up to"),
            N_("Exactly this stays. Values of different models cannot be compared."),
            N_("EasyInstruct (arXiv 2402.03049) keeps 200 and less under GPT-2."),
            minimum=1.0,
            maximum=10_000.0,
            step=1.0,
        ),
    )
    after: Literal["nothing", "question"] = option(
        "nothing",
        About(
            N_("Read the answer"),
            N_("By itself, which finds garbled text, or after its question, which also finds what does not belong."),
            N_("EasyInstruct reads the answer alone."),
            choices={"nothing": N_("By itself"), "question": N_("After its question")},
        ),
    )


def _steps(candidate: Candidate, options: PerplexityOptions, context: FilterContext) -> JudgeSteps:
    row = candidate.row
    exchange = _asking.Exchange((), row.text) if isinstance(row, Text) else _asking.exchange_of(row)
    if exchange is None or not exchange.answer.strip():
        return Verdict(True)
    prompt = exchange.messages if options.after == "question" else ()
    scored = yield from put(Score("perplexity", prompt or "", exchange.answer))
    if not scored.logprobs:
        return Verdict(True)  # a single token that nothing predicts
    reason = _decide(scored.perplexity, options)
    return Verdict(reason is None, scored.perplexity, reason)


def _decide(value: float, options: PerplexityOptions) -> Reason | None:
    if value <= options.maximum:
        return None
    return Reason(N_("The answer surprises the model too much (perplexity {value:.4g})."), {"value": value})


FILTER = Filter(
    title=N_("Perplexity of the answer"),
    summary=N_("Drops an answer that the model finds too surprising: garbled text, or a language it does not know."),
    source=N_("EasyInstruct's PPL selector, arXiv 2402.03049"),
    options=PerplexityOptions,
    steps=_steps,
    cost="reading",
    value_title=N_("Perplexity"),
    cut="maximum",
    decide=_decide,
    dropped_as=N_("too surprising"),
)
