"""Profanity: a row in which too large a share of the words is on a list of swear words is dropped."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from desktop.core import paths
from desktop.core.content import fields_of
from desktop.core.i18n import N_, listed
from desktop.core.options import About, Options, option
from desktop.core.records import Candidate, Reason, Span, Verdict, passing
from desktop.core.shapes import Filter, FilterContext, Judge
from desktop.core.text.scripts import script_of
from desktop.core.text.words import UNSPACED_SCRIPTS, length_of
from desktop.filters._verdicts import failed

_LIST = "profanity"  # the project's own list; profanity.allowed holds what it lets be
_NOTE = "#"
_SHORT = 3  # letters of Kana or Thai that are as likely part of another word


@dataclass(frozen=True)
class ProfanityOptions(Options):
    """How much is borne with, and by which lists."""

    maximum: float = option(
        0.045,
        About(
            title=N_("Swear words, at most"),
            help=N_(
                "Share of the words of the fullest field. A list knows words, not what is meant: threats in polite "
                "words pass, "
                "and quoted swearing does not."
            ),
            why=N_("Data-Juicer (arXiv 2309.02033) keeps texts with at most 0.045."),
            minimum=0.0,
            maximum=1.0,
            step=0.005,
        ),
    )
    languages: tuple[str, ...] = option(
        (),
        About(
            title=N_("Languages of the lists"),
            help=N_("Short names such as en or zh. Empty: the project's language and English."),
        ),
    )
    own: tuple[str, ...] = option(
        (), About(title=N_("Your own words"), help=N_("Beside the project's list “profanity”."))
    )
    allowed: tuple[str, ...] = option(
        (),
        About(
            title=N_("Words that are let be"), help=N_("Whole words or phrases, such as a name that looks like one.")
        ),
    )


def _start(options: ProfanityOptions, context: FilterContext) -> Judge:
    languages = options.languages or (context.language.replace("-", "_").split("_")[0], "en")
    words = [word for language in dict.fromkeys(languages) for word in _listed(language)]
    words += [*options.own, *context.lists.get(_LIST, ())]
    allowed = [*_listed("allowed"), *options.allowed, *context.lists.get(f"{_LIST}.allowed", ())]
    own = {_folded(word) for word in (*options.own, *context.lists.get(_LIST, ()))}
    find = _finder(words, [word for word in allowed if _folded(word) not in own])

    def judge(candidate: Candidate, siblings: Sequence[Candidate], /) -> Verdict:
        value = 0.0
        spans: list[Span] = []
        said: dict[str, None] = {}
        for field, text in fields_of(candidate.row).items():
            found = list(find(text)) if text else []
            if not found:
                continue
            flagged = sum(length_of(text[start:end]).words for start, end in found)
            value = max(value, flagged / max(length_of(text).words, 1.0))
            spans += [Span(field, start, end) for start, end in found]
            said.update(dict.fromkeys(text[start:end].lower() for start, end in found))
        reason = _decide(value, options)
        if reason is None:
            return passing(value)
        words = listed(list(said)[:5])
        return failed(
            Reason(N_("Swear words ({share:.1%} of a field): {words}"), {"share": value, "words": words}), spans, value
        )

    return judge


def _decide(value: float, options: ProfanityOptions) -> Reason | None:
    return None if value <= options.maximum else Reason(N_("Swear words ({share:.1%} of a field)."), {"share": value})


def _listed(language: str) -> list[str]:
    """The list of a language; none where there is none."""
    path = paths.resources() / "lists" / "profanity" / f"{language}.txt"
    if not path.is_file():
        return []
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith(_NOTE)]


def _finder(words: Sequence[str], allowed: Sequence[str]) -> Callable[[str], Iterator[tuple[int, int]]]:
    """Finds the words in a text, [start, end) each; at one place the longest, and none that is allowed."""
    import ahocorasick_rs

    fine = {_folded(word) for word in allowed} - {""}
    patterns = [*fine, *({_folded(word) for word in words} - fine - {""})]
    if not patterns:
        return lambda text: iter(())
    machine = ahocorasick_rs.AhoCorasick(patterns, matchkind=ahocorasick_rs.MatchKind.Standard)
    exact = [_needs_borders(pattern) for pattern in patterns]

    def find(text: str) -> Iterator[tuple[int, int]]:
        folded = text.lower()
        if len(folded) != len(text):  # two letters were made of one, so that places would be wrong
            folded = text
        folded = folded.encode("utf-8", "replace").decode("utf-8")  # halves of characters
        hits = [
            (start, -end, number)
            for number, start, end in machine.find_matches_as_indexes(folded, overlapping=True)
            if not exact[number] or _stands_alone(folded, start, end)
        ]
        reached = 0
        for start, ending, number in sorted(hits):
            if start >= reached:
                reached = -ending
                if number >= len(fine):
                    yield start, -ending

    return find


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text.strip()).lower()


def _needs_borders(word: str) -> bool:
    """Whether the word counts only where no letter touches it. Longer Chinese, Kana and Thai words need no gap."""
    scripts = {script_of(letter) for letter in word} - {""}
    if not scripts & UNSPACED_SCRIPTS:
        return True
    return len(word) <= (1 if "han" in scripts else _SHORT)


def _stands_alone(text: str, start: int, end: int) -> bool:
    return not (_joins(text[start - 1 : start], text[start]) or _joins(text[end : end + 1], text[end - 1]))


def _joins(sign: str, letter: str) -> bool:
    """Whether a sign beside a letter makes one word with it; a Chinese character beside a Latin letter does not."""
    if not sign.isalnum():
        return sign != "" and unicodedata.category(sign).startswith("M")
    scripts = {script_of(sign), script_of(letter)}
    return len(scripts) == 1 or not scripts & UNSPACED_SCRIPTS


FILTER = Filter(
    title=N_("Profanity"),
    summary=N_("Drops a row with too large a share of swear words, by lists in 25 languages."),
    source=N_("Data-Juicer, arXiv 2309.02033; the lists of glin-profanity"),
    options=ProfanityOptions,
    start=_start,
    value_title=N_("Share of swear words"),
    cut="maximum",
    decide=_decide,
    dropped_as=N_("with swear words"),
)
