"""Alpaca: many whole tasks in one reply, after the pattern of three seeds.

After Stanford Alpaca (tatsu-lab/stanford_alpaca, generate_instruction.py). Its known faults are avoided: the reply is
stopped where a line begins with the number after the last task, so that "2020." ends nothing; every way to say "no
input" is read as none; and a task with leftovers of its neighbours is put aside. Its token bias is not needed, for
llama.cpp's end-of-text token is what says that the model has no more to say.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from random import Random
from typing import cast

from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.prompts import Prompt
from desktop.core.records import Instruction, Item, Json, Reason, Ref
from desktop.core.shapes import Method, MethodContext
from desktop.core.steps import Ask, Discard, Finish, Sampling, Steps, put
from desktop.methods import _forms

_SHOWN = 3
_TOKENS = 160  # of a task; 20 of them make about the 3,072 that were published
_FIELDS = re.compile(
    r"^[ \t#]*(\d+)[ \t]*[.、．][ \t]*(Instruction|Input|Output|指令|输入|输出)[ \t]*[:：]", re.MULTILINE
)
_ORDER_EN, _ORDER_ZH = ("Instruction", "Input", "Output"), ("指令", "输入", "输出")
_LEFTOVER = re.compile(r"#{2,}[ \t]*$|^[ \t]*#*[ \t]*\d+[ \t]*[.、．][ \t]*(?:Instruction|指令)", re.MULTILINE)

MISNUMBERED = Reason(N_("A task does not have its number, or lacks its instruction, input or output."))
LEFTOVER = Reason(N_("A task holds a part of its neighbour."))


@dataclass(frozen=True)
class AlpacaOptions(Options):
    """What a person may choose; the defaults are the published ones."""

    tasks: int = option(
        20,
        About(
            N_("Tasks in the list"),
            N_(
                "Your three seeds are the first of them; the model writes the rest in one reply. Small models do better"
                " with fewer."
            ),
            N_("Stanford Alpaca asks for a list of 20."),
            minimum=4,
            maximum=30,
        ),
    )
    words: int = option(
        100,
        About(
            N_("Longest input or answer, in words"),
            N_("What the model is told; nothing is cut off there."),
            N_("Stanford Alpaca asks for 100 words at most."),
            minimum=20,
            maximum=400,
        ),
    )


@dataclass(frozen=True, slots=True)
class Read:
    """What a reply held: tasks, and parts that cannot be used, each with the reason."""

    tasks: tuple[Instruction, ...]
    flawed: tuple[tuple[str, Reason], ...] = ()


def read(text: str, first: int = _SHOWN + 1, finish: Finish = "stop") -> Read:
    """The tasks of a reply that goes on after `first`'s heading; a cut-off reply loses its last task alone."""
    text = f"{first}. {_ORDER_EN[0]}:{text}"
    pieces = re.split(r"^[ \t]*#{3,}[ \t]*$", text, flags=re.MULTILINE)
    parts = [part for part in pieces if part.strip()]
    flawed: list[tuple[str, Reason]] = []
    if finish == "length" and parts:
        flawed.append((parts.pop().strip(), _forms.CUT_OFF))
    tasks: list[Instruction] = []
    for number, part in enumerate(parts, first):
        found = _task(part, number)
        if isinstance(found, Instruction):
            tasks.append(found)
        else:
            flawed.append((part.strip(), found))
    return Read(tuple(tasks), tuple(flawed))


def _task(part: str, number: int) -> Instruction | Reason:
    split = _FIELDS.split(part)
    if len(split) != 10:  # what stands before, then number, name and text of each field
        return LEFTOVER if len(split) > 10 else MISNUMBERED
    names, texts = split[2::3], [text.strip() for text in split[3::3]]
    if split[0].strip() or any(int(each) != number for each in split[1::3]):
        return MISNUMBERED
    if names[0] not in (_ORDER_EN[0], _ORDER_ZH[0]) or tuple(names[1:]) not in (_ORDER_EN[1:], _ORDER_ZH[1:]):
        return MISNUMBERED
    if any(_LEFTOVER.search(text) for text in texts):
        return LEFTOVER
    instruction, given, output = texts
    if not instruction or not output:
        return MISNUMBERED
    return Instruction(instruction, _forms.material(given), output)


