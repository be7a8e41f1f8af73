"""A model's other versions of the texts of a row, asked for with code hidden, and checked when they come back.

That a version means the same is not told by embeddings of a writing model: of 20 right and 20 wrong wordings they found
the wrong ones as near as the right ones. What tells more is asked of the model itself: whether both texts ask for the
same thing, in both orders, and how likely it finds the row's own answer after the new wording.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp
from statistics import fmean
from typing import Any

from desktop.core.i18n import N_
from desktop.core.languages import yes_or_no
from desktop.core.options import About, Options, option
from desktop.core.prompts import Prompt
from desktop.core.records import Instruction, Json, Reason
from desktop.core.shapes import MethodContext
from desktop.core.steps import Ask, Asking, Choose, Discard, Sample, Sampling, Score, put_all
from desktop.core.text import replies
from desktop.core.text.similarity import SimilarityIndex
from desktop.core.text.words import tokens
from desktop.methods import _forms, _parts, _protected, _rows

LOST = Reason(N_("A figure, a placeholder, an address or a piece of code was lost or changed."))
SAME = Reason(N_("The new wording is nearly the old one."))
ANSWERED = Reason(N_("The reply answers the row instead of wording it anew."))
DRIFTED = Reason(N_("The model does not find that the new wording asks for the same."))
UNFIT = Reason(N_("The old answer does not fit the new wording as well."))

_LONGEST = 4096  # tokens
_ANSWERS = re.compile(
    r"(?:sure|certainly|of course|here(?: is| are|['’]s))\b|(?:当然|好的|以下是)[，,：:！!]?", re.IGNORECASE
)
_KEPT = {"en": " Keep exactly as they are: {kept}.", "zh": "必须原样保留：{kept}。"}  # said where there is something
_MEASURED = N_(
    "Seedbed's own. With a model of 1.5 billion parameters both checks together kept 19 of 20 right wordings in "
    "English and 21 of 25 in Chinese, and 3 of 20 and 2 of 24 wrong ones, such as a request for the opposite: read "
    "what they let through."
)
_LEANS = {"zh": 0.94}
"""By how much a model says yes too readily, in log odds. Of 30 Chinese wordings written for it, half of them wrong, one
of 1.5 billion parameters held all for the same at 0.5, and told them apart at 0.72, which is this much above."""


def overlap_option() -> Any:
    """How much of the wording may stay."""
    return option(
        0.9,
        About(
            N_("Most overlap with the old wording"),
            N_("1 is the same words in the same order. What is above it brings nothing and is not used."),
            N_("Seedbed's own figure; work on back-translation drops versions that hardly differ."),
            minimum=0.3,
            maximum=1.0,
            step=0.05,
        ),
    )


@dataclass(frozen=True)
class WordingOptions(Options):
    """Which texts get other wordings, and how it is made sure that these mean the same."""

    where: str = _parts.where_option()
    same: float = option(
        0.5,
        About(
            N_("How sure the model must be that it means the same"),
            N_("It is asked, in both orders, whether both texts ask for the same thing. 0 does not ask."),
            _MEASURED,
            minimum=0.0,
            maximum=1.0,
            step=0.05,
        ),
    )
    unlikelier: float = option(
        0.4,
        About(
            N_("How much less likely the old answer may become"),
            N_("After the new wording, for each token of the answer, in nats. 0 does not measure it."),
            _MEASURED,
            minimum=0.0,
            maximum=10.0,
            step=0.1,
        ),
    )


def written_of(text: str) -> str:
    """The text in a reply."""
    found = replies.objects(text)
    return replies.text_of(found[0], ("text", "文本")).strip() if found else ""


def versions(
    step: str, texts: Sequence[str], count: int, sampling: Sampling, context: MethodContext, **values: str
) -> Asking[list[tuple[str, ...]]]:
    """Up to so many versions of some texts that belong together; a version of which one text cannot be used is gone."""
    hidden = [_protected.hide(text) for text in texts]
    answers = yield from put_all([_ask(step, each, count, sampling, context, values) for each in hidden])
    made: list[tuple[str, ...]] = []
    for number in range(count):
        said: list[str] = []
        for each, answer in zip(hidden, answers, strict=True):
            text, reason = _read(answer.samples[number], each, step, context, values)
            if reason is not None:
                yield Discard(step, answer.samples[number].text, reason)
                break
            said.append(text)
        else:
            made.append(tuple(said))
    return made


def fresh(
    step: str, texts: Sequence[str], made: Sequence[tuple[str, ...]], most: float
) -> Asking[list[tuple[str, ...]]]:
    """The versions that differ in their words from the texts, by the greatest overlap, and from each other."""
    found: list[tuple[str, ...]] = []
    for version in made:
        if overlap(texts, version) > most or any(same(version, other) for other in found):
            yield Discard(step, "\n\n".join(version), SAME)
        else:
            found.append(version)
    return found


def meant(
    row: Instruction,
    names: Sequence[str],
    made: Sequence[tuple[str, ...]],
    options: WordingOptions,
    context: MethodContext,
    **record: Json,
) -> Asking[list[Instruction]]:
    """The rows with these versions of their texts that mean the same as before, with what was found on record."""
    rows = [_parts.made_from(row, names, version, context, **record) for version in made]
    old = "\n\n".join(str(getattr(row, name)) for name in names)
    texts = ["\n\n".join(version) for version in made]
    if options.same:
        sure = yield from _sure(old, texts, context)
        rows = yield from _judged("same", rows, sure, [each >= options.same for each in sure], DRIFTED)
    if options.unlikelier and (row.output or "").strip():
        rise = yield from _unlikelier(row, rows)
        rows = yield from _judged("unlikelier", rows, rise, [each <= options.unlikelier for each in rise], UNFIT)
    return rows


def _judged(
    name: str, rows: Sequence[Instruction], values: Sequence[float], passed: Sequence[bool], reason: Reason
) -> Asking[list[Instruction]]:
    yield [Discard(name, _forms.task_of(row), reason) for row, good in zip(rows, passed, strict=True) if not good]
    return [
        replace(row, extra={**row.extra, name: round(value, 3)})
        for row, value, good in zip(rows, values, passed, strict=True)
        if good
    ]


def _sure(old: str, texts: Sequence[str], context: MethodContext) -> Asking[list[float]]:
    """How sure the model is of each text that it asks for the same as the old one, the mean of both orders."""
    words, lean = yes_or_no(context.language), _LEANS.get(context.language, 0.0)
    pairs = [pair for text in texts for pair in ((old, text), (text, old))]
    talks = [_forms.talk(context.render("same", first=one, second=other)) for one, other in pairs]
    answers = yield from put_all([Choose("same", talk, words) for talk in talks])
    said = [yes / (yes + exp(lean) * (1 - yes)) for yes in (each.probabilities[0] for each in answers)]
    return [fmean(both) for both in zip(said[::2], said[1::2], strict=True)]


def _unlikelier(row: Instruction, rows: Sequence[Instruction]) -> Asking[list[float]]:
    """How much the loss of the row's answer is higher after each of the other wordings, in nats a token."""
    asks = [Score("fits", _rows.talk_of(each, each.system), row.output or "") for each in (row, *rows)]
    before, *after = [each.loss for each in (yield from put_all(asks if rows else []))] or [0.0]
    return [each - before for each in after]


