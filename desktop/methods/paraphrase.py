"""Paraphrase: your rows asked for in other words, with the same answers."""

from collections.abc import Iterator
from dataclasses import dataclass

from desktop.core.i18n import N_
from desktop.core.options import About, option
from desktop.core.prompts import Prompt
from desktop.core.records import Instruction, Item
from desktop.core.shapes import Method, MethodContext
from desktop.core.steps import Discard, Sampling, Steps
from desktop.methods import _parts, _rewriting, _rows


@dataclass(frozen=True)
class ParaphraseOptions(_rewriting.WordingOptions):
    """How many other wordings, and how different they must be."""

    copies: int = option(
        2,
        About(
            N_("Wordings per row"),
            N_("Each is asked for anew; those that come out alike are used once."),
            N_("Seedbed's own: after a few, small models repeat themselves."),
            minimum=1,
            maximum=8,
        ),
    )
    temperature: float = option(
        0.9,
        About(
            N_("Temperature"),
            N_("Higher values make the wordings differ more, and stray more often."),
            N_("Seedbed's own; back-translation is sampled at 0.7 to 0.9 for the same reason."),
            minimum=0.1,
            maximum=1.5,
            step=0.1,
        ),
    )
    overlap: float = _rewriting.overlap_option()


def _items(options: ParaphraseOptions, context: MethodContext) -> Iterator[Item]:
    return _rows.items(context)


def _steps(item: Item, options: ParaphraseOptions, context: MethodContext) -> Steps:
    row = _rows.row_of(item)
    parts = _parts.texts_of(row, options.where)
    if not parts:
        yield Discard("paraphrase", row.instruction, _parts.UNCHANGED)
        return []
    texts = list(parts.values())
    sampling = Sampling(temperature=options.temperature, top_p=0.95)
    made = yield from _rewriting.versions("paraphrase", texts, options.copies, sampling, context)
    found = yield from _rewriting.fresh("paraphrase", texts, made, options.overlap)
    return (yield from _rewriting.meant(row, list(parts), found, options, context, operation="paraphrase"))


METHOD = Method(
    title=N_("Paraphrase"),
    summary=N_(
        "Says your rows in other words and keeps their answers; read each one, for models under some billion "
        "parameters seldom keep the meaning."
    ),
    source="Seedbed's own",
    consumes="rows",
    makes=("instruction",),
    example=Instruction(
        N_("What makes it necessary to let bread dough stand for a while before baking?"),
        output=N_("While dough rests, the yeast makes gas and the gluten relaxes, so the loaf can rise."),
    ),
    options=ParaphraseOptions,
    prompts=(
        Prompt(
            "paraphrase",
            "paraphrase/paraphrase",
            ("text", "kept"),
            {
                "en": '{"text": "Which river is the longest in Europe?"}',
                "zh": '{"text": "欧洲哪条河最长？"}',
            },
            N_("another wording"),
            _rewriting.written_of,
        ),
        _rewriting.SAME_PROMPT,
    ),
    default_filters=("empty", "exact_duplicate"),
    items=_items,
    steps=_steps,
)