def _items(options: AlpacaOptions, context: MethodContext) -> Iterator[Item]:
    for ordinal in count():
        random_seed = context.random.getrandbits(31)
        shown = Random(random_seed).sample(context.seeds, min(_SHOWN, len(context.seeds)))
        # The texts stay with the item, because a seed may be edited before the run is resumed.
        texts: list[Json] = [[seed.row.instruction, seed.row.input, seed.row.output or ""] for seed in shown]
        yield Item(ordinal, random_seed, tuple(Ref("seed", seed.id) for seed in shown), {"shown": texts})


def _steps(item: Item, options: AlpacaOptions, context: MethodContext) -> Steps:
    shown = cast(Sequence[Sequence[str]], item.data["shown"])
    first = len(shown) + 1
    prompt = context.render(
        "tasks", tasks=str(options.tasks), words=str(options.words), shown=_listed(shown, context.language)
    )
    sampling = Sampling(temperature=1.0, top_p=1.0, max_tokens=min(3072, _TOKENS * (options.tasks - len(shown))))
    after = options.tasks + 1
    bound = _bound(range(first, after), context.language)
    ask = Ask("tasks", prompt, sampling, stop=(f"\n{after}.", f"\n{after}、"), grammar=bound, optional=True)
    reply = yield from put(ask)
    found = read(reply.text, first, reply.finish)
    yield [Discard("tasks", text, reason) for text, reason in found.flawed]
    return [replace(task, language=context.language) for task in found.tasks]


def _bound(numbers: range, language: str) -> str:
    """A grammar for tasks of these numbers, the first one's heading left out; small models lose count of them.

    No line of an instruction or an input begins with a figure, and none of an answer as the next task does.
    """
    marks, colon = (_ORDER_ZH, "：") if language == "zh" else (_ORDER_EN, ":")
    heading, given, answer = (f"{mark}{colon}" for mark in marks)
    rules: list[str] = []
    for number in numbers:
        after = number + 1
        rest = f'("\\n###\\n{after}. {heading}" task{after})?' if after in numbers else ""
        rules.append(f'task{number} ::= given "\\n{number}. {given}" given "\\n{number}. {answer}" answer {rest}')
    return "\n".join(
        [
            f"root ::= task{numbers[0]}",
            *rules,
            'given ::= [^\\n]+ ("\\n" ([^#\\n0-9] [^\\n]*)?)*',
            'answer ::= [^\\n]+ ("\\n" ([^#\\n] [^\\n]*)?)*',
        ]
    )


def _listed(shown: Sequence[Sequence[str]], language: str) -> str:
    """The seeds as the first of the list, and the opening of the next."""
    marks = _ORDER_ZH if language == "zh" else _ORDER_EN
    colon, none = ("：", "<无输入>") if language == "zh" else (": ", "<noinput>")
    blocks = []
    for number, (instruction, given, output) in enumerate(shown, 1):
        texts = (" ".join(instruction.split()).rstrip(":："), given.strip() or none, output.strip())
        blocks.append("\n".join(f"{number}. {mark}{colon}{text}" for mark, text in zip(marks, texts, strict=True)))
    opening = f"{len(shown) + 1}. {marks[0]}{colon.strip()}"
    return "\n".join(f"###\n{block}" for block in (*blocks, opening))


METHOD = Method(
    title=N_("Alpaca"),
    summary=N_("Writes many whole tasks at once, each with its input and answer, after the pattern of three seeds."),
    source="tatsu-lab/stanford_alpaca",
    consumes="seeds",
    makes=("instruction",),
    example=Instruction(
        N_("Turn the sentence into a polite question."),
        N_("Close the window."),
        N_("Would you mind closing the window?"),
    ),
    options=AlpacaOptions,
    prompts=(
        Prompt(
            "tasks",
            "alpaca/tasks",
            ("tasks", "words", "shown"),
            {
                "en": " Name a river.\n4. Input: <noinput>\n4. Output: The Loire.\n###\n"
                "5. Instruction: Add the numbers.\n5. Input: 2, 3\n5. Output: 5",
                "zh": "说出一条河。\n4. 输入：<无输入>\n4. 输出：黄河。\n###\n"
                "5. 指令：求和。\n5. 输入：2，3\n5. 输出：5",
            },
            N_("tasks"),
            lambda reply: read(reply).tasks,
        ),
    ),
    default_filters=("length", "blocked_phrases", "empty", "novelty", "input_equals_output", "exact_duplicate"),
    items=_items,
    steps=_steps,
)
