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
from desktop.core.steps import Sampling, Steps
from desktop.methods import _evolution, _rows

_BREADTH = "breadth"


@dataclass(frozen=True)
class EvolInstructOptions(Options):
    """How far rows evolve."""

    rounds: int = option(
        4,
        About(
            N_("Rounds"),
            N_("Each round starts from what the round before made. Every round that succeeds leaves a row."),
            N_("WizardLM (arXiv 2304.12244) evolves the 52,000 rows of Alpaca four times."),
            minimum=1,
            maximum=10,
        ),
    )
    breadth: bool = option(
        True,
        About(
            N_("Also in breadth"),
            N_("Now and then, instead of a harder instruction, ask for a rarer one from the same field."),
            N_("WizardLM draws breadth as often as each way of deepening."),
        ),
    )
    compare: bool = option(
        True,
        About(
            N_("Ask whether it is new"),
            N_(
                "One more short request each time. Switch it off for very small models, which find everything the same."
            ),
            N_("WizardLM eliminates what its model finds equal to the instruction it came from."),
        ),
    )
    max_tokens: int = option(
        1024,
        About(
            N_("Longest instruction or answer, in tokens"),
            N_("What is cut off there is not used."),
            N_("WizardLM allows 2,048; half of that keeps a small model from rambling."),
            minimum=128,
            maximum=4096,
            advanced=True,
        ),
    )


def _items(options: EvolInstructOptions, context: MethodContext) -> Iterator[Item]:
    return _rows.items(context)


def _steps(item: Item, options: EvolInstructOptions, context: MethodContext) -> Steps:
    operations = _evolution.operations(context.list("evol_operations"))
    if options.breadth:
        operations[_BREADTH] = ""
    sampling = Sampling(temperature=1.0, top_p=0.95, max_tokens=options.max_tokens)
    evolution = _evolution.Evolution(options.rounds, operations, {_BREADTH: "rarer"}, sampling, options.compare)
    return _evolution.steps(item, evolution, context)


METHOD = Method(
    title=N_("Evol-Instruct"),
    summary=N_("Makes your rows harder or rarer round by round, and answers each new instruction."),
    source="Xu et al. 2023, WizardLM (arXiv 2304.12244), nlpxucan/WizardLM",
    consumes="rows",
    makes=("instruction",),
    example=Instruction(
        N_("Explain to a child of six why the sky is blue, without the words light and wave."),
        output=N_("The air is full of tiny bits that love to throw blue around, so blue comes from everywhere."),
    ),
    options=EvolInstructOptions,
    prompts=(
        Prompt(
            "harder",
            "evol_instruct/harder",
            ("instruction", "operation"),
            {
                "en": '{"instruction": "Name a river and its source."}',
                "zh": '{"instruction": "说出一条河和它的源头。"}',
            },
            N_("a harder instruction"),
            _evolution.evolved_of,
        ),
        Prompt(
            "rarer",
            "evol_instruct/rarer",
            ("instruction",),
            {
                "en": '{"instruction": "Name a river that ends in a desert."}',
                "zh": '{"instruction": "说出一条内流河。"}',
            },
            N_("a rarer instruction"),
            _evolution.evolved_of,
        ),
        Prompt(
            "compare",
            "evol_instruct/compare",
            ("first", "second"),
            {"en": '"different"', "zh": "不同"},
            N_("whether they ask the same"),
            _evolution.verdict_of,
        ),
        Prompt(
            "answer",
            "evol_instruct/answer",
            (),
            {"en": "The Okavango.", "zh": "塔里木河。"},
            N_("the system text for the answer"),
        ),
    ),
    default_filters=("length", "blocked_phrases", "empty", "novelty", "exact_duplicate"),
    items=_items,
    steps=_steps,
)
