"""Cut off: a row whose answer breaks off in the middle of a sentence, a list or a block of code is dropped."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from desktop.core.content import answers_of
from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.records import Candidate, Reason, Span, Verdict
from desktop.core.shapes import Filter, FilterContext, Judge
from desktop.core.text.prose import FENCE, ends_a_sentence, sentences
from desktop.core.text.scripts import script_of
from desktop.filters._verdicts import PASSED, failed, quoted

_NO_STOPS = frozenset({"thai", "lao", "khmer", "myanmar", "tibetan"})  # scripts whose sentences end without a stop
_LONG = 12  # words from which a last line is taken for a sentence
_LONG_UNSPACED = 25  # the same in characters
_OPEN_WORDS = {
    "en": r"\b(?:and|or|but|the|a|an|of|to|with|for|in|on|at|by|from|as|than|that|which|because|if|when|while|is|are|"
    r"was|were|such as|including|their|its|your|my|our|his|between|into)$",
    "de": r"\b(?:und|oder|aber|der|die|das|den|ein|eine|mit|für|von|zu|in|auf|dass|weil|wenn|ist|sind)$",
    "fr": r"\b(?:et|ou|mais|le|la|les|un|une|de|des|du|à|avec|pour|que|qui|dans|est|sont)$",
    "es": r"\b(?:y|o|pero|el|la|los|las|un|una|de|del|a|con|para|que|en|es|son)$",
    "vi": r"\b(?:và|hoặc|nhưng|của|để|với|trong|là|các|những|cho)$",
    "zh": r"(?:和|与|或|以及|并且|而且|但是|因为|例如|比如|包括|在|把|被|对|从|是)$",
    "ja": r"(?:を|が|は|に|へ|と|の|や|また|そして|しかし)$",
    "ar": r"(?:^|\s)(?:و|أو|في|من|على|إلى|عن|مع|التي|الذي|أن)$",
    "th": r"(?:และ|หรือ|ของ|ที่|ใน|เพราะ|แต่|คือ)$",
}
_OPEN_SIGNS = re.compile(r"[,，、；،(\[{（【“«「『]$|[^\s-]-$|&$")
_ENTRY = re.compile(r"^\s*(?:[-*•·+>|#]|\d+[.)、）]|[a-zA-Z][.)]|[一二三四五六七八九十]+、|\*\*)")
_LINE = re.compile(r"^(?:[A-Z][\w ]{0,30}:|\S+@\S+|https?://)")
_NO_PROSE = re.compile(r"(?:https?://|www\.)\S+$|\w\(|#\w+[^.]{0,20}$|[-–—―][ ]*[A-Z][\w. ,'-]{1,40}$|^\s*return\b")
_SIGNS_OF_NO_PROSE = ("://", "www.", "(", "#", "-", "return")  # one of which is in a line of ASCII that it finds
_DANGLING_ENTRY = re.compile(r"\n\s*(?:[-*•]|\d+[.)、])\s*$")


@dataclass(frozen=True)
class TruncatedOptions(Options):
    """Which signs of a break are looked for."""

    without_stop: bool = option(
        True,
        About(
            title=N_("A last sentence without a stop"),
            help=N_(
                "Where the answer has ended its other sentences. Poems, lists, names and scripts that write no "
                "stop, such "
                "as Thai, are left alone."
            ),
            why=N_("Models that ran into their token limit leave such endings; the rule is our own."),
        ),
    )


def _start(options: TruncatedOptions, context: FilterContext) -> Judge:
    open_words = re.compile(_OPEN_WORDS.get(context.language.replace("-", "_").split("_")[0], "(?!)"))

    def judge(candidate: Candidate, siblings: Sequence[Candidate], /) -> Verdict:
        for field, text in answers_of(candidate.row).items():
            bare = text.rstrip()
            if bare and (reason := _fault(bare, open_words, options)):
                return failed(reason, [Span(field, max(len(bare) - 40, 0), len(bare))])
        return PASSED

    return judge


def _fault(text: str, open_words: re.Pattern[str], options: TruncatedOptions) -> Reason | None:
    tail = text[-40:]
    if _has_open_fence(text):
        return Reason(N_("A block of code is opened and never closed."))
    if _DANGLING_ENTRY.search(tail):
        return Reason(N_("The answer ends with an empty entry of a list: “…{tail}”"), {"tail": quoted(tail)})
    if text.endswith("```") or (len(text.split()) < 3 and len(text) < 6):
        return None
    if not text[-1].isalnum() and _OPEN_SIGNS.search(tail):
        if _is_greeting(text) or _is_signed_off(text):
            return None
        return Reason(N_("The answer breaks off: “…{tail}”"), {"tail": quoted(tail)})
    last = text[text.rfind("\n") + 1 :]
    if not _is_prose(last):
        return None
    if open_words.search(tail) and len(last.split()) + len(last) / 8 > 9:
        return Reason(N_("The answer breaks off: “…{tail}”"), {"tail": quoted(tail)})
    if options.without_stop and _lacks_its_stop(text, last):
        return Reason(N_("The last sentence has no end: “…{tail}”"), {"tail": quoted(tail)})
    return None


def _has_open_fence(text: str) -> bool:
    return "```" in text and any(
        not match[0].rstrip().endswith(match[1]) or match[0].count(match[1]) < 2 for match in FENCE.finditer(text)
    )


def _is_greeting(text: str) -> bool:
    """Whether a short answer is only the opening or the close of a letter."""
    return text[-1] in ",，،" and 1 < len(text.split()) < 8 and "\n" not in text


def _is_signed_off(text: str) -> bool:
    """Whether a text is a letter, from its salutation to its close, which nobody has signed."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return len(lines) > 2 and all(line[-1] in ",，،" and len(line.split()) < 6 for line in (lines[0], lines[-1]))


