"""Evol-Instruct for code: programming tasks become harder in five ways of their own, and are answered anew.

After WizardCoder (arXiv 2306.08568): one prompt for all five ways; no deepening, no complicated input, no breadth.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from desktop.core.i18n import N_
from desktop.core.options import Options
from desktop.core.prompts import Prompt
from desktop.core.records import Instruction, Item
from desktop.core.shapes import Method, MethodContext
from desktop.core.steps import Steps
from desktop.methods import _evolution, _rows


@dataclass(frozen=True)
class EvolCodeOptions(Options):
    """How far rows evolve."""

    rounds: int = _evolution.rounds_option(3, N_("WizardCoder (arXiv 2306.08568) found three rounds the best."))
    compare: bool = _evolution.compare_option()
    temperature: float = _evolution.temperature_option()
    max_tokens: int = _evolution.max_tokens_option()


def _items(options: EvolCodeOptions, context: MethodContext) -> Iterator[Item]:
    return _rows.items(context)


def _steps(item: Item, options: EvolCodeOptions, context: MethodContext) -> Steps:
    evolution = _evolution.Evolution(
        options.rounds,
        _evolution.operations(context.list("evol_code_operations")),
        _evolution.sampling(options.temperature, options.max_tokens),
        options.compare,
        task_type="code",
    )
    return _evolution.steps(item, evolution, context)


METHOD = Method(
    title=N_("Evol-Instruct for code"),
    summary=N_(
        "Makes your programming tasks harder round by round, and answers each new task; hard for the starter model."
    ),
    source="Luo et al. 2023, WizardCoder (arXiv 2306.08568), nlpxucan/WizardLM",
    consumes="rows",
    makes=("instruction",),
    example=Instruction(
        N_("Write a Python function that finds the longest run of equal numbers in a list, in one pass."),
        output=N_("Keep the current run and the best one so far, and start a new run whenever the number changes."),
        task_type="code",
    ),
    options=EvolCodeOptions,
    prompts=(
        _evolution.harder_prompt(
            "evol_code/harder",
            N_("a harder task"),
            {"en": " Sort a list in place.\n###", "zh": "对列表原地排序。\n###"},
        ),
        _evolution.COMPARE,
        Prompt(
            "answer",
            "evol_code/answer",
            (),
            {"en": "def add(a, b): return a + b", "zh": "def add(a, b): return a + b"},
            N_("the system text for the answer"),
        ),
    ),
    lists=("evol_code_operations",),
    default_filters=("empty", "novelty", "exact_duplicate"),
    items=_items,
    steps=_steps,
)
