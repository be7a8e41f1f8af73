"""Blocked phrases: an instruction that asks for what text alone cannot do is dropped."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from desktop.core.content import fields_of, lead_field_of, lead_of
from desktop.core.i18n import N_, listed
from desktop.core.lists import brought_along
from desktop.core.options import About, Options, option
from desktop.core.records import Candidate, Evidence, Reason, Span, Text, Verdict
from desktop.core.shapes import Filter, FilterContext, Judge
from desktop.core.text.words import UNSPACED
from desktop.filters._verdicts import NONE_FOUND

_LIST = "blocked_phrases"
_AT_START = "^"
# What makes a longer word of a phrase that it touches; Chinese characters do not. It holds in either case as it stands:
# to find the other case of so many characters takes Python's `re` a tenth of a second.
_JOINED = f"(?-i:[^\\W{UNSPACED}])"


@dataclass(frozen=True)
class BlockedPhrasesOptions(Options):
    """Which phrases, and where they are looked for."""

    published: bool = option(
        True,
        About(
            title=N_("The list for the project's language"),
            help=N_(
                "Pictures, graphs, files, maps, drawing and plotting: what a text model cannot see or make. The "
                "project's "
                "list “blocked_phrases.en”, or of another language, takes its place."
            ),
            why=N_("Self-Instruct (arXiv 2212.10560) drops these; the Chinese list says the same in Chinese."),
        ),
    )
    own: tuple[str, ...] = option(
        (),
        About(
            title=N_("Your own phrases"),
            help=N_("Whole words, in upper or lower case. Begin one with ^ to block it at the very start only."),
        ),
    )
    everywhere: bool = option(
        False,
        About(
            title=N_("Look in every field"),
            help=N_("Also in the input and the answer, not only in the instruction."),
            why=N_("Self-Instruct looks in the instruction alone."),
            advanced=True,
        ),
    )


def _start(options: BlockedPhrasesOptions, context: FilterContext) -> Judge:
    published = _listed(context) if options.published else ()
    of_instructions = _finder([*published, *options.own])
    of_texts = _finder(options.own)  # a plain text asks for nothing: it may speak of maps and files

    def judge(candidate: Candidate, siblings: Sequence[Candidate], /) -> Verdict:
        row = candidate.row
        signs, pattern = of_texts if isinstance(row, Text) else of_instructions
        if not options.everywhere and not _has_any(lead_of(row), signs):
            return NONE_FOUND
        texts = fields_of(row) if options.everywhere else {lead_field_of(row): lead_of(row)}
        found = [
            (field, match) for field, text in texts.items() if _has_any(text, signs) for match in pattern.finditer(text)
        ]
        if not found:
            return NONE_FOUND
        phrases = dict.fromkeys(match[0].strip().lower() for _field, match in found)
        return Verdict(
            passed=False,
            value=float(len(found)),
            reason=Reason(N_("Blocked phrase: {phrases}"), {"phrases": listed(phrases)}),
            evidence=Evidence(spans=tuple(Span(field, *match.span()) for field, match in found)),
        )

    return judge


def _finder(phrases: Sequence[str]) -> tuple[Sequence[str], re.Pattern[str]]:
    """The longest words of the phrases, for most texts have not even one of them, which is seen far sooner; and all."""
    longest = {max(words, key=len).lower() for phrase in phrases if (words := phrase.strip(_AT_START + " ").split())}
    signs = tuple(word for word in longest if not any(other in word for other in longest - {word}))
    return signs, _pattern(phrases)


def _has_any(text: str, signs: Sequence[str]) -> bool:
    return any(map(text.lower().__contains__, signs))


def _listed(context: FilterContext) -> Sequence[str]:
    """The project's own list for its language, else the one that comes along."""
    language = context.language.replace("-", "_").split("_")[0]
    return context.lists.get(f"{_LIST}.{language}") or brought_along(_LIST, context.language)


def _pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    """Matches any of the phrases. The longest comes first, or “picture” would hide “picture book”."""
    parts = [_one(phrase) for phrase in sorted(phrases, key=len, reverse=True) if phrase.strip(_AT_START + " ")]
    return re.compile("|".join(parts) or "(?!)", re.IGNORECASE)


def _one(phrase: str) -> str:
    words = r"\s+".join(map(re.escape, phrase.removeprefix(_AT_START).split()))
    before = r"\A\s*" if phrase.startswith(_AT_START) else f"(?<!{_JOINED})"
    # A phrase that begins or ends in Chinese needs no gap on that side: there are none in Chinese.
    bare = phrase.removeprefix(_AT_START).strip()
    if not phrase.startswith(_AT_START) and not re.match(_JOINED, bare[0]):
        before = ""
    after = f"(?!{_JOINED})" if re.match(_JOINED, bare[-1]) else ""
    return before + words + after


FILTER = Filter(
    title=N_("Blocked phrases"),
    summary=N_("Drops an instruction that asks for pictures, files and other things text alone cannot do."),
    source=N_("Self-Instruct, arXiv 2212.10560"),
    options=BlockedPhrasesOptions,
    start=_start,
    cost="cheap",
    value_title=N_("Blocked phrases found"),
    dropped_as=N_("with a blocked phrase"),
)
