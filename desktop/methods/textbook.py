"""Textbook: a lesson on a topic for an audience, and exercises on it with their solutions.

After phi-1 (Gunasekar et al. 2023, arXiv 2306.11644), which draws its variety from topic times audience. Novelty is
left out, for the requests for lessons differ in little else.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.prompts import Prompt
from desktop.core.records import Instruction, Item, Row, Text
from desktop.core.shapes import Method, MethodContext
from desktop.core.steps import Ask, Asking, Discard, Offer, Sampling, Steps, put
from desktop.core.text import replies
from desktop.methods import _forms

_PAPER = N_("phi-1 (arXiv 2306.11644) trains on textbooks and on exercises.")
_EXERCISE = re.compile(r"^[ \t*#]*(?:Exercise|练习题?)[ \t]*\d*[ \t*]*[:：][*]*", re.MULTILINE | re.IGNORECASE)
_SOLUTION = re.compile(r"^[ \t*#]*(?:Solution|解答|答案)[ \t]*\d*[ \t*]*[:：][*]*", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True)
class TextbookOptions(Options):
    """What a lesson comes with."""

    exercises: int = option(
        3,
        About(
            N_("Exercises per lesson"),
            N_("Each becomes a row with its solution. 0: lessons alone."),
            N_("Seedbed's own; phi-1 makes its exercises apart from its textbooks."),
            minimum=0,
            maximum=10,
        ),
    )
    lesson: str = option(
        "instruction",
        About(
            N_("What becomes of the lesson"),
            N_("An answer to the request for it, as chat models are trained, or plain text for further pre-training."),
            _PAPER,
            choices={
                "instruction": N_("the answer to an instruction"),
                "text": N_("plain text"),
                "none": N_("nothing: only the exercises stay"),
            },
        ),
    )
    words: int = option(
        300,
        About(
            N_("Length of a lesson, in words"),
            N_("What the model is told; small models write shorter ones whatever they are told."),
            N_("Seedbed's own; phi-1 names no length."),
            minimum=50,
            maximum=1500,
        ),
    )


def exercises_of(text: str) -> tuple[tuple[str, str], ...]:
    """The exercises of a reply that goes on after the first one's mark, each with its solution; others are left out."""
    parts = _EXERCISE.split(text)
    pairs = (_SOLUTION.split(part, maxsplit=1) for part in parts)
    found = ((pair[0].strip(), pair[1].strip()) for pair in pairs if len(pair) == 2)
    return tuple((exercise, solution) for exercise, solution in found if exercise and solution)


def _items(options: TextbookOptions, context: MethodContext) -> Iterator[Item]:
    topics, audiences = context.list("topics"), context.list("audiences")
    # Every topic with every audience once, in an order of the run's own.
    pairs = context.random.sample(range(len(topics) * len(audiences)), len(topics) * len(audiences))
    for ordinal, pair in enumerate(pairs):
        data = {"topic": topics[pair // len(audiences)], "audience": audiences[pair % len(audiences)]}
        yield Item(ordinal, context.random.getrandbits(31), data=data)


def _steps(item: Item, options: TextbookOptions, context: MethodContext) -> Steps:
    topic, audience = str(item.data["topic"]), str(item.data["audience"])
    wordings = replies.lines(context.render("request", topic=topic, audience=audience)) or (topic,)
    wording = Random(item.random_seed).choice(wordings)
    request = Instruction(wording[:1].upper() + wording[1:], task_type="explanation", language=context.language)
    if options.lesson == "instruction" and not (yield Offer(request)):
        return []
    talk = _forms.talk(request.instruction, context.render("lesson", words=str(options.words)))
    sampling = Sampling(temperature=0.8, top_p=0.95, max_tokens=3 * options.words + 200)
    reply = yield from put(Ask("lesson", talk, sampling))
    lesson = reply.text.strip()
    if not lesson or _forms.cut_off(reply):
        yield Discard("lesson", reply.text, _forms.CUT_OFF if lesson else _forms.NOTHING)
        return []
    rows: list[Row] = []
    if options.lesson == "instruction":
        rows.append(Instruction(request.instruction, output=lesson, task_type="explanation", language=context.language))
    elif options.lesson == "text":
        rows.append(Text(lesson, language=context.language))
    if options.exercises:
        rows += yield from _exercises(lesson, options, context)
    return rows


def _exercises(lesson: str, options: TextbookOptions, context: MethodContext) -> Asking[list[Instruction]]:
    sampling = Sampling(temperature=0.7, top_p=0.95, max_tokens=220 * options.exercises)
    after = options.exercises + 1
    stops = (f"\nExercise {after}:", f"\n练习 {after}：", "\n###")
    reply = yield from put(Ask("exercises", context.render("exercises", lesson=lesson), sampling, stop=stops))
    found = exercises_of(reply.text)
    if _forms.cut_off(reply):
        found = found[:-1]  # the last one is not whole
    if not found:
        yield Discard("exercises", reply.text, _forms.CUT_OFF if _forms.cut_off(reply) else _forms.NOTHING)
    copies = [exercise for exercise, _solution in found if _forms.copied(exercise, context, "exercises", "lesson")]
    yield [Discard("exercises", exercise, _forms.COPIED) for exercise in copies]
    return [
        Instruction(exercise, output=solution, task_type="exercise", language=context.language)
        for exercise, solution in found
        if exercise not in copies
    ]


METHOD = Method(
    title=N_("Textbook"),
    summary=N_(
        "Writes a lesson on a topic for an audience, and exercises on it with their solutions; check the solutions, for"
        " small models get them wrong."
    ),
    source="Gunasekar et al. 2023, phi-1 (arXiv 2306.11644)",
    consumes="topics",
    makes=("instruction", "text"),
    example=Instruction(
        N_("Write a short lesson on compound interest for apprentices in their first year."),
        output=N_("Put 100 in a savings account at 5 percent. After one year you have 105, and from then on …"),
        task_type="explanation",
    ),
    options=TextbookOptions,
    prompts=(
        Prompt(
            "request",
            "textbook/request",
            ("topic", "audience"),
            {"en": "Write a lesson on rivers for children.", "zh": "请为孩子写一篇关于河流的短课文。"},
            N_("the instruction that the lesson answers, a wording a line"),
        ),
        Prompt(
            "lesson",
            "textbook/lesson",
            ("words",),
            {"en": "A river begins at its source.", "zh": "河流从源头开始。"},
            N_("the system text for the lesson"),
        ),
        Prompt(
            "exercises",
            "textbook/exercises",
            ("lesson",),
            {
                "en": " Where does a river begin?\nSolution: At its source.\nExercise 2: Where does it end?\n"
                "Solution: In the sea.",
                "zh": "河流从哪里开始？\n解答：从源头开始。\n练习 2：河流流到哪里？\n解答：流进大海。",
            },
            N_("exercises with solutions"),
            exercises_of,
        ),
    ),
    lists=("topics", "audiences"),
    default_filters=("empty", "near_duplicate", "exact_duplicate"),
    items=_items,
    steps=_steps,
)
