"""Instruction from a text: the instruction that a good text of yours would be the answer to.

After Humpback's back-translation (Li et al. 2023, arXiv 2308.06259), with its self-curation as an option: the model
scores each pair from 1 to 5. The paper trains a model for the way back; here the loaded one goes it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.prompts import Prompt
from desktop.core.records import Instruction, Item, Reason, Ref
from desktop.core.shapes import Method, MethodContext
from desktop.core.steps import Ask, Discard, Offer, Sampling, Steps, put
from desktop.core.text import replies
from desktop.core.text.words import length_of
from desktop.methods import _forms
from desktop.methods._grounding import POINTS, pointing

_PAPER = N_("Humpback (arXiv 2308.06259) keeps only the pairs that its model scores best.")
_OPENINGS = {"en": "User:", "zh": "用户："}  # a small model goes on with the message, and not with talk about it
_LABEL = re.compile(r"^(?:User|Message|Question|用户|消息|问题)[ \t]*[:：][ \t]*", re.IGNORECASE)
_SCORES = ("1", "2", "3", "4", "5")

SCORED_LOW = Reason(N_("The model gave this pair a low score."))


@dataclass(frozen=True)
class InstructionFromTextOptions(Options):
    """Which texts, and which pairs stay."""

    words: int = option(
        40,
        About(
            N_("Shortest text, in words"),
            N_("Shorter passages are left out: headings, captions, single lines."),
            N_("Seedbed's own. Humpback cuts web pages into sections under their headings and names no figure."),
            minimum=1,
            maximum=1000,
        ),
    )
    curate: bool = option(
        True,
        About(
            N_("Score each pair"),
            N_("One more short request for each row: how good an answer the text is, 1 to 5."),
            _PAPER,
        ),
    )
    least: int = option(
        4,
        About(
            N_("Lowest score that stays"),
            N_("Pairs below it are put aside. Small models give 4 or 5 to nearly everything."),
            N_("Humpback keeps its best pairs: those of 4 and more, or of 5 alone."),
            minimum=1,
            maximum=5,
        ),
    )


def instruction_of(text: str) -> str:
    """The message in a reply: its first line, without a label or quotation marks."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return replies.unquoted(_LABEL.sub("", first.strip()))


def score_of(text: str) -> int:
    """The score in a reply, 1 to 5; 0 where there is none."""
    word = text.strip().strip("\"'“”.。 ")
    return int(word) if word in _SCORES else 0


def _items(options: InstructionFromTextOptions, context: MethodContext) -> Iterator[Item]:
    long_enough = (each for each in context.passages() if length_of(each.text).words >= options.words)
    for ordinal, passage in enumerate(long_enough):
        data = {"text": passage.text.strip(), "heading": passage.heading}
        yield Item(ordinal, context.random.getrandbits(31), (Ref("passage", passage.id),), data)


def _steps(item: Item, options: InstructionFromTextOptions, context: MethodContext) -> Steps:
    text = str(item.data["text"])
    prompt = context.render("instruction", text=text, heading=str(item.data["heading"]))
    ask = Ask(
        "instruction",
        _forms.talk(prompt),
        Sampling(temperature=0.7, top_p=0.9, max_tokens=160),
        stop=("\n\n",),
        prefill=_OPENINGS.get(context.language, _OPENINGS["en"]),
        optional=True,
    )
    reply = yield from put(ask)
    instruction = instruction_of(reply.text)
    if not instruction or _forms.cut_off(reply):
        yield Discard("instruction", reply.text, _forms.CUT_OFF if _forms.cut_off(reply) else _forms.NOTHING)
        return []
    if pointing(instruction) and not pointing(text):
        yield Discard("instruction", instruction, POINTS)
        return []
    row = Instruction(instruction, output=text, language=context.language)
    if not (yield Offer(replace(row, output=None))):
        return []
    if not options.curate:
        return [row]
    prompt = context.render("score", instruction=instruction, text=text)
    judge = Sampling(temperature=0.0, max_tokens=8)
    score = score_of((yield from put(Ask("score", _forms.talk(prompt), judge, schema=_forms.one_of(*_SCORES)))).text)
    if score < options.least:
        yield Discard("score", f"{instruction}\n\n{text}", SCORED_LOW if score else _forms.NOTHING)
        return []
    return [replace(row, extra={"score": score})]


METHOD = Method(
    title=N_("Instruction from a text"),
    summary=N_(
        "Finds the instruction that each passage of your documents would be a good answer to; needs a model "
        "of a billion parameters or more."
    ),
    source="Li et al. 2023, Humpback (arXiv 2308.06259)",
    consumes="passages",
    makes=("instruction",),
    example=Instruction(
        N_("How do I keep cut tulips fresh for a week?"),
        output=N_("Cut the stems under water, use a tall vase, and change the cold water every other day."),
    ),
    options=InstructionFromTextOptions,
    prompts=(
        Prompt(
            "instruction",
            "instruction_from_text/instruction",
            ("text", "heading"),
            {"en": " How do I keep tulips fresh?", "zh": "怎样让郁金香保持新鲜？"},
            N_("the instruction"),
            instruction_of,
        ),
        Prompt(
            "score",
            "instruction_from_text/score",
            ("instruction", "text"),
            {"en": '"4"', "zh": '"4"'},
            N_("how good an answer the text is"),
            score_of,
        ),
    ),
    default_filters=("empty", "novelty", "exact_duplicate"),
    items=_items,
    steps=_steps,
)
