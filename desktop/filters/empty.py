"""Empty or broken text: a row with nothing in it, an unfinished end, a wrong start or damaged characters is dropped."""

import re
import string
import unicodedata
from collections.abc import Iterator, Sequence
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
    def faults(row: Row) -> Iterator[Verdict]:
        scripts = scripts_of_language(row.language or context.language)  # a translation is in a language of its own
        if options.empty:
            yield from _empty(row)
        if options.broken:
            yield from _broken(row)
        if options.ends_in_colon:
            yield from _ends_in_colon(row)
        # A plain text may start with anything, such as a heading.
        if options.starts_with_punctuation and not isinstance(row, Text):
            yield from _starts_with_punctuation(row)
        if options.other_script and scripts and not isinstance(row, Text):
            yield from _starts_in_another_script(row, scripts)

    def judge(candidate: Candidate, siblings: Sequence[Candidate], /) -> Verdict:
        return next(faults(candidate.row), PASSED)

    return judge


def _empty(row: Row) -> Iterator[Verdict]:
    if _BLANK.fullmatch(lead_of(row)):
        yield _failed(Reason(N_("There is no instruction.")))
    if any(_BLANK.fullmatch(answer) for answer in answers_of(row).values()):
        yield _failed(Reason(N_("The answer is empty.")))


def _broken(row: Row) -> Iterator[Verdict]:
    texts = {field: text for field, text in fields_of(row).items() if not is_plain(text)}
    spans = [Span(field, *match.span()) for field, text in texts.items() for match in _BROKEN.finditer(text)]
    if spans:
        reason = Reason(N_("Damaged characters: {count}"), {"count": len(spans)})
        yield _failed(reason, *spans[:_SHOWN])


def _ends_in_colon(row: Row) -> Iterator[Verdict]:
    given = {"input": row.input} if isinstance(row, Instruction) else {}
    for field, text in given.items():
        if text.rstrip().endswith(_COLONS):
            yield _failed(Reason(N_("The input ends in a colon.")), _last(field, text))
    for field, text in answers_of(row).items():
        if text.rstrip().endswith(_COLONS):
            yield _failed(Reason(N_("The answer ends in a colon.")), _last(field, text))


def _starts_with_punctuation(row: Row) -> Iterator[Verdict]:
    lead = lead_of(row)
    first = lead.lstrip()[:1]
    if not first or first in _OPENERS:
        return
    category = unicodedata.category(first)
    opens = not first.isascii() and category in ("Ps", "Pi")
    if first in string.punctuation or (category[0] in "PS" and not opens):
        at = lead.index(first)
        yield _failed(
            Reason(N_("The instruction starts with “{sign}”."), {"sign": first}),
            Span(lead_field_of(row), at, at + 1),
        )


def _starts_in_another_script(row: Row, scripts: tuple[str, ...]) -> Iterator[Verdict]:
    lead = lead_of(row)
    at, first = next(((at, script) for at, each in enumerate(lead) if (script := script_of(each))), (0, ""))
    if not first or first in scripts:
        return
    if first == "latin" and _mostly_in(scripts, lead):  # “Python 中如何读取文件？” is Chinese
        return
    yield _failed(
        Reason(
            N_("The instruction starts in another script than the project's language: “{letter}”"), {"letter": lead[at]}
        ),
        Span(lead_field_of(row), at, at + 1),
    )


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
