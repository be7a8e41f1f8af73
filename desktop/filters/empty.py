"""Empty or broken text: a row with nothing in it, an unfinished end, a wrong start or damaged characters is dropped."""

import re
import string
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desktop.core.content import answers_of, fields_of, lead_field_of, lead_of
from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.records import Candidate, Evidence, Instruction, Reason, Row, Span, Text, Verdict
from desktop.core.shapes import Filter, FilterContext, Judge
from desktop.core.text.scripts import script_of, scripts_of_language
from desktop.core.text.words import tokens
from desktop.filters._verdicts import PASSED, is_plain

_BLANK = re.compile("[\\s\u200b-\u200f\u2060\ufeff]*")  # white space that is seen, and that is not
# The replacement character, controls but tab and line ends, halves of characters, and what is no character.
_BROKEN = re.compile("[\ufffd\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\ud800-\udfff\ufffe\uffff]")
_COLONS = (":", "：")
_SHOWN = 20  # broken characters that the evidence points at
_OPENERS = "¿¡"  # Spanish sentences begin with these


@dataclass(frozen=True)
class EmptyOptions(Options):
    """Which faults are looked for."""

    empty: bool = option(
        True,
        About(
            title=N_("No instruction or no answer"),
            help=N_("A row that was never answered is not judged by its answer."),
            why=N_("Self-Instruct (arXiv 2212.10560) drops rows with an empty answer."),
        ),
    )
    ends_in_colon: bool = option(
        True,
        About(
            title=N_("Input or answer ends in a colon"),
            help=N_("The model stopped before it said what it announced."),
            why=N_("Self-Instruct drops these."),
        ),
    )
    starts_with_punctuation: bool = option(
        True,
        About(
            title=N_("Instruction starts with a sign"),
            help=N_("A comma, a dash, a star. Opening quotes and brackets such as 《 or “ are fine."),
            why=N_("Self-Instruct drops these."),
        ),
    )
    other_script: bool = option(
        True,
        About(
            title=N_("Instruction starts in another script"),
            help=N_("Another script than the project's language is written in. Latin names may stand anywhere."),
            why=N_(
                "Self-Instruct drops what does not start with an English letter; this is the same for any language."
            ),
        ),
    )
    broken: bool = option(
        True,
        About(
            title=N_("Damaged characters"),
            help=N_("The sign �, control characters and halves of characters, in any field."),
        ),
    )


def _start(options: EmptyOptions, context: FilterContext) -> Judge:
    checks: list[Callable[[Row], Verdict | None]] = []
    if options.empty:
        checks.append(_empty)
    if options.broken:
        checks.append(_broken)
    if options.ends_in_colon:
        checks.append(_ends_in_colon)
    if options.starts_with_punctuation:
        checks.append(_starts_with_punctuation)
    if options.other_script:
        checks.append(lambda row: _starts_in_another_script(row, context.language))

    def judge(candidate: Candidate, siblings: Sequence[Candidate], /) -> Verdict:
        for check in checks:
            if verdict := check(candidate.row):
                return verdict
        return PASSED

    return judge


def _empty(row: Row) -> Verdict | None:
    if _BLANK.fullmatch(lead_of(row)):
        return _failed(Reason(N_("There is no instruction.")))
    if any(map(_BLANK.fullmatch, answers_of(row).values())):
        return _failed(Reason(N_("The answer is empty.")))
    return None


def _broken(row: Row) -> Verdict | None:
    texts = fields_of(row)
    if all(map(is_plain, texts.values())):
        return None
    spans = [Span(field, *match.span()) for field, text in texts.items() for match in _BROKEN.finditer(text)]
    return _failed(Reason(N_("Damaged characters: {count}"), {"count": len(spans)}), *spans[:_SHOWN]) if spans else None


def _ends_in_colon(row: Row) -> Verdict | None:
    if isinstance(row, Instruction) and row.input.rstrip().endswith(_COLONS):
        return _failed(Reason(N_("The input ends in a colon.")), _last("input", row.input))
    for field, text in answers_of(row).items():
        if text.rstrip().endswith(_COLONS):
            return _failed(Reason(N_("The answer ends in a colon.")), _last(field, text))
    return None


def _starts_with_punctuation(row: Row) -> Verdict | None:
    lead = lead_of(row)
    first = lead.lstrip()[:1]
    # A plain text may start with anything, such as a heading.
    if not first or first.isalpha() or first in _OPENERS or isinstance(row, Text):
        return None
    category = unicodedata.category(first)
    opens = not first.isascii() and category in ("Ps", "Pi")
    if first not in string.punctuation and (category[0] not in "PS" or opens):
        return None
    at = lead.index(first)
    reason = Reason(N_("The instruction starts with “{sign}”."), {"sign": first})
    return _failed(reason, Span(lead_field_of(row), at, at + 1))


def _starts_in_another_script(row: Row, language: str) -> Verdict | None:
    scripts = scripts_of_language(row.language or language)  # a translation is in a language of its own
    if not scripts or isinstance(row, Text):
        return None
    lead = lead_of(row)
    at, first = next(((at, script) for at, each in enumerate(lead) if (script := script_of(each))), (0, ""))
    if not first or first in scripts:
        return None
    if first == "latin" and _mostly_in(scripts, lead):  # “Python 中如何读取文件？” is Chinese
        return None
    reason = N_("The instruction starts in another script than the project's language: “{letter}”")
    return _failed(Reason(reason, {"letter": lead[at]}), Span(lead_field_of(row), at, at + 1))


def _mostly_in(scripts: tuple[str, ...], text: str) -> bool:
    found = [script for token in tokens(text) if (script := script_of(token[0]))]
    return 2 * sum(script in scripts for script in found) >= len(found)


def _last(field: str, text: str) -> Span:
    end = len(text.rstrip())
    return Span(field, end - 1, end)


def _failed(reason: Reason, *spans: Span) -> Verdict:
    return Verdict(passed=False, reason=reason, evidence=Evidence(spans=spans))


FILTER = Filter(
    title=N_("Empty or broken text"),
    summary=N_("Drops a row with an empty or unfinished answer, a wrong start or damaged characters."),
    source=N_("Self-Instruct, arXiv 2212.10560"),
    options=EmptyOptions,
    start=_start,
    cost="cheap",
    dropped_as=N_("empty or broken"),
)
