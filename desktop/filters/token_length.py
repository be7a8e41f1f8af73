"""Token length: a row that is longer in the model's tokens than a trainer takes is dropped, or cut on request."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from desktop.core.content import fields_of, with_fields
from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.records import Candidate, Conversation, Instruction, Reason, Row, Text, Verdict
from desktop.core.shapes import Filter, FilterContext
from desktop.core.steps import Asking, Count, JudgeSteps, put
from desktop.core.text.prose import sentences
from desktop.filters._sharegpt import pairs


@dataclass(frozen=True)
class TokenLengthOptions(Options):
    """How long is too long."""

    maximum: int = option(
        2048,
        About(
            N_("Keep up to"),
            N_("Tokens of all fields together, without what a chat template adds."),
            N_("The usual length that trainers cut at; ShareGPT was split at 2,048 tokens."),
            minimum=1,
            maximum=1_000_000,
            unit=N_("tokens"),
        ),
    )


def _steps(candidate: Candidate, options: TokenLengthOptions, context: FilterContext) -> JudgeSteps:
    texts = {name: text for name, text in fields_of(candidate.row).items() if text}
    if not texts:
        return Verdict(True)
    counted = yield from put(Count("token_length", tuple(texts.values())))
    tokens = dict(zip(texts, counted.tokens, strict=True))
    value = float(sum(tokens.values()))
    reason = _decide(value, options)
    fix = None if reason is None else (yield from _cut(candidate.row, tokens, options.maximum))
    return Verdict(reason is None, value, reason, fix=fix)


def _cut(row: Row, tokens: Mapping[str, int], most: int) -> "Asking[Row | None]":
    """The row without its last pairs of turns, or without the last sentences of its answer; None where nothing is left.

    `tokens` are those of its fields.
    """
    match row:
        case Conversation():
            return _first_pairs(row, tokens, most)
        case Instruction(output=str(text)):
            field = "output"
        case Text(text=text):
            field = "text"
        case _:
            return None
    ends = [end for _start, end in sentences(text)]
    parts = tuple(text[start:end] for start, end in pairwise([0, *ends]))
    if len(parts) < 2:
        return None
    room = most - sum(tokens.values()) + tokens[field]
    counted = yield from put(Count("token_length", parts))
    fitting = sum(so_far <= room for so_far in accumulate(counted.tokens[:-1]))
    return with_fields(row, {field: text[: ends[fitting - 1]]}) if fitting else None


def _first_pairs(row: Conversation, tokens: Mapping[str, int], most: int) -> Conversation | None:
    costs = [tokens.get(f"messages.{number}.{each.role}", 0) for number, each in enumerate(row.messages)]
    end, room = 0, most - tokens.get("system", 0)
    for pair in pairs(row.messages):
        if sum(costs[: end + len(pair)]) > room:
            break
        end += len(pair)
    return replace(row, messages=row.messages[:end]) if end else None


def _decide(value: float, options: TokenLengthOptions) -> Reason | None:
    if value <= options.maximum:
        return None
    reason = N_("The row is {count} tokens long; {most} at most are asked for.")
    return Reason(reason, {"count": int(value), "most": options.maximum})


FILTER = Filter(
    title=N_("Length in tokens"),
    summary=N_(
        "Drops a row that has more tokens of the chosen model than a trainer takes, and proposes where to cut it."
    ),
    source=N_("Our own; the cut is Vicuna's"),
    options=TokenLengthOptions,
    steps=_steps,
    cost="tokens",
    value_title=N_("Tokens"),
    cut="maximum",
    decide=_decide,
    dropped_as=N_("too long in tokens"),
)
