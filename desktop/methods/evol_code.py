"""Evol-Instruct for code: programming tasks become harder in five ways of their own, and are answered anew.

After WizardCoder (arXiv 2306.08568): one prompt for all five ways; no deepening, no complicated input, no breadth.
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


@dataclass(frozen=True)
class EvolCodeOptions(Options):
    """How far rows evolve."""

    rounds: int = option(
        3,
        About(
            N_("Rounds"),
            N_("Each round starts from what the round before made. Every round that succeeds leaves a row."),
            N_("WizardCoder (arXiv 2306.08568) found three rounds the best."),
            minimum=1,
            maximum=10,
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
            N_("Longest task or answer, in tokens"),
            N_("What is cut off there is not used."),
            N_("WizardLM allows 2,048; half of that keeps a small model from rambling."),
            minimum=128,
            maximum=4096,
            advanced=True,
        ),
    )


def _items(options: EvolCodeOptions, context: MethodContext) -> Iterator[Item]:
    return _rows.items(context)


def _steps(item: Item, options: EvolCodeOptions, context: MethodContext) -> Steps:
    operations = _evolution.operations(context.list("evol_code_operations"))
    sampling = Sampling(temperature=1.0, top_p=0.95, max_tokens=options.max_tokens)
    evolution = _evolution.Evolution(options.rounds, operations, {}, sampling, options.compare, task_type="code")
    return _evolution.steps(item, evolution, context)


METHOD = Method(
    title=N_("Evol-Instruct for code"),
    summary=N_("Makes your programming tasks harder round by round, and answers each new task."),
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
        Prompt(
            "harder",
            "evol_code/harder",
            ("instruction", "operation"),
            {"en": '{"instruction": "Sort a list in place."}', "zh": '{"instruction": "对列表原地排序。"}'},
            N_("a harder task"),
            _evolution.evolved_of,
        ),
        Prompt(
            "compare",
            "evol_code/compare",
            ("first", "second"),
            {"en": '"different"', "zh": "不同"},
            N_("whether they ask the same"),
            _evolution.verdict_of,
        ),
        Prompt(
            "answer",
            "evol_code/answer",
            (),
            {"en": "def add(a, b): return a + b", "zh": "def add(a, b): return a + b"},
            N_("the system text for the answer"),
        ),
    ),
    default_filters=("empty", "novelty", "exact_duplicate"),
    items=_items,
    steps=_steps,
)
