"""Debris: a row with leftover markup, pieces of a prompt or another fault that sets are known for is dropped."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from desktop.core.content import answers_of, fields_of, with_fields
from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.records import Candidate, Conversation, Instruction, Reason, Row, Verdict
from desktop.core.shapes import Filter, FilterContext, Judge
from desktop.core.text import cleaning
from desktop.filters import _faults, _sharegpt
from desktop.filters._verdicts import NONE_FOUND, failed

_TEN = N_(
    "AlpacaDataCleaned's README lists ten faults of the 52,000 rows of Stanford Alpaca; this looks for each by name."
)
_SPACE = re.compile(r"[ \t\u3000]\n|\n{3}|^\s|\s\Z|\r|[\u00a0\u2000-\u200b\u202f\ufeff]")


@dataclass(frozen=True)
class DebrisOptions(Options):
    """Which faults are looked for, and what is put right."""

    known_faults: bool = option(
        True,
        About(
            title=N_("The ten known faults"),
            help=N_(
                "Pages nobody can read, merged tasks, empty answers, missing code, images, “N/A”, markers for no "
                "input, wrong "
                "sums, things to be done in the world, stray escapes."
            ),
            why=_TEN,
        ),
    )
    markup: bool = option(
        True,
        About(
            title=N_("Leftover markup"),
            help=N_("HTML tags, tokens of chat templates, headings of a prompt, words of a web page's buttons."),
            why=N_("ShareGPT's cleaning in FastChat takes HTML and the words of buttons out; the others are our own."),
        ),
    )
    tidy: bool = option(
        True,
        About(
            title=N_("Propose tidy white space"),
            help=N_(
                "Lines without blanks at the end, one empty line at most. Such a row passes; the change is proposed."
            ),
        ),
    )
    half_width: bool = option(
        False,
        About(title=N_("Propose half-width letters and digits"), help=N_("“１２ＡＢ” becomes “12AB”; 。，？ stay.")),
    )
    addresses: Literal["keep", "mask", "remove"] = option(
        "keep",
        About(
            title=N_("E-mail and web addresses"),
            help=N_("What the proposed change does with them."),
            why=N_("H2O LLM DataStudio's text cleaning offers the same."),
            choices={"keep": N_("leave"), "mask": N_("[EMAIL] and [URL]"), "remove": N_("take out")},
        ),
    )


def _start(options: DebrisOptions, context: FilterContext) -> Judge:
    def judge(candidate: Candidate, siblings: Sequence[Candidate], /) -> Verdict:
        row = candidate.row
        faults = [fault for fault in _faults.faults_of(row) if _is_wanted(fault.name, options)]
        if not faults:
            fix = _tidied(row, options)
            return NONE_FOUND if fix is None else Verdict(True, 0.0, fix=fix)
        names = dict.fromkeys(fault.name for fault in faults)
        reason = Reason(N_("Debris: {faults}"), {"faults": tuple(names)})
        return failed(reason, (fault.span for fault in faults), float(len(names)), _mended(row, set(names), options))

    return judge


def _is_wanted(name: str, options: DebrisOptions) -> bool:
    return options.known_faults if name in _faults.KNOWN else options.markup


def _tidied(row: Row, options: DebrisOptions) -> Row | None:
    """The row with what the options propose for any row; None where nothing changes."""
    changed = {}
    for field, text in fields_of(row).items():
        if text and (new := _tidy(text, options)) != text:
            changed[field] = new
    return with_fields(row, changed) if changed else None


def _tidy(text: str, options: DebrisOptions) -> str:
    if options.tidy and _has_untidy_space(text):
        text = cleaning.tidy_space(cleaning.without_unseen(text))
    if options.half_width:
        text = cleaning.half_width(text)
    if options.addresses != "keep":
        mask = options.addresses == "mask"
        text = cleaning.EMAIL.sub("[EMAIL]" if mask else "", text)
        text = cleaning.URL.sub("[URL]" if mask else "", text)
    return text


def _has_untidy_space(text: str) -> bool:
    if not text.isascii():
        return _SPACE.search(text) is not None
    if text[:1].isspace() or text[-1:].isspace() or "\r" in text:
        return True
    return "\n" in text and (" \n" in text or "\t\n" in text or "\n\n\n" in text)


def _mended(row: Row, names: set[str], options: DebrisOptions) -> Row | None:
    """The row without the debris; None where nothing can be done about it."""
    if isinstance(row, Conversation):
        cleaned = _sharegpt.cleaned(row)
        return None if cleaned is None or cleaned == row else cleaned
    answers = answers_of(row)
    changed = {}
    for field, text in fields_of(row).items():
        new = _without_debris(text, names, field in answers)
        new = _tidy(new, options)
        if new != text and (new.strip() or not text.strip()):
            changed[field] = new
    mended = with_fields(row, changed)
    if isinstance(mended, Instruction) and cleaning.NO_INPUT.fullmatch(mended.input.strip()):
        mended = replace(mended, input="")
    return None if mended == row else mended


def _without_debris(text: str, names: set[str], is_answer: bool) -> str:
    if _faults.MERGED in names and is_answer and (match := _faults.MERGED_FROM.search(text)) and match.start() > 0:
        text = text[: match.start()]
    if _faults.LEFT_TOKENS in names:
        text = cleaning.without_chat_tokens(text)
    if _faults.LEFT_TAGS in names or ("&" in text and _faults.ESCAPES in names):
        text = cleaning.to_markdown(text)
    if _faults.LEFT_BUTTONS in names:
        text = _faults.BUTTONS.sub("", text)
    if _faults.ESCAPES in names:
        text = cleaning.without_unseen(cleaning.unescaped(text))
    return text


FILTER = Filter(
    title=N_("Debris"),
    summary=N_("Drops a row with leftover markup, pieces of a prompt or another fault that sets are known for."),
    source=N_("AlpacaDataCleaned; ShareGPT cleaning in FastChat"),
    options=DebrisOptions,
    start=_start,
    cost="cheap",
    value_title=N_("Kinds of faults found"),
    dropped_as=N_("with debris"),
)