def _is_prose(line: str) -> bool:
    """Whether a line is running text: no list entry, heading, table, signature or code."""
    if _ENTRY.match(line) or _LINE.match(line):
        return False
    if line[-1].isdecimal() or any(map(line.__contains__, "{};=<>|\\")):
        return False
    if line.isascii() and not any(map(line.__contains__, _SIGNS_OF_NO_PROSE)):
        return True
    return not _NO_PROSE.search(line)


def _lacks_its_stop(text: str, last: str) -> bool:
    if ends_a_sentence(text) or not text[-1].isalpha():
        return False
    scripts = {script_of(letter) for letter in last[-20:]} - {""}
    if scripts & _NO_STOPS:
        return False
    unspaced = bool(scripts & {"han", "hiragana", "katakana"})
    spans = list(sentences(last))
    piece = last[spans[-1][0] : spans[-1][1]] if spans else last

    def is_long(line: str) -> bool:
        return len(line) >= _LONG_UNSPACED if unspaced else len(line.split()) >= _LONG

    if len(spans) > 1 and last[: spans[-1][0]].rstrip().endswith(("?", "？")):
        return is_long(piece)  # “… in Antarctica? Yes/No”: what can be answered
    # A short line of its own is a name or a signature.
    begun = is_long(piece) or (len(spans) > 1 and is_long(last))
    # Verse has short lines; and who never writes a stop did not forget this one.
    stopped = sum(ends_a_sentence(text[start:end]) for start, end in sentences(text))
    lines = [line for line in text.split("\n") if line.strip()]
    return begun and stopped >= 1 and 2 * sum(map(ends_a_sentence, lines[:-1])) >= len(lines) - 1


FILTER = Filter(
    title=N_("Cut off"),
    summary=N_("Drops a row whose answer breaks off in the middle of a sentence, a list or a block of code."),
    source=N_("Our own; Self-Instruct (arXiv 2212.10560) drops what its token limit cut off"),
    options=TruncatedOptions,
    start=_start,
    dropped_as=N_("cut off"),
)
