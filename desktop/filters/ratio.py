"""Ratio: a row whose answer is far too long or too short for what was asked is dropped."""

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.core.content import answers_of, fields_of
from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.records import Candidate, Reason, Span, Text, Verdict, passing
from desktop.core.shapes import Filter, FilterContext, Judge
from desktop.core.text.words import length_of
from desktop.filters._verdicts import PASSED, failed

_WHY = N_("No bound was published; these are wide, and meant to be set by the histogram of your own rows.")


@dataclass(frozen=True)
class RatioOptions(Options):
    """The bounds of the ratio."""

    maximum: float = option(
        200.0,
        About(
            title=N_("At most"),
            help=N_("Words of the answer for each word of the instruction and its input."),
            why=_WHY,
            minimum=0.0,
            maximum=10_000.0,
            step=1.0,
        ),
    )
    minimum: float = option(
        0.0,
        About(
            title=N_("At least"),
            help=N_("0 means no limit: a label for a long text is a good answer."),
            why=_WHY,
            minimum=0.0,
            maximum=100.0,
            step=0.01,
        ),
    )


def _start(options: RatioOptions, context: FilterContext) -> Judge:
    def judge(candidate: Candidate, siblings: Sequence[Candidate], /) -> Verdict:
        row = candidate.row
        answers = answers_of(row)
        if isinstance(row, Text) or not answers:
            return PASSED
        asked = sum(length_of(text).words for field, text in fields_of(row).items() if field not in answers and text)
        if not asked:
            return PASSED
        longest = max(answers, key=lambda field: len(answers[field]))
        value = sum(length_of(text).words for text in answers.values()) / len(answers) / asked
        if reason := _decide(value, options):
            return failed(reason, [Span(longest, 0, len(answers[longest]))], value)
        return passing(value)

    return judge


def _decide(value: float, options: RatioOptions) -> Reason | None:
    if value > options.maximum:
        return Reason(N_("The answer is {value:.3g} times as long as what was asked."), {"value": value})
    if value < options.minimum:
        return Reason(N_("The answer is only {value:.2g} times as long as what was asked."), {"value": value})
    return None


FILTER = Filter(
    title=N_("Length of the answer to what was asked"),
    summary=N_("Drops a row whose answer is far too long or too short for its instruction and input."),
    source=N_("Our own"),
    options=RatioOptions,
    start=_start,
    value_title=N_("Words of the answer for each word asked"),
    cut="maximum",
    decide=_decide,
    dropped_as=N_("out of proportion"),
)
