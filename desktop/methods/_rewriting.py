"""A model's other versions of the texts of a row, asked for with code hidden, and checked when they come back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from desktop.core.i18n import N_
from desktop.core.options import About, option
from desktop.core.records import Json, Reason
from desktop.core.shapes import MethodContext
from desktop.core.steps import Ask, Asking, Discard, Embed, Sample, Sampling, put_all
from desktop.core.text import replies
from desktop.core.text.similarity import SimilarityIndex
from desktop.core.text.words import tokens
from desktop.methods import _forms, _protected

LOST = Reason(N_("A figure, a placeholder, an address or a piece of code was lost or changed."))
SAME = Reason(N_("The new wording is nearly the old one."))
ANSWERED = Reason(N_("The reply answers the row instead of wording it anew."))
DRIFTED = Reason(N_("The new wording seems to mean something else."))

_LONGEST = 4096  # tokens
_POOLED = 0.9  # the least likeness in meaning where a writing model measures it
_ANSWERS = re.compile(
    r"(?:sure|certainly|of course|here(?: is| are|['’]s))\b|(?:当然|好的|以下是)[，,：:！!]?", re.IGNORECASE
)
_NOTHING = {"en": "(nothing)", "zh": "（无）"}


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


def meaning_option() -> Any:
    """How much of the meaning must stay."""
    return option(
        0.8,
        About(
            N_("Least likeness in meaning"),
            N_(
                "Cosine of the embeddings, 0 to 1; 0 does not measure it. "
                "A model that is not made for embeddings must find at least 0.9, since it finds nearly all texts alike."
            ),
            N_("Seedbed's own figure."),
            minimum=0.0,
            maximum=1.0,
            step=0.05,
        ),
    )


@dataclass(frozen=True, slots=True)
class Limits:
    """Which versions are used."""

    overlap: float  # ROUGE-L with the old wording, at most
    meaning: float = 0.0  # cosine of the embeddings, at least; 0: not asked for


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


def kept(
    step: str, texts: Sequence[str], made: Sequence[tuple[str, ...]], limits: Limits
) -> Asking[list[tuple[tuple[str, ...], float | None]]]:
    """The versions that differ from the texts in their words and from each other, and not in meaning.

    Each comes with its likeness in meaning, where that was asked for: the least of its texts.
    """
    fresh: list[tuple[str, ...]] = []
    for version in made:
        if overlap(texts, version) > limits.overlap or any(same(version, other) for other in fresh):
            yield Discard(step, "\n\n".join(version), SAME)
        else:
            fresh.append(version)
    if not limits.meaning or not fresh:
        return [(version, None) for version in fresh]
    wanted = [*texts, *(text for version in fresh for text in version)]
    answers = yield from put_all([Embed("meaning", text) for text in wanted])
    vectors = [answer.vector for answer in answers]
    old = vectors[: len(texts)]
    found: list[tuple[tuple[str, ...], float | None]] = []
    for number, version in enumerate(fresh, 1):
        new = vectors[number * len(texts) : (number + 1) * len(texts)]
        alike = min(sum(a * b for a, b in zip(one, other, strict=True)) for one, other in zip(old, new, strict=True))
        if alike < (max(limits.meaning, _POOLED) if answers[0].pooled else limits.meaning):
            yield Discard(step, "\n\n".join(version), DRIFTED)
        else:
            found.append((version, round(alike, 3)))
    return found


def on_record(alike: float | None) -> dict[str, Json]:
    """What a row says of its likeness in meaning."""
    return {} if alike is None else {"meaning": alike}


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
    kept = ", ".join(_protected.kept_in(hidden)) or _NOTHING.get(context.language, _NOTHING["en"])
    prompt = context.render(step, text=hidden.text, kept=kept, **values)
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
