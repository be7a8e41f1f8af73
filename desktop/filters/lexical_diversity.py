"""Lexical diversity: a row whose words are too few and the same is dropped, by MTLD."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.records import Candidate, Reason, Span, Verdict, passing
from desktop.core.shapes import Filter, FilterContext, Judge
from desktop.core.text.prose import running
from desktop.core.text.reading import mtld
from desktop.core.text.words import tokens
from desktop.filters._verdicts import failed, fields_at


@dataclass(frozen=True)
class LexicalDiversityOptions(Options):
    """Which values are wanted, and of what."""

    minimum: float = option(
        8.0,
        About(
            title=N_("At least"),
            help=N_("The mean length, in words, of runs that stay varied. English prose has about 50 to 120."),
            why=N_("EasyInstruct (arXiv 2402.03049) keeps instructions of 8 to 22."),
            minimum=0.0,
            maximum=200.0,
            step=0.5,
        ),
    )
    maximum: float = option(
        0.0,
        About(
            title=N_("At most"),
            help=N_("0 means no limit."),
            why=N_(
                "EasyInstruct's 22 suits short instructions; a rich answer has far more, so it is left out by default."
            ),
            minimum=0.0,
            maximum=500.0,
            step=0.5,
            advanced=True,
        ),
    )
    where: Literal["instruction", "answer"] = option(
        "answer",
        About(title=N_("Look in"), choices={"instruction": N_("the instruction"), "answer": N_("the answer")}),
    )
    least: int = option(
        50,
        About(
            title=N_("Only texts of at least"),
            help=N_("Under about 50 words the measure is noise. In Chinese a word is a character."),
            minimum=1,
            maximum=1000,
            unit=N_("words"),
            advanced=True,
        ),
    )


def _start(options: LexicalDiversityOptions, context: FilterContext) -> Judge:
    def judge(candidate: Candidate, siblings: Sequence[Candidate], /) -> Verdict:
        value: float | None = None
        for field, text in fields_at(candidate.row, options.where).items():
            words = tokens(running(text))
            if len(words) < options.least:
                continue
            value = mtld(words)
            if reason := _decide(value, options):
                return failed(reason, [Span(field, 0, len(text))], value)
        return passing(value)

    return judge


def _decide(value: float, options: LexicalDiversityOptions) -> Reason | None:
    if value < options.minimum:
        return Reason(N_("Too few different words (MTLD {value:.1f})."), {"value": value})
    if options.maximum and value > options.maximum:
        return Reason(N_("Too many different words (MTLD {value:.1f})."), {"value": value})
    return None


FILTER = Filter(
    title=N_("Lexical diversity"),
    summary=N_("Drops a row that keeps using the same few words, by MTLD."),
    source=N_("McCarthy and Jarvis 2010; EasyInstruct, arXiv 2402.03049"),
    options=LexicalDiversityOptions,
    start=_start,
    value_title=N_("Lexical diversity (MTLD)"),
    cut="minimum",
    keeps="at least",
    decide=_decide,
    dropped_as=N_("poor in words"),
)
