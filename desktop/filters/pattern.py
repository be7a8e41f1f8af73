"""Patterns: a row in which a regular expression matches is dropped, or one in which none does."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.records import Candidate, Reason, Span, Verdict, passing
from desktop.core.shapes import Filter, FilterContext, Judge
from desktop.filters._matching import finder
from desktop.filters._verdicts import NONE_FOUND, failed, fields_at, quoted


@dataclass(frozen=True)
class PatternOptions(Options):
    """What is looked for, and where."""

    patterns: tuple[str, ...] = option(
        (),
        About(
            title=N_("Regular expressions"),
            help=N_("As Python writes them: \\bfoo\\b, 第[一二三]章. One that could take for ever is stopped."),
        ),
    )
    where: Literal["instruction", "answer", "everywhere"] = option(
        "everywhere",
        About(
            title=N_("Look in"),
            choices={
                "instruction": N_("the instruction"),
                "answer": N_("the answer"),
                "everywhere": N_("every field"),
            },
        ),
    )
    must_match: bool = option(
        False, About(title=N_("Keep only what matches"), help=N_("Drops the rows in which no pattern matches."))
    )
    ignore_case: bool = option(True, About(title=N_("Ignore upper and lower case")))


def _start(options: PatternOptions, context: FilterContext) -> Judge:
    if not options.patterns:
        return lambda candidate, siblings: NONE_FOUND
    find = finder(options.patterns, options.ignore_case)

    def judge(candidate: Candidate, siblings: Sequence[Candidate], /) -> Verdict:
        texts = fields_at(candidate.row, options.where)
        spans = [Span(field, *match) for field, text in texts.items() if text for match in find(text)]
        if bool(spans) == options.must_match:
            return passing(float(len(spans)))
        if not spans:
            return failed(Reason(N_("No pattern matches.")), value=0.0)
        first = texts[spans[0].field][spans[0].start : spans[0].end]
        return failed(Reason(N_("A pattern matches “{text}”."), {"text": quoted(first)}), spans, float(len(spans)))

    return judge


FILTER = Filter(
    title=N_("Patterns"),
    summary=N_("Drops a row in which a regular expression of yours matches, or in which none does."),
    source=N_("Your own patterns"),
    options=PatternOptions,
    start=_start,
    value_title=N_("Matches found"),
    dropped_as=N_("by a pattern"),
)
