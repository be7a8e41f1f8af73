"""Repetition: a row whose answer says the same characters, words or sentences again and again is dropped."""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cache
from math import isqrt
from typing import TYPE_CHECKING

from desktop.core.content import answers_of
from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.records import Candidate, Reason, Span, Verdict, passing
from desktop.core.shapes import Filter, FilterContext, Judge
from desktop.core.text.prose import may_repeat_a_sentence, running, sentences
from desktop.core.text.words import tokens
from desktop.filters._verdicts import PASSED, failed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_WEIGHT = 0x9E3779B97F4A7C15  # odd, and without a pattern: runs of characters that differ become unlike numbers
_WHY = N_(
    "Data-Juicer keeps texts of which at most half is taken up by repeated runs of 10 characters, or of 10 words; NeMo "
    "Curator, after Gopher, drops those that lose more than 0.3 of their lines when repeated ones are taken out."
)


@dataclass(frozen=True)
class RepetitionOptions(Options):
    """How much may be repeated, and how long a repeated run is."""

    maximum: float = option(
        0.5,
        About(
            title=N_("Repeated, at most"),
            help=N_(
                "Share of an answer that is repeated: of its characters, its words or its sentences. Code and tables, "
                "which repeat by nature, are left out."
            ),
            why=_WHY,
            minimum=0.0,
            maximum=1.0,
            step=0.05,
        ),
    )
    run: int = option(
        10,
        About(
            title=N_("Length of a run"),
            help=N_("In characters, and in words. In Chinese a word is a character."),
            why=_WHY,
            minimum=2,
            maximum=50,
            advanced=True,
        ),
    )


def _start(options: RepetitionOptions, context: FilterContext) -> Judge:
    def judge(candidate: Candidate, siblings: Sequence[Candidate], /) -> Verdict:
        texts = answers_of(candidate.row).items()
        shares = [(_share(" ".join(running(text).split()), options.run), field, text) for field, text in texts]
        if not shares:
            return PASSED
        value, field, text = max(shares)
        reason = _decide(value, options)
        if reason is None:
            return passing(value)
        return failed(reason, _repeated(field, text, options.run), value)

    return judge


def _decide(value: float, options: RepetitionOptions) -> Reason | None:
    if value <= options.maximum:
        return None
    return Reason(N_("Repeats itself: {share:.0%} of the answer is said again and again."), {"share": value})


def _share(text: str, run: int) -> float:
    """The largest of the three shares; 0 of a text in which nothing comes twice."""
    if len(text) <= run:
        return 0.0
    counts = _counts_of_runs(text, run)
    if len(counts) == len(text) - run + 1:
        return 0.0  # every run of characters comes once, and so does every longer one
    return max(_of_characters(counts), _of_words(tokens(text), run), _of_sentences(text))


def _counts_of_runs(text: str, run: int) -> "NDArray[np.intp]":
    """How often each different run of characters comes, in any order; told apart by numbers of eight bytes."""
    import numpy as np

    characters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)
    runs = np.sort(np.correlate(characters, np.array(_weights(run), np.uint64), "valid"))
    return np.diff(np.flatnonzero(runs[1:] != runs[:-1]), prepend=-1, append=len(runs) - 1)


@cache
def _weights(run: int) -> tuple[int, ...]:
    return tuple(pow(_WEIGHT, place, 1 << 64) for place in range(run))


def _of_characters(counts: "NDArray[np.intp]") -> float:
    """Data-Juicer's: what the commonest runs, as many as the root of their number, have of all."""
    import numpy as np

    often = np.sort(counts[counts > 1])[::-1]
    return int(often[: isqrt(len(counts))].sum()) / int(counts.sum())


def _of_words(words: Sequence[str], run: int) -> float:
    """Data-Juicer's: the share of runs of words that come more than once."""
    if len(words) - len(set(words)) < run:
        return 0.0  # a run that comes again has so many words that came before
    return _twice(list(zip(*(words[start:] for start in range(run)), strict=False)))


def _of_sentences(text: str) -> float:
    """The share of the sentences' characters that stand in a sentence said before."""
    if not may_repeat_a_sentence(text.casefold()):
        return 0.0
    said = [" ".join(text[start:end].split()).casefold() for start, end in sentences(text)]
    seen: set[str] = set()
    again = 0
    for each in said:
        again += len(each) if each in seen and len(each) > 2 else 0
        seen.add(each)
    return again / max(sum(map(len, said)), 1)


def _twice(runs: Sequence[Hashable]) -> float:
    if len(set(runs)) == len(runs):
        return 0.0
    return sum(count for count in Counter(runs).values() if count > 1) / len(runs)


def _repeated(field: str, text: str, run: int) -> list[Span]:
    """The sentences that came before, or else the commonest run wherever it stands."""
    seen: set[str] = set()
    spans = []
    for start, end in sentences(text):
        said = " ".join(text[start:end].split()).casefold()
        if said in seen:
            spans.append(Span(field, start, end))
        seen.add(said)
    if spans:
        return spans
    counted = Counter(text[start : start + run] for start in range(len(text) - run + 1))
    commonest, _times = counted.most_common(1)[0]
    at = text.find(commonest)
    while at >= 0:
        spans.append(Span(field, at, at + run))
        at = text.find(commonest, at + run)
    return spans


FILTER = Filter(
    title=N_("Repetition"),
    summary=N_("Drops a row whose answer repeats characters, words or sentences again and again."),
    source=N_("Data-Juicer; NeMo Curator"),
    options=RepetitionOptions,
    start=_start,
    value_title=N_("Share that is repeated"),
    cut="maximum",
    decide=_decide,
    dropped_as=N_("repeating itself"),
)
