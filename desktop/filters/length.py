"""Length: a row whose instruction, input or answer is too short or too long is dropped."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from desktop.core.content import answers_of, lead_field_of, lead_of
from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.records import Candidate, Evidence, Instruction, Reason, Row, Span, Text, Verdict, passing
from desktop.core.shapes import Filter, FilterContext, Judge
from desktop.core.text.words import Length, length_of

_WHY = N_(
    "Self-Instruct (arXiv 2212.10560) drops instructions of 3 words or fewer and of more than 150. Where words are not "
    "separated by spaces, characters are counted and stand for the words that say as much in English: 1.5 Chinese "
    "characters, 2 Japanese Kana or 4 Thai letters for a word, so that 4 words are 6 Chinese characters."
)
_NO_LIMIT = N_("0 means no limit. In Chinese, count 1.5 characters for a word.")


def _bound(default: int, title: str, why: str = "") -> int:
    about = About(title=title, help=_NO_LIMIT, why=why, minimum=0, unit=N_("words"), advanced=not default)
    bound: int = option(default, about)
    return bound


@dataclass(frozen=True)
class LengthOptions(Options):
    """The bounds of each field, in words."""

    instruction_minimum: int = _bound(4, N_("Instruction, at least"), _WHY)
    instruction_maximum: int = _bound(150, N_("Instruction, at most"), _WHY)
    input_minimum: int = _bound(0, N_("Input, at least"))
    input_maximum: int = _bound(0, N_("Input, at most"))
    output_minimum: int = _bound(0, N_("Answer, at least"))
    output_maximum: int = _bound(0, N_("Answer, at most"))


@dataclass(frozen=True, slots=True)
class _Limits:
    """The bounds of one part of a row in words, and what is said of one that breaks them."""

    minimum: int
    maximum: int
    too_short: tuple[str, str]  # in words, in characters
    too_long: tuple[str, str]

    def broken_by(self, length: Length) -> Reason | None:
        if self.minimum and length.words < self.minimum:
            return _reason(self.too_short, length, self.minimum)
        if self.maximum and length.words > self.maximum:
            return _reason(self.too_long, length, self.maximum)
        return None


def _start(options: LengthOptions, context: FilterContext) -> Judge:
    of_part = {
        "instruction": _Limits(
            options.instruction_minimum,
            options.instruction_maximum,
            (
                N_("The instruction is too short (words: {count}, at least {bound})."),
                N_("The instruction is too short (characters: {count}, at least {bound})."),
            ),
            (
                N_("The instruction is too long (words: {count}, at most {bound})."),
                N_("The instruction is too long (characters: {count}, at most {bound})."),
            ),
        ),
        "input": _Limits(
            options.input_minimum,
            options.input_maximum,
            (
                N_("The input is too short (words: {count}, at least {bound})."),
                N_("The input is too short (characters: {count}, at least {bound})."),
            ),
            (
                N_("The input is too long (words: {count}, at most {bound})."),
                N_("The input is too long (characters: {count}, at most {bound})."),
            ),
        ),
        "output": _Limits(
            options.output_minimum,
            options.output_maximum,
            (
                N_("The answer is too short (words: {count}, at least {bound})."),
                N_("The answer is too short (characters: {count}, at least {bound})."),
            ),
            (
                N_("The answer is too long (words: {count}, at most {bound})."),
                N_("The answer is too long (characters: {count}, at most {bound})."),
            ),
        ),
    }

    limited = {part: limits for part, limits in of_part.items() if limits.minimum or limits.maximum}

    def judge(candidate: Candidate, siblings: Sequence[Candidate], /) -> Verdict:
        value = length_of(lead_of(candidate.row)).words
        for part, limits in limited.items():
            for field, text in _texts_of(part, candidate.row):
                if reason := limits.broken_by(length_of(text)):
                    return Verdict(False, value, reason, Evidence(spans=(Span(field, 0, len(text)),)))
        return passing(value)

    return judge


def _texts_of(part: str, row: Row) -> Iterable[tuple[str, str]]:
    """The fields that are this part of a row. A plain text is all answer; an absent input is no part."""
    if part == "output":
        return answers_of(row).items()
    if part == "input":
        return [("input", row.input)] if isinstance(row, Instruction) and row.input else []
    return [] if isinstance(row, Text) else [(lead_field_of(row), lead_of(row))]


def _reason(messages: tuple[str, str], length: Length, bound: int) -> Reason:
    in_words, in_characters = messages
    if not length.in_characters:
        return Reason(in_words, {"count": length.count, "bound": bound})
    return Reason(in_characters, {"count": length.count, "bound": round(bound * length.count / length.words)})


FILTER = Filter(
    title=N_("Length"),
    summary=N_("Drops a row whose instruction, input or answer is too short or too long."),
    source=N_("Self-Instruct, arXiv 2212.10560"),
    options=LengthOptions,
    start=_start,
    value_title=N_("Words in the instruction"),
    cost="cheap",
    dropped_as=N_("too short or long"),
)
