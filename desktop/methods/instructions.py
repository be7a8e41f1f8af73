"""Instructions only: what people might ask about a topic, to be read through before anyone pays for the answers.

After distilabel's SelfInstruct step (argilla-io/distilabel 1.5.3): a context, what the assistant is for and criteria go
in, a number of queries come out; no seeds, no answers. The context is a topic here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.prompts import Prompt
from desktop.core.records import Instruction, Item
from desktop.core.shapes import Method, MethodContext
from desktop.core.steps import Discard, Offer, Sampling, Steps, put
from desktop.core.text import replies
from desktop.methods import _forms, _topics


@dataclass(frozen=True)
class InstructionsOptions(Options):
    """What is asked for."""

    count: int = option(
        5,
        About(
            N_("Instructions per request"),
            N_("How many instructions the model writes about one topic at a time."),
            N_("distilabel asks for five at a time."),
            minimum=1,
            maximum=20,
        ),
    )
    assistant: str = option(
        "",
        About(
            N_("What the assistant is for"),
            N_("In a few words, such as “a help desk for a railway”. Empty: a general assistant."),
            N_("distilabel calls it the application description; its default is an AI assistant."),
        ),
    )
    criteria: str = option(
        "",
        About(
            N_("What the instructions should be like"),
            N_("In a sentence or two of your own. Empty: varied in kind, length and difficulty."),
            N_("distilabel asks for varied verbs and for queries that stand alone."),
        ),
    )


def _items(options: InstructionsOptions, context: MethodContext) -> Iterator[Item]:
    return _topics.items(context, context.list("topics"), "topic")


def _steps(item: Item, options: InstructionsOptions, context: MethodContext) -> Steps:
    prompt = context.render(
        "instructions",
        topic=str(item.data["topic"]),
        count=str(options.count),
        assistant=options.assistant or context.render("assistant"),
        criteria=options.criteria or context.render("criteria"),
    )
    sampling = Sampling(temperature=0.8, top_p=0.9, max_tokens=60 * options.count)
    reply = yield from put(_forms.listing("instructions", prompt, options.count, sampling))
    found = _forms.listed(reply)
    if not found:
        yield Discard("instructions", reply.text, _forms.NOTHING)
    # Nothing answers them here: what an Offer lets pass stays, unanswered.
    for text in found:
        if _forms.copied(text, context, "instructions", "topic", "count", "assistant", "criteria"):
            yield Discard("instructions", text, _forms.COPIED)
        else:
            yield Offer(Instruction(text, language=context.language))
    return []


METHOD = Method(
    title=N_("Instructions only"),
    summary=N_("Writes instructions about your topics without answering them, so that you can choose first."),
    source="argilla-io/distilabel 1.5.3, SelfInstruct",
    consumes="topics",
    makes=("instruction",),
    example=Instruction(N_("My tomato leaves curl at the edges in July. What should I check first?")),
    options=InstructionsOptions,
    prompts=(
        Prompt(
            "instructions",
            "instructions/instructions",
            ("topic", "count", "assistant", "criteria"),
            {
                "en": '["How do I prune a rose?", "List three herbs that grow in shade."]',
                "zh": '["怎样修剪月季？", "列举三种耐阴的香草。"]',
            },
            N_("instructions"),
            replies.strings,
        ),
        Prompt(
            "assistant",
            "instructions/assistant",
            (),
            {"en": "a helpful assistant", "zh": "乐于助人的助手"},
            N_("what the assistant is for, where you do not say"),
        ),
        Prompt(
            "criteria",
            "instructions/criteria",
            (),
            {"en": "They differ.", "zh": "各不相同。"},
            N_("what they should be like, where you do not say"),
        ),
    ),
    lists=("topics",),
    default_filters=("length", "blocked_phrases", "empty", "novelty", "exact_duplicate"),
    items=_items,
    steps=_steps,
    unanswered=True,
)