def overlap(texts: Sequence[str], version: Sequence[str]) -> float:
    """ROUGE-L F1 of the most different of the texts and their new wording."""
    return min(_alike(text, other) for text, other in zip(texts, version, strict=True))


def same(texts: Sequence[str], version: Sequence[str]) -> bool:
    """Whether all texts have the same words in the same order."""
    return all(tokens(text) == tokens(other) for text, other in zip(texts, version, strict=True))


def _alike(text: str, other: str) -> float:
    index = SimilarityIndex()
    index.add(text)
    return next((near.value for near in index.compare(other, top=1).best), 0.0)


def _ask(
    step: str, hidden: _protected.Hidden, count: int, sampling: Sampling, context: MethodContext, values: dict[str, str]
) -> Ask:
    kept = ", ".join(_protected.kept_in(hidden))
    said = _KEPT.get(context.language, _KEPT["en"]).format(kept=kept) if kept else ""
    prompt = context.render(step, text=hidden.text, kept=said, **values)
    room = min(_LONGEST, 96 + 2 * len(hidden.text))  # a token is at least half a character, in any pair of languages
    return Ask(
        step,
        _forms.talk(prompt),
        replace(sampling, max_tokens=room),
        n=count,
        schema=_forms.record("text"),
    )


def _read(
    sample: Sample, hidden: _protected.Hidden, step: str, context: MethodContext, values: dict[str, str]
) -> tuple[str, Reason | None]:
    written = written_of(sample.text)
    if sample.finish == "length":
        return "", _forms.CUT_OFF
    if not written:
        return "", _forms.NOTHING
    if _forms.copied(written, context, step, "text", "kept", *values) and not _forms.copied(
        hidden.text, context, step, "text", "kept", *values
    ):
        return "", _forms.COPIED
    if _ANSWERS.match(written) and not _ANSWERS.match(hidden.text):
        return "", ANSWERED
    restored = _protected.restore(written, hidden)
    return (restored, None) if restored else ("", LOST)


SAME_PROMPT = Prompt(
    "same",
    "rewriting/same",
    ("first", "second"),
    {"en": "Yes", "zh": "是"},
    N_("whether it means the same"),
)
