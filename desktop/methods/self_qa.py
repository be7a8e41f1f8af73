"""Self-QA: questions about a passage of your documents, each answered from that passage alone.

After Self-QA (arXiv 2305.11952): one request for the questions, then one for each answer, the passage in every one of
them, and pruning. A row of a table comes as the sentences that its passage was put into. The check of an answer
against its passage is Seedbed's own; the paper names no rule that could be measured.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.prompts import Prompt
from desktop.core.records import Instruction, Item, Reason, Ref
from desktop.core.shapes import Method, MethodContext
from desktop.core.steps import Ask, Asking, Discard, Offer, Sampling, Steps, put, put_all
from desktop.core.text import replies
from desktop.methods import _forms
from desktop.methods._grounding import MADE_UP, POINTS, grounding, made_up, pointing

_UNKNOWN = re.compile(r"[\W_]*(?:unknown|未知|不知道|无法得知)[\W_]*", re.IGNORECASE)  # what the prompt asks for

ANSWER_POINTS = Reason(N_("The answer points at a text that its reader does not have."))
UNGROUNDED = Reason(N_("Too little of the answer stands in the passage."))
STRANGE = Reason(N_("The question has no word of the passage."))
UNKNOWN = Reason(N_("The passage does not answer the question."))


@dataclass(frozen=True)
class SelfQaOptions(Options):
    """How many questions, and how closely their answers keep to the passage."""

    questions: int = option(
        10,
        About(
            N_("Questions per passage"),
            N_("Asked for at once; those that point at “this text” are left out."),
            N_("Self-QA (arXiv 2305.11952) asks for ten."),
            minimum=1,
            maximum=20,
        ),
    )
    grounding: float = option(
        0.5,
        About(
            N_("Share of an answer's words that must stand in passage or question"),
            N_("A guard against facts that the model adds by itself. 0 switches it off."),
            N_("Seedbed's own; Self-QA asks for answers that keep the facts, and names no figure."),
            minimum=0.0,
            maximum=1.0,
            step=0.05,
        ),
    )
    max_tokens: int = option(
        400,
        About(
            N_("Longest answer, in tokens"),
            N_("An answer that is cut off there is not used."),
            N_("Seedbed's own; Self-QA asks for thorough answers and names no figure."),
            minimum=50,
            maximum=2048,
            advanced=True,
        ),
    )


def _items(options: SelfQaOptions, context: MethodContext) -> Iterator[Item]:
    for ordinal, passage in enumerate(context.passages()):
        data = {"text": passage.text, "heading": passage.heading}
        yield Item(ordinal, context.random.getrandbits(31), (Ref("passage", passage.id),), data)


def _steps(item: Item, options: SelfQaOptions, context: MethodContext) -> Steps:
    passage = "\n\n".join(filter(None, (str(item.data["heading"]), str(item.data["text"]))))
    questions = yield from _questions(passage, options, context)
    sampling = Sampling(temperature=0.3, top_p=0.9, max_tokens=options.max_tokens)
    asks = [
        Ask("answer", _forms.talk(context.render("answer", passage=passage, question=question)), sampling)
        for question in questions
    ]
    rows: list[Instruction] = []
    for question, reply in zip(questions, (yield from put_all(asks)), strict=True):
        answer = replies.unquoted(reply.text)
        reason = _forms.CUT_OFF if _forms.cut_off(reply) else _fault(answer, question, passage, options)
        if reason is not None:
            yield Discard("answer", f"{question}\n{reply.text}", reason)
        else:
            rows.append(_row(question, answer, context))
    return rows


def _questions(passage: str, options: SelfQaOptions, context: MethodContext) -> "Asking[list[str]]":
    prompt = context.render("questions", passage=passage, count=str(options.questions))
    sampling = Sampling(temperature=0.7, top_p=0.95, max_tokens=60 * options.questions)
    reply = yield from put(_forms.listing("questions", prompt, options.questions, sampling))
    found = _forms.listed(reply)
    if not found:
        yield Discard("questions", reply.text, _forms.NOTHING)
    kept: list[str] = []
    for question in found:
        if pointing(question):
            yield Discard("questions", question, POINTS)
        elif not grounding(question, passage):
            yield Discard("questions", question, STRANGE)
        elif options.grounding and made_up(question, passage):
            yield Discard("questions", question, MADE_UP)
        elif (yield Offer(_row(question, None, context))):
            kept.append(question)
    return kept


def _fault(answer: str, question: str, passage: str, options: SelfQaOptions) -> Reason | None:
    if not answer:
        return _forms.NOTHING
    if _UNKNOWN.fullmatch(answer):
        return UNKNOWN
    if pointing(answer):
        return ANSWER_POINTS
    if options.grounding and made_up(answer, passage):
        return MADE_UP
    return UNGROUNDED if grounding(answer, passage, question) < options.grounding else None


def _row(question: str, answer: str | None, context: MethodContext) -> Instruction:
    return Instruction(question, output=answer, task_type="question", language=context.language)


METHOD = Method(
    title=N_("Self-QA"),
    summary=N_("Asks questions about each passage of your documents and answers them from that passage alone."),
    source="Zhang and Yang 2023, Self-QA (arXiv 2305.11952)",
    consumes="passages",
    makes=("instruction",),
    example=Instruction(
        N_("How long may a tenant of the Ellersby flats keep a bicycle in the hall?"),
        output=N_("No longer than one night. After that the caretaker moves it to the cellar."),
        task_type="question",
    ),
    options=SelfQaOptions,
    prompts=(
        Prompt(
            "questions",
            "self_qa/questions",
            ("passage", "count"),
            {
                "en": '["When did Ellersby get night buses?", "Who pays for them?"]',
                "zh": "1. 埃勒斯比何时开通夜间公交？\n2. 费用由谁承担？",
            },
            N_("questions"),
            replies.strings,
        ),
        Prompt(
            "answer",
            "self_qa/answer",
            ("passage", "question"),
            {"en": "In March, on its two busiest lines.", "zh": "三月，在最繁忙的两条线路上开通。"},
            N_("the answer to one question"),
            replies.unquoted,
        ),
    ),
    default_filters=("empty", "novelty", "exact_duplicate"),
    items=_items,
    steps=_steps,
)
