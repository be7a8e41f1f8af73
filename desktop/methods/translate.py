"""Translate: your rows in another language, question and answer."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import starmap

from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.prompts import Prompt
from desktop.core.records import Instruction, Item, Reason
from desktop.core.shapes import Method, MethodContext
from desktop.core.steps import Discard, Sampling, Steps
from desktop.methods import _parts, _rewriting, _rows, _targets

_UNTRANSLATED = 0.9  # overlap of the instruction with the old one
_CODE = 0.5  # overlap from which on a text is taken for code, of which most stays as it is


@dataclass(frozen=True)
class TranslateOptions(Options):
    """Into which language, and how freely."""

    to: str = _targets.language_option(
        N_("Language"),
        N_("The loaded model must know it well. Rows that are in it already are passed over."),
        N_("xP3mt (arXiv 2211.01786) is xP3 with its prompts translated from English."),
    )
    answer: bool = option(
        True,
        About(
            N_("Also the answer"),
            N_("Switch it off for rows whose answer should stay in its language."),
            N_("Seedbed's own: a question in one language and an answer in another teaches a model to mix them."),
        ),
    )
    temperature: float = option(
        0.2,
        About(
            N_("Temperature"),
            N_("0 always takes the likeliest word."),
            N_("Seedbed's own: a translation should be faithful before it is varied."),
            minimum=0.0,
            maximum=1.5,
            step=0.1,
        ),
    )


def _items(options: TranslateOptions, context: MethodContext) -> Iterator[Item]:
    return _rows.items(context)


def _texts(row: Instruction, answer: bool) -> dict[str, str]:
    texts = {"system": row.system, "instruction": row.instruction, "input": row.input}
    if answer:
        texts["output"] = row.output or ""
    return {name: text for name, text in texts.items() if text.strip()}


def _steps(item: Item, options: TranslateOptions, context: MethodContext) -> Steps:
    row = _rows.row_of(item)
    language = row.language or context.language
    target = _targets.target_of(options.to, language)
    if target == language.split("-")[0] or row.history:
        yield Discard("translate", row.instruction, _parts.UNCHANGED)
        return []
    parts = _texts(row, options.answer)
    sampling = Sampling(temperature=options.temperature, top_p=0.95)
    name = _targets.named(target, context.language)
    made = yield from _rewriting.versions("translate", list(parts.values()), 1, sampling, context, target=name)

    def fault(name: str, old: str, new: str) -> Reason | None:
        is_code = name != "instruction" and _rewriting.overlap([old], [new]) >= _CODE
        return None if is_code else _targets.fault_of(old, new, language, target)

    rows: list[Instruction] = []
    for said in made:
        translated = _parts.made_from(row, list(parts), said, context, operation="translate")
        if _rewriting.overlap([row.instruction], [translated.instruction]) > _UNTRANSLATED:
            yield Discard("translate", translated.instruction, _rewriting.SAME)
        elif (
            reason := next(filter(None, starmap(fault, zip(parts, parts.values(), said, strict=True))), None)
        ) is not None:
            yield Discard("translate", translated.instruction, reason)
        else:
            rows.append(replace(translated, language=target))
    return rows


METHOD = Method(
    title=N_("Translate"),
    summary=N_(
        "Translates your rows, question and answer, into another language; models under a billion parameters cannot."
    ),
    source="Muennighoff et al. 2022, xP3mt (arXiv 2211.01786)",
    consumes="rows",
    makes=("instruction",),
    example=Instruction(
        N_("Pourquoi faut-il laisser reposer la pâte à pain avant de la cuire ?"),
        output=N_("Pendant le repos, la levure produit du gaz et le gluten se détend : le pain peut lever."),
    ),
    options=TranslateOptions,
    prompts=(
        Prompt(
            "translate",
            "translate/translate",
            ("text", "target"),
            {"en": '{"text": "欧洲哪条河最长？"}', "zh": '{"text": "Which river is the longest in Europe?"}'},
            N_("the translation"),
            _rewriting.written_of,
        ),
    ),
    default_filters=("empty", "exact_duplicate"),
    items=_items,
    steps=_steps,
)
