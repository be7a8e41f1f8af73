"""Summarise or expand: your rows asked for more briefly, or at greater length, with the same answers."""

from collections.abc import Iterator
from dataclasses import dataclass

from desktop.core.i18n import N_
from desktop.core.options import About, option
from desktop.core.prompts import Prompt
from desktop.core.records import Instruction, Item, Reason
from desktop.core.shapes import Method, MethodContext
from desktop.core.steps import Discard, Sampling, Steps
from desktop.core.text.words import length_of
from desktop.methods import _parts, _rewriting, _rows

_STEPS = {"shorter": ("shorter",), "longer": ("longer",), "both": ("shorter", "longer")}
_SHORTER, _LONGER = 0.85, 1.2  # of the old length, in words

NOT_SHORTER = Reason(N_("The new wording is not shorter."))
NOT_LONGER = Reason(N_("The new wording is not longer."))


@dataclass(frozen=True)
class SummariseExpandOptions(_rewriting.WordingOptions):
    """Which of the two."""

    length: str = option(
        "both",
        About(
            N_("New length"),
            N_("Shorter has at most 85 percent of the words, longer at least 120 percent."),
            N_("Seedbed's own figures: what is less than that reads like the old wording."),
            choices={"both": N_("one shorter, one longer"), "shorter": N_("shorter"), "longer": N_("longer")},
        ),
    )
    temperature: float = option(
        0.7,
        About(
            N_("Temperature"),
            N_("Higher values make the wordings differ more, and stray more often."),
            N_("Seedbed's own."),
            minimum=0.0,
            maximum=1.5,
            step=0.1,
        ),
    )


def _items(options: SummariseExpandOptions, context: MethodContext) -> Iterator[Item]:
    return _rows.items(context)


def fault_of(step: str, old: str, new: str) -> Reason | None:
    """Why a wording is not of the length that was asked for; None where it is."""
    ratio = length_of(new).words / max(1.0, length_of(old).words)
    if step == "shorter":
        return NOT_SHORTER if ratio > _SHORTER else None
    return NOT_LONGER if ratio < _LONGER else None


def _steps(item: Item, options: SummariseExpandOptions, context: MethodContext) -> Steps:
    row = _rows.row_of(item)
    parts = _parts.texts_of(row, options.where)
    if not parts:
        yield Discard("shorter", row.instruction, _parts.UNCHANGED)
        return []
    texts = list(parts.values())
    sampling = Sampling(temperature=options.temperature, top_p=0.95)
    rows: list[Instruction] = []
    for step in _STEPS[options.length]:
        made: list[tuple[str, ...]] = []
        for said in (yield from _rewriting.versions(step, texts, 1, sampling, context)):
            reasons = [fault_of(step, old, new) for old, new in zip(texts, said, strict=True)]
            if (reason := next(filter(None, reasons), None)) is not None:
                yield Discard(step, "\n\n".join(said), reason)
            else:
                made.append(said)
        found = yield from _rewriting.fresh(step, texts, made, 1.0)
        rows += yield from _rewriting.meant(row, list(parts), found, options, context, operation=step)
    return rows


METHOD = Method(
    title=N_("Summarise or expand"),
    summary=N_(
        "Asks for your rows more briefly or at greater length; read each one, for models under some billion "
        "parameters seldom keep the meaning."
    ),
    source="Seedbed's own",
    consumes="rows",
    makes=("instruction",),
    example=Instruction(
        N_("Why must dough rest?"),
        output=N_("While dough rests, the yeast makes gas and the gluten relaxes, so the loaf can rise."),
    ),
    options=SummariseExpandOptions,
    prompts=(
        Prompt(
            "shorter",
            "summarise_expand/shorter",
            ("text", "kept"),
            {"en": '{"text": "Europe\'s longest river?"}', "zh": '{"text": "欧洲最长的河？"}'},
            N_("a shorter wording"),
            _rewriting.written_of,
        ),
        Prompt(
            "longer",
            "summarise_expand/longer",
            ("text", "kept"),
            {
                "en": '{"text": "Could you tell me which of the rivers of Europe is the longest one?"}',
                "zh": '{"text": "请问在欧洲的所有河流当中，哪一条是最长的？"}',
            },
            N_("a longer wording"),
            _rewriting.written_of,
        ),
        _rewriting.SAME_PROMPT,
    ),
    default_filters=("empty", "exact_duplicate"),
    items=_items,
    steps=_steps,
)
