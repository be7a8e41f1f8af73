"""Explanation traces: your rows answered anew under system texts that ask for the reasoning as well.

After Orca (Mukherjee et al. 2023, arXiv 2306.02707): sixteen system messages, one of them empty, of which some suit
every kind of task and some only a few. The wording is Seedbed's own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.prompts import Prompt
from desktop.core.records import Instruction, Item
from desktop.core.shapes import Method, MethodContext
from desktop.core.steps import Ask, Discard, Sampling, Steps, put_all
from desktop.methods import _forms, _rows

_ANY = "any"
_EMPTY = "(empty)"


@dataclass(frozen=True)
class ExplanationTracesOptions(Options):
    """How many answers a row gets, and of what length."""

    systems: int = option(
        1,
        About(
            N_("System texts per row"),
            N_("Each gives an answer of its own, in a row of its own."),
            N_("Orca (arXiv 2306.02707) draws one for each query."),
            minimum=1,
            maximum=8,
        ),
    )
    max_tokens: int = option(
        1024,
        About(
            N_("Longest answer, in tokens"),
            N_("An answer that is cut off there is not used. Explanations are long."),
            N_("Seedbed's own; Orca names no limit."),
            minimum=64,
            maximum=4096,
        ),
    )


def eligible(lines: Sequence[str], task_type: str) -> tuple[str, ...]:
    """The system texts of a list for a kind of task; its lines are "kinds: text", the kinds parted by commas."""
    found: list[str] = []
    for line in lines:
        kinds, _colon, text = line.partition(":")
        wanted = {kind.strip() for kind in kinds.split(",")}
        if wanted & {_ANY, task_type}:
            found.append("" if text.strip() == _EMPTY else text.strip())
    return tuple(found)


def _items(options: ExplanationTracesOptions, context: MethodContext) -> Iterator[Item]:
    return _rows.items(context)


def _steps(item: Item, options: ExplanationTracesOptions, context: MethodContext) -> Steps:
    row = _rows.row_of(item)
    texts = eligible(context.list("system_messages"), row.task_type)
    drawn = Random(item.random_seed).sample(texts, min(options.systems, len(texts)))
    question = context.render("question", task=_forms.task_of(row))
    sampling = Sampling(temperature=0.7, top_p=0.95, max_tokens=options.max_tokens)
    answers = yield from put_all([Ask("answer", _forms.talk(question, system), sampling) for system in drawn])
    rows: list[Instruction] = []
    for system, reply in zip(drawn, answers, strict=True):
        answer, fault = reply.text.strip(), _forms.fault_of(reply.samples[0], row.instruction)
        if fault is not None:
            yield Discard("answer", reply.text, fault)
        else:
            rows.append(replace(row, system=system, output=answer, language=row.language or context.language))
    return rows


METHOD = Method(
    title=N_("Explanation traces"),
    summary=N_("Answers your rows anew with the reasoning written out, under system texts that fit the kind of task."),
    source="Mukherjee et al. 2023, Orca (arXiv 2306.02707)",
    consumes="rows",
    makes=("instruction",),
    example=Instruction(
        N_("A coat costs 80 after 20 percent off. What did it cost before?"),
        output=N_("80 is what is left of the price: 80 percent of it. One percent is 1, so it cost 100 before."),
        system=N_("Think step by step and give a reason for each step."),
    ),
    options=ExplanationTracesOptions,
    prompts=(
        Prompt(
            "question",
            "explanation_traces/question",
            ("task",),
            {"en": "First we look at what is left.", "zh": "先看剩下多少。"},
            N_("the question as it is put"),
        ),
    ),
    lists=("system_messages",),
    default_filters=("empty", "exact_duplicate"),
    items=_items,
    steps=_steps,
)
