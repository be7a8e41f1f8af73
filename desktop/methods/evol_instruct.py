"""Evol-Instruct: rows become harder, or rarer, round by round, and are answered anew.

After WizardLM (nlpxucan/WizardLM, arXiv 2304.12244): four ways to deepen and one to broaden, and the paper's fifth way
to deepen, complicating the input, which the released script leaves out.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.prompts import Prompt
from desktop.core.records import Instruction, Item
from desktop.core.shapes import Method, MethodContext
from desktop.core.steps import Steps
from desktop.methods import _evolution, _rows

_BREADTH = "breadth"


@dataclass(frozen=True)
class EvolInstructOptions(Options):
    """How far rows evolve."""

    rounds: int = _evolution.rounds_option(
        4, N_("WizardLM (arXiv 2304.12244) evolves the 52,000 rows of Alpaca four times.")
    )
    breadth: bool = option(
        True,
        About(
            N_("Also in breadth"),
            N_("Now and then, instead of a harder instruction, ask for a rarer one from the same field."),
            N_("WizardLM draws breadth as often as each way of deepening."),
        ),
    )
    compare: bool = _evolution.compare_option()
    temperature: float = _evolution.temperature_option()
    max_tokens: int = _evolution.max_tokens_option()


def _items(options: EvolInstructOptions, context: MethodContext) -> Iterator[Item]:
    return _rows.items(context)


def _steps(item: Item, options: EvolInstructOptions, context: MethodContext) -> Steps:
    operations = _evolution.operations(context.list("evol_operations"))
    if options.breadth:
        operations[_BREADTH] = ""
    evolution = _evolution.Evolution(
        options.rounds,
        operations,
        _evolution.sampling(options.temperature, options.max_tokens),
        options.compare,
        prompts={_BREADTH: "rarer"},
    )
    return _evolution.steps(item, evolution, context)


METHOD = Method(
    title=N_("Evol-Instruct"),
    summary=N_(
        "Makes your rows harder or rarer round by round, and answers each new instruction; too hard for the starter"
        " model."
    ),
    source="Xu et al. 2023, WizardLM (arXiv 2304.12244), nlpxucan/WizardLM",
    consumes="rows",
    makes=("instruction",),
    example=Instruction(
        N_("Explain to a child of six why the sky is blue, without the words light and wave."),
        output=N_("The air is full of tiny bits that love to throw blue around, so blue comes from everywhere."),
    ),
    options=EvolInstructOptions,
    prompts=(
        _evolution.harder_prompt(
            "evol_instruct/harder",
            N_("a harder instruction"),
            {"en": " Name a river and its source.\n###", "zh": "说出一条河和它的源头。\n###"},
        ),
        Prompt(
            "rarer",
            "evol_instruct/rarer",
            ("instruction",),
            {"en": " Name a river that ends in a desert.\n###", "zh": "说出一条内流河。\n###"},
            N_("a rarer instruction"),
            _evolution.evolved_of,
        ),
        _evolution.COMPARE,
        Prompt(
            "answer",
            "evol_instruct/answer",
            (),
            {"en": "The Okavango.", "zh": "塔里木河。"},
            N_("the system text for the answer"),
        ),
    ),
    lists=("evol_operations",),
    default_filters=("length", "blocked_phrases", "empty", "novelty", "exact_duplicate"),
    items=_items,
    steps=_steps,
)
