"""Tokenizer fit: a row that the model's tokenizer breaks into single characters and bytes is dropped."""

from dataclasses import dataclass

from desktop.core.content import fields_of
from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.records import Candidate, Reason, Verdict
from desktop.core.shapes import Filter, FilterContext
from desktop.core.steps import Count, JudgeSteps, put


@dataclass(frozen=True)
class TokenizerFitOptions(Options):
    """How broken is too broken."""

    maximum: float = option(
        0.6,
        About(
            N_("Keep up to"),
            N_("The share of tokens that stand for one character or for a part of one."),
            N_("Seedbed's own: more than half of a row in pieces is a tokenizer that does not know the script."),
            minimum=0.0,
            maximum=1.0,
            step=0.01,
        ),
    )


def _steps(candidate: Candidate, options: TokenizerFitOptions, context: FilterContext) -> JudgeSteps:
    texts = tuple(filter(None, fields_of(candidate.row).values()))
    counted = (yield from put(Count("tokenizer_fit", texts))) if texts else None
    if counted is None or not sum(counted.tokens):
        return Verdict(True)
    value = sum(counted.small) / sum(counted.tokens)
    reason = _decide(value, options)
    return Verdict(reason is None, value, reason)


def _decide(value: float, options: TokenizerFitOptions) -> Reason | None:
    if value <= options.maximum:
        return None
    return Reason(N_("{value:.0%} of its tokens are single characters or bytes."), {"value": value})


FILTER = Filter(
    title=N_("Fit to the tokenizer"),
    summary=N_("Drops a row whose script the chosen model's tokenizer hardly knows, so that it costs many tokens."),
    source=N_("Our own"),
    options=TokenizerFitOptions,
    steps=_steps,
    cost="tokens",
    value_title=N_("Share of single characters and bytes among its tokens"),
    cut="maximum",
    decide=_decide,
    dropped_as=N_("broken into characters"),
)
