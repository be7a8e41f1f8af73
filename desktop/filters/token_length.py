"""Token length: a row that is longer in the model's tokens than a trainer takes is dropped."""

from dataclasses import dataclass

from desktop.core.content import fields_of
from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.records import Candidate, Reason, Verdict
from desktop.core.shapes import Filter, FilterContext
from desktop.core.steps import Count, JudgeSteps, put


@dataclass(frozen=True)
class TokenLengthOptions(Options):
    """How long is too long."""

    maximum: int = option(
        2048,
        About(
            N_("Keep up to"),
            N_("Tokens of all fields together, without what a chat template adds."),
            N_("The usual length that trainers cut at; ShareGPT was split at 2,048 tokens."),
            minimum=1,
            maximum=1_000_000,
            unit=N_("tokens"),
        ),
    )


def _steps(candidate: Candidate, options: TokenLengthOptions, context: FilterContext) -> JudgeSteps:
    texts = tuple(filter(None, fields_of(candidate.row).values()))
    if not texts:
        return Verdict(True)
    value = float(sum((yield from put(Count("token_length", texts))).tokens))
    reason = _decide(value, options)
    return Verdict(reason is None, value, reason)


def _decide(value: float, options: TokenLengthOptions) -> Reason | None:
    if value <= options.maximum:
        return None
    reason = N_("The row is {count} tokens long; {most} at most are asked for.")
    return Reason(reason, {"count": int(value), "most": options.maximum})


FILTER = Filter(
    title=N_("Length in tokens"),
    summary=N_("Drops a row that has more tokens, by the tokenizer of the chosen model, than a trainer takes."),
    source=N_("Our own; the cut is Vicuna's"),
    options=TokenLengthOptions,
    steps=_steps,
    cost="tokens",
    value_title=N_("Tokens"),
    cut="maximum",
    decide=_decide,
    dropped_as=N_("too long in tokens"),
)
