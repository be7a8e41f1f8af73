"""Answers: the instructions that wait for one are answered, or rows that have one are answered anew.

The second half of what distilabel (argilla-io/distilabel 1.5.3) does in two: SelfInstruct writes the instructions,
TextGeneration answers them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.prompts import Prompt
from desktop.core.records import Instruction, Item
from desktop.core.shapes import Method, MethodContext
from desktop.core.steps import Ask, Discard, Sampling, Steps, put
from desktop.methods import _forms, _rows


@dataclass(frozen=True)
class AnswersOptions(Options):
    """How the answers are written."""

    answers: int = option(
        1,
        About(
            N_("Answers per instruction"),
            N_("Several different answers to one instruction can be ranked against each other later."),
            N_("distilabel's TextGeneration writes one unless told otherwise."),
            minimum=1,
            maximum=8,
        ),
    )
    temperature: float = option(
        0.7,
        About(
            N_("Temperature"),
            N_("0 always takes the likeliest word; higher values make the answers differ more."),
            N_("Seedbed's own; distilabel leaves it to the settings of the model."),
            minimum=0.0,
            maximum=2.0,
            step=0.1,
        ),
    )
    max_tokens: int = option(
        1024,
        About(
            N_("Longest answer, in tokens"),
            N_("An answer that is cut off there is not used."),
            N_("Seedbed's own: 1,024 tokens are about 700 English words."),
            minimum=16,
            maximum=8192,
        ),
    )


def _items(options: AnswersOptions, context: MethodContext) -> Iterator[Item]:
    return _rows.items(context)


def _steps(item: Item, options: AnswersOptions, context: MethodContext) -> Steps:
    row = _rows.row_of(item)
    ask = Ask(
        "answer",
        _rows.talk_of(row, row.system or context.render("answer")),
        Sampling(temperature=options.temperature, max_tokens=options.max_tokens),
        n=options.answers,
    )
    reply = yield from put(ask)
    rows: list[Instruction] = []
    for sample in reply.samples:
        output, fault = sample.text.strip(), _forms.fault_of(sample, row.instruction)
        if fault is not None:
            yield Discard("answer", sample.text, fault)
        elif all(output != each.output for each in rows):
            rows.append(replace(row, output=output))
    return rows


METHOD = Method(
    title=N_("Answer these"),
    summary=N_("Answers the instructions that you kept, or answers rows anew with another model."),
    source="argilla-io/distilabel 1.5.3, TextGeneration",
    consumes="rows",
    makes=("instruction",),
    example=Instruction(
        N_("My tomato leaves curl at the edges in July. What should I check first?"),
        output=N_("Check the watering first: hot, dry spells make the leaves roll up to save water."),
    ),
    options=AnswersOptions,
    prompts=(
        Prompt(
            "answer",
            "answers/answer",
            (),
            {"en": "Check the watering first.", "zh": "先检查浇水。"},
            N_("the system text, for instructions without one"),
        ),
    ),
    default_filters=("empty", "exact_duplicate"),
    items=_items,
    steps=_steps,
    starts_from="stage:unanswered",
)
