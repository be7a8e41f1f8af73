"""Readability: a row whose answer is harder or easier to read than wanted is dropped."""

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.core.content import answers_of
from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.records import Candidate, Reason, Span, Verdict, passing
from desktop.core.shapes import Filter, FilterContext, Judge
from desktop.core.text.prose import running
from desktop.core.text.reading import characters_a_sentence, reading_of
from desktop.core.text.words import length_of
from desktop.filters._verdicts import PASSED, failed

_BY_SENTENCE = ("zh", "ja")
_LEAST = 30  # words below which a formula says nothing
_LISTED = 0.25  # commas for a word above which a text is a list of names, and no sentence


@dataclass(frozen=True)
class ReadabilityOptions(Options):
    """The range that is wanted."""

    grade_minimum: float = option(
        0.0,
        About(
            title=N_("School grade, at least"),
            help=N_("English: Flesch-Kincaid grade, the school year that can read it. 0 means no limit."),
            why=N_("H2O LLM DataStudio keeps a range of grades that you choose."),
            minimum=0.0,
            maximum=30.0,
            step=0.5,
        ),
    )
    grade_maximum: float = option(
        40.0,
        About(
            title=N_("School grade, at most"),
            help=N_(
                "English: 12 is the end of school, 16 of college; one sentence that lists many things reaches 33, and "
                "above 40 there are no sentences any more."
            ),
            why=N_("H2O LLM DataStudio keeps a range of grades that you choose; 40 is our own, for what is no prose."),
            minimum=0.0,
            maximum=60.0,
            step=0.5,
        ),
    )
    ease_minimum: float = option(
        -100.0,
        About(
            title=N_("Reading ease, at least"),
            help=N_("English: Flesch reading ease, 100 for very easy and 0 for very hard text."),
            why=N_("Flesch 1948: 206.835 − 1.015 × words a sentence − 84.6 × syllables a word."),
            minimum=-200.0,
            maximum=120.0,
            step=5.0,
            advanced=True,
        ),
    )
    sentence_maximum: int = option(
        150,
        About(
            title=N_("Characters in a sentence, at most"),
            help=N_("Chinese and Japanese, for which no formula of grades holds: the mean length of a sentence."),
            why=N_("Our own: no formula of grades was made for Chinese; above 150 there are no sentences any more."),
            minimum=0,
            maximum=1000,
            unit=N_("characters"),
        ),
    )


def _start(options: ReadabilityOptions, context: FilterContext) -> Judge:
    language = context.language.replace("-", "_").split("_")[0]
    if language in _BY_SENTENCE:
        return _by_sentence(options)
    if language != "en":
        return lambda candidate, siblings: PASSED

    def judge(candidate: Candidate, siblings: Sequence[Candidate], /) -> Verdict:
        value: float | None = None
        for field, text in answers_of(candidate.row).items():
            read = reading_of(running(text))
            if read is None or read.words < _LEAST or text.count(",") > _LISTED * read.words:
                continue
            value = read.grade
            span = [Span(field, 0, len(text))]
            if value > options.grade_maximum or (options.grade_minimum and value < options.grade_minimum):
                reason = Reason(N_("Reads at school grade {grade:.1f} (Flesch-Kincaid)."), {"grade": value})
                return failed(reason, span, value)
            if read.flesch < options.ease_minimum:
                reason = Reason(N_("Reading ease {ease:.0f} (Flesch)."), {"ease": read.flesch})
                return failed(reason, span, value)
        return passing(value)

    return judge


def _by_sentence(options: ReadabilityOptions) -> Judge:
    def judge(candidate: Candidate, siblings: Sequence[Candidate], /) -> Verdict:
        value: float | None = None
        for field, text in answers_of(candidate.row).items():
            prose = running(text)
            if length_of(prose).words < _LEAST:
                continue
            value = characters_a_sentence(prose)
            if value > options.sentence_maximum > 0:
                reason = Reason(N_("A sentence has {count:.0f} characters on average."), {"count": value})
                return failed(reason, [Span(field, 0, len(text))], value)
        return passing(value)

    return judge


FILTER = Filter(
    title=N_("Readability"),
    summary=N_("Drops a row whose answer is harder or easier to read than wanted, in English, Chinese or Japanese."),
    source=N_("Flesch 1948; Kincaid 1975; H2O LLM DataStudio"),
    options=ReadabilityOptions,
    start=_start,
    value_title=N_("School grade; in Chinese and Japanese, characters in a sentence"),
    dropped_as=N_("too hard to read"),
)
