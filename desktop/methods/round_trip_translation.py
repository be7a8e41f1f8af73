"""Round-trip translation: your rows through another language and back, which words them anew.

After the back-translation of data augmentation (Sennrich et al. 2016, arXiv 1511.06709; Xie et al. 2019, arXiv
1904.12848), sampled so that the way back differs. A version is used where it means the same and says it differently.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from desktop.core.i18n import N_
from desktop.core.options import About, option
from desktop.core.prompts import Prompt
from desktop.core.records import Instruction, Item, Json, Reason
from desktop.core.shapes import Method, MethodContext
from desktop.core.steps import Discard, Sampling, Steps
from desktop.methods import _parts, _rewriting, _rows, _targets


@dataclass(frozen=True)
class RoundTripOptions(_rewriting.WordingOptions):
    """Through which language, how freely, and which versions are used."""

    through: str = _targets.language_option(
        N_("Through which language"),
        N_("The loaded model must know it well."),
        N_("UDA (arXiv 1904.12848) goes through French; many local models know English and Chinese best."),
    )
    copies: int = option(
        1,
        About(
            N_("Ways back per row"),
            N_("Each gives a version of its own."),
            N_("Seedbed's own: one, since each costs a translation."),
            minimum=1,
            maximum=8,
        ),
    )
    temperature: float = option(
        0.8,
        About(
            N_("Temperature of the way back"),
            N_("Higher values make the versions differ more."),
            N_("Back-translation is mostly sampled at 0.7 to 0.9."),
            minimum=0.1,
            maximum=1.5,
            step=0.1,
        ),
    )
    overlap: float = _rewriting.overlap_option()


def _items(options: RoundTripOptions, context: MethodContext) -> Iterator[Item]:
    return _rows.items(context)


def _steps(item: Item, options: RoundTripOptions, context: MethodContext) -> Steps:
    row = _rows.row_of(item)
    parts = _parts.texts_of(row, options.where)
    language = row.language or context.language
    pivot = _targets.target_of(options.through, language)
    if not parts or pivot == language.split("-")[0]:
        yield Discard("there", row.instruction, _parts.UNCHANGED)
        return []
    texts = list(parts.values())
    there, home = (_targets.named(each, context.language) for each in (pivot, language))
    likely = Sampling(temperature=0.2, top_p=0.95)
    abroad = yield from _rewriting.versions("there", texts, 1, likely, context, target=there)
    if not abroad:
        return []
    if (reason := _fault(texts, abroad[0], language, pivot)) is not None:
        yield Discard("there", "\n\n".join(abroad[0]), reason)
        return []
    varied = Sampling(temperature=options.temperature, top_p=0.95)
    made = yield from _rewriting.versions("back", abroad[0], options.copies, varied, context, target=home)
    home_again: list[tuple[str, ...]] = []
    for version in made:
        if (reason := _fault(abroad[0], version, pivot, language)) is not None:
            yield Discard("back", "\n\n".join(version), reason)
        else:
            home_again.append(version)
    found = yield from _rewriting.fresh("back", texts, home_again, options.overlap)
    wording: Json = list(abroad[0])
    record: dict[str, Json] = {"operation": "round trip", "through": pivot, "wording": wording}
    return (yield from _rewriting.meant(row, list(parts), found, options, context, **record))


def _fault(texts: Sequence[str], said: Sequence[str], source: str, target: str) -> Reason | None:
    faults = (_targets.fault_of(old, new, source, target) for old, new in zip(texts, said, strict=True))
    return next(filter(None, faults), None)


METHOD = Method(
    title=N_("Round-trip translation"),
    summary=N_(
        "Translates your rows into another language and back, keeps the new wording and the old answer; "
        "models under a billion parameters cannot."
    ),
    source="Sennrich et al. 2016 (arXiv 1511.06709); Xie et al. 2019, UDA (arXiv 1904.12848)",
    consumes="rows",
    makes=("instruction",),
    example=Instruction(
        N_("Why should bread dough be given a rest before it goes into the oven?"),
        output=N_("While dough rests, the yeast makes gas and the gluten relaxes, so the loaf can rise."),
    ),
    options=RoundTripOptions,
    prompts=(
        Prompt(
            "there",
            "translate/translate",
            ("text", "target"),
            {"en": '{"text": "欧洲哪条河最长？"}', "zh": '{"text": "Which river is the longest in Europe?"}'},
            N_("the translation"),
            _rewriting.written_of,
        ),
        Prompt(
            "back",
            "translate/translate",
            ("text", "target"),
            {"en": '{"text": "Which of Europe\'s rivers is longest?"}', "zh": '{"text": "欧洲哪条河最长？"}'},
            N_("the way back"),
            _rewriting.written_of,
        ),
        _rewriting.SAME_PROMPT,
    ),
    default_filters=("empty", "exact_duplicate"),
    items=_items,
    steps=_steps,
)
