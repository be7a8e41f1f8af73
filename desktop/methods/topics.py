"""Seedless topics: whole tasks from topics and kinds of task drawn from two lists.

After Chinese-LLaMA-Alpaca (ymcui/Chinese-LLaMA-Alpaca, scripts/crawl_prompt.py): each request draws ten topics, ten
kinds of task and two length caps anew. The published script keeps the raw replies; here they are read, whatever JSON
they come in, and what repeats is left to the filters. The temperature is lower than the published 1, at which small
models lose themselves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from random import Random
from typing import cast

from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.prompts import Prompt
from desktop.core.records import Instruction, Item, JsonObject
from desktop.core.shapes import Method, MethodContext
from desktop.core.steps import Ask, Discard, Sampling, Steps, put
from desktop.core.text import replies
from desktop.methods import _forms

_INPUT_CAPS = (80, 120)  # characters
_OUTPUT_CAPS = (128, 512)
_NAMES = ("instruction", "input", "output")
_ALIASES = {
    "instruction": ("instruction", "task", "question", "prompt", "指令", "任务", "问题", "题目"),
    "input": ("input", "context", "输入", "材料"),
    "output": ("output", "answer", "response", "输出", "回答", "答案"),
}


@dataclass(frozen=True)
class TopicsOptions(Options):
    """What is drawn for a request; the defaults are the published ones."""

    tasks: int = option(
        20,
        About(
            N_("Tasks per request"),
            N_("How many tasks the model writes in one reply. Small models do better with five or fewer."),
            N_("Chinese-LLaMA-Alpaca asks for 20 at a time."),
            minimum=1,
            maximum=30,
        ),
    )
    topics: int = option(
        10,
        About(
            N_("Topics per request"),
            N_("Drawn anew for every request from the list of topics, which you can edit."),
            N_("Chinese-LLaMA-Alpaca draws ten of 82."),
            minimum=1,
            maximum=50,
        ),
    )
    task_types: int = option(
        10,
        About(
            N_("Kinds of task per request"),
            N_("Drawn anew for every request from the list of kinds, which you can edit."),
            N_("Chinese-LLaMA-Alpaca draws ten of 14."),
            minimum=1,
            maximum=50,
        ),
    )


def read(text: str) -> tuple[Instruction, ...]:
    """The tasks of a reply; one without an instruction or an answer is left out."""
    found: list[Instruction] = []
    for each in replies.objects(text):
        instruction, given, output = (replies.text_of(each, _ALIASES[name]) for name in _NAMES)
        if instruction and output:
            found.append(Instruction(instruction, "" if given == instruction else _forms.material(given), output))
    return tuple(found)


def _items(options: TopicsOptions, context: MethodContext) -> Iterator[Item]:
    topics, types = context.list("topics"), context.list("task_types")
    for ordinal in count():
        random_seed = context.random.getrandbits(31)
        random = Random(random_seed)
        data: JsonObject = {
            "topics": random.sample(topics, min(options.topics, len(topics))),
            "task_types": random.sample(types, min(options.task_types, len(types))),
            "input_cap": random.randint(*_INPUT_CAPS),
            "output_cap": random.randint(*_OUTPUT_CAPS),
        }
        yield Item(ordinal, random_seed, data=data)


def _steps(item: Item, options: TopicsOptions, context: MethodContext) -> Steps:
    comma = "、" if context.language == "zh" else ", "
    prompt = context.render(
        "tasks",
        tasks=str(options.tasks),
        topics=comma.join(cast(Sequence[str], item.data["topics"])),
        task_types=comma.join(cast(Sequence[str], item.data["task_types"])),
        input_cap=str(item.data["input_cap"]),
        output_cap=str(item.data["output_cap"]),
    )
    ask = Ask(
        "tasks",
        _forms.talk(prompt),
        Sampling(temperature=0.8, top_p=0.9, max_tokens=min(4096, 320 * options.tasks)),
        schema=_forms.records(options.tasks, *_NAMES),
    )
    reply = yield from put(ask)
    found = read(reply.text)
    if not found:
        yield Discard("tasks", reply.text, _forms.CUT_OFF if _forms.cut_off(reply) else _forms.NOTHING)
    return [replace(each, language=context.language) for each in found]


METHOD = Method(
    title=N_("Seedless topics"),
    summary=N_("Writes whole tasks from topics and kinds of task alone, without any seed."),
    source="ymcui/Chinese-LLaMA-Alpaca, crawl_prompt.py",
    consumes="topics",
    makes=("instruction",),
    example=Instruction(
        N_("Rank these three drinks by how much caffeine a cup of each has."),
        N_("green tea, espresso, cocoa"),
        N_("Espresso has the most, then green tea, and cocoa has the least."),
    ),
    options=TopicsOptions,
    prompts=(
        Prompt(
            "tasks",
            "topics/tasks",
            ("tasks", "topics", "task_types", "input_cap", "output_cap"),
            {
                "en": '[{"instruction": "Name a river.", "input": "", "output": "The Loire."}]',
                "zh": '```json\n[{"instruction": "说出一条河。", "input": "", "output": "黄河。"}]\n```',
            },
            N_("tasks"),
            read,
        ),
    ),
    lists=("topics", "task_types"),
    default_filters=("length", "blocked_phrases", "empty", "novelty", "input_equals_output", "exact_duplicate"),
    items=_items,
    steps=_steps,
)
