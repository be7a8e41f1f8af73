"""Going on with a dialogue: after a row's answer the person asks further and is answered, turn by turn.

The person and the assistant are played by one model, as in Baize (arXiv 2304.01196); here in separate requests, so that
neither writes the other's turn, and with a manner drawn for each of the person's turns.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.prompts import Prompt
from desktop.core.records import Conversation, Instruction, Item, Message, Reason
from desktop.core.shapes import Method, MethodContext
from desktop.core.steps import Ask, Asking, Discard, Sampling, Steps, put
from desktop.core.text import replies
from desktop.core.text.words import tokens
from desktop.methods import _forms, _rows

OTHERS_TURN = Reason(N_("The turn goes on with the other side's words."))
_NAMES = {"en": ("Person", "Assistant", ": "), "zh": ("提问者", "助手", "：")}  # and what stands behind them


@dataclass(frozen=True)
class ContinueDialogueOptions(Options):
    """How far the dialogue goes."""

    turns: int = option(
        2,
        About(
            N_("Further questions"),
            N_("Each with its answer. Where one cannot be used, the dialogue ends before it."),
            N_("Baize's dialogues (arXiv 2304.01196) have three to four questions, the first one counted."),
            minimum=1,
            maximum=10,
        ),
    )
    max_tokens: int = option(
        512,
        About(
            N_("Longest answer, in tokens"),
            N_("An answer that is cut off there is not used."),
            N_("Seedbed's own: later turns have to fit beside the earlier ones."),
            minimum=16,
            maximum=4096,
            advanced=True,
        ),
    )


def _items(options: ContinueDialogueOptions, context: MethodContext) -> Iterator[Item]:
    return _rows.items(context)


def _steps(item: Item, options: ContinueDialogueOptions, context: MethodContext) -> Steps:
    row = _rows.row_of(item)
    system = row.system or context.render("answer")
    turns = [*_rows.talk_of(row, "")]
    if (row.output or "").strip():
        turns.append(Message("assistant", (row.output or "").strip()))
    else:
        first = yield from _answer(turns, system, options)
        if not first:
            return []
        turns.append(Message("assistant", first))
    before = len(turns)
    manners = context.list("follow_ups")
    rng = Random(item.random_seed)
    for manner in rng.sample(manners, len(manners)) * options.turns:
        if len(turns) == before + 2 * options.turns:
            break
        question = yield from _question(turns, manner, context)
        asked = [*turns, Message("user", question)]
        answer = (yield from _answer(asked, system, options)) if question else ""
        if not answer:
            break
        turns = [*asked, Message("assistant", answer)]
    return [_row(row, turns, context)] if len(turns) > before else []


def _question(turns: list[Message], manner: str, context: MethodContext) -> Asking[str]:
    person, assistant, colon = _NAMES.get(context.language, _NAMES["en"])
    talk = "\n".join(f"{person if turn.role == 'user' else assistant}{colon}{turn.content}" for turn in turns)
    prompt = context.render("question", talk=talk, manner=manner)
    asking = Sampling(temperature=0.8, top_p=0.95, max_tokens=120)
    # Completed as it stands: in a chat a small model answers once more, or talks about the message, and writes none.
    ask = Ask("question", prompt, asking, stop=("\n",))
    said = yield from _said(ask, turns, (person, assistant))
    if said and _forms.copied(said, context, "question", "talk", "manner"):
        yield Discard("question", said, _forms.COPIED)
        return ""
    return said


def _answer(turns: list[Message], system: str, options: ContinueDialogueOptions) -> Asking[str]:
    ask = Ask("answer", (Message("system", system), *turns), Sampling(temperature=0.7, max_tokens=options.max_tokens))
    return (yield from _said(ask, turns, ()))


def _said(ask: Ask, turns: list[Message], names: tuple[str, ...]) -> Asking[str]:
    """What one side says; empty where it cannot be used."""
    reply = yield from put(ask)
    text = replies.unquoted(reply.text)
    if names and text.startswith((f"{names[0]}:", f"{names[0]}：")):
        text = replies.unquoted(text[len(names[0]) + 1 :])
    reason: Reason | None = None
    if _forms.cut_off(reply) or not tokens(text):
        reason = _forms.CUT_OFF if _forms.cut_off(reply) else _forms.NOTHING
    elif names and text.startswith((f"{names[1]}:", f"{names[1]}：")):
        reason = OTHERS_TURN
    elif any(tokens(text) == tokens(turn.content) for turn in turns):
        reason = _forms.REPEATED
    if reason is not None:
        yield Discard(ask.step, reply.text, reason)
        return ""
    return text


def _row(row: Instruction, turns: list[Message], context: MethodContext) -> Conversation:
    language = row.language or context.language
    return Conversation(tuple(turns), system=row.system, task_type=row.task_type, language=language)


METHOD = Method(
    title=N_("Go on with a dialogue"),
    summary=N_(
        "Lets the person of a row ask further and be answered, so that one question becomes a dialogue; "
        "models under a billion parameters talk nonsense here."
    ),
    source="Xu et al. 2023, Baize (arXiv 2304.01196)",
    consumes="rows",
    makes=("conversation",),
    example=Conversation(
        (
            Message("user", N_("How do I get candle wax out of a tablecloth?")),
            Message("assistant", N_("Let it harden, scrape it off, then iron the spot between blotting paper.")),
            Message("user", N_("And if it is red wax?")),
            Message("assistant", N_("Then dab what is left of the colour with spirit before you wash it.")),
        ),
    ),
    options=ContinueDialogueOptions,
    prompts=(
        Prompt(
            "question",
            "continue_dialogue/question",
            ("talk", "manner"),
            {"en": "And if it is red wax?", "zh": "如果是红色的蜡呢？"},
            N_("the person's next message"),
            replies.unquoted,
        ),
        Prompt(
            "answer",
            "continue_dialogue/answer",
            (),
            {"en": "Then use spirit.", "zh": "那就用酒精。"},
            N_("the system text, for rows without one"),
        ),
    ),
    lists=("follow_ups",),
    default_filters=("empty", "exact_duplicate"),
    items=_items,
    steps=_steps,
)
