"""Dialogues from a reference: turns and lengths are planned, and every answer keeps to its passage.

After RefGPT (mutonix/RefGPT, arXiv 2305.14994): the number of turns, the words of each and its manner are drawn first
and stand in the prompt as a plan between two tags; a reply without both tags is asked for again. No stop string is
used: that of the original ends a dialogue at the first year it names.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.prompts import Prompt
from desktop.core.records import Conversation, Item, JsonObject, Message, Reason, Ref
from desktop.core.shapes import Method, MethodContext
from desktop.core.steps import Ask, Discard, Offer, Reply, Sampling, Steps, put
from desktop.core.text.words import length_of, tokens
from desktop.methods import _forms
from desktop.methods._grounding import MADE_UP, grounding, made_up, pointing

_OPENS, _ENDS = "<start_chat>", "<end_chat>"
_TURN = re.compile(r"<(Human|Assistant) (\d+)>[ \t]*[:：]?")
_WORDS = re.compile(r"\s*[(（][^()（）]{0,12}\d+[^()（）]{0,12}[)）]")  # the plan's number of words, handed back
_SPREAD = 50  # words: of the normal distribution that lengths are drawn from
_STEP = 50  # words that lengths are rounded down to
_ENOUGH = 0.8  # of the words planned for the assistant that a reference must have
_SENTENCE_END = re.compile(r"(?<=[.!?。！？])[\"”’」)）]*\s*")
_TURNS = (3, 4)  # one as likely as the other
_FEWEST = 2  # questions with their answers that a dialogue may end with early

TAGS = Reason(N_("The dialogue does not begin and end with its tags."))
TURNS = Reason(N_("The dialogue does not have the turns that were planned."))
POINTS = Reason(N_("A turn points at a text that its reader does not have."))
UNGROUNDED = Reason(N_("Too little of an answer stands in the passage."))
STRANGE = Reason(N_("The first question has no word of the passage."))
SHORT = Reason(N_("The passage is too short for the dialogue that was planned."))
FAILED = Reason(N_("No try gave a dialogue that could be used."))


@dataclass(frozen=True)
class DialogueOptions(Options):
    """How long dialogues are, and how closely they keep to their passage."""

    turns: int = option(
        0,
        About(
            N_("Questions and answers per dialogue"),
            N_("0 draws three or four for each dialogue."),
            N_("RefGPT (arXiv 2305.14994) draws three or four, each as likely."),
            minimum=0,
            maximum=8,
        ),
    )
    assistant_words: int = option(
        100,
        About(
            N_("Words of an answer"),
            N_("Lengths are drawn around it. A passage that has too few words for all answers is skipped."),
            N_("RefGPT has 200 and long web pages; half of that fits the passages that documents are cut into."),
            minimum=50,
            maximum=500,
            step=10,
        ),
    )
    human_words: int = option(
        50,
        About(
            N_("Words of a question"),
            N_("Lengths are drawn around it."),
            N_("RefGPT has 100, half of an answer; so has this."),
            minimum=10,
            maximum=300,
            step=10,
        ),
    )
    temperature: float = option(
        0.7,
        About(
            N_("Temperature"),
            N_("Higher values make dialogues differ more, and leave their passage sooner."),
            N_("RefGPT has 1; a model of 1.5 billion parameters made up its facts there."),
            minimum=0.0,
            maximum=2.0,
            step=0.1,
        ),
    )
    tries: int = option(
        3,
        About(
            N_("Tries"),
            N_("How often a dialogue is asked for until one can be used."),
            N_("RefGPT tries ten times; three keep a run from standing still at one passage."),
            minimum=1,
            maximum=10,
        ),
    )
    grounding: float = option(
        0.4,
        About(
            N_("Share of an answer's words that must stand in the passage or in what was said"),
            N_(
                "A guard against facts that the model adds by itself, figures above all. A dialogue is cut before the "
                "first answer that fails, and tried again where fewer than two are left. 0 switches it off."
            ),
            N_("Seedbed's own; RefGPT asks for it in its prompt and checks nothing."),
            minimum=0.0,
            maximum=1.0,
            step=0.05,
        ),
    )


# ── planning ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Turn:
    """What a question and its answer shall be like."""

    human_words: int
    assistant_words: int
    human: str
    assistant: str


def planned(random_seed: int, options: DialogueOptions, styles: Sequence[str]) -> tuple[Turn, ...]:
    """The turns of a dialogue, the same whenever it is done again."""
    rng = Random(random_seed)
    turns = options.turns or rng.choice(_TURNS)
    drawn = rng.choices(*_styles(styles), k=turns)
    return tuple(
        Turn(_words(rng, options.human_words, 20), _words(rng, options.assistant_words, 50), human, assistant)
        for human, assistant in drawn
    )


def _words(rng: Random, mean: int, least: int) -> int:
    """A length around the mean, rounded down to whole steps."""
    drawn = int(rng.gauss(mean, min(_SPREAD, mean / 2)))
    return max(least, drawn // _STEP * _STEP if mean > _STEP else drawn // 10 * 10)


def _styles(lines: Sequence[str]) -> tuple[list[tuple[str, str]], list[float]]:
    pairs: list[tuple[str, str]] = []
    weights: list[float] = []
    for line in lines:
        weight, _colon, both = line.partition(":")
        human, bar, assistant = both.partition("|")
        if bar and weight.strip().isdecimal():
            pairs.append((human.strip(), assistant.strip()))
            weights.append(float(weight))
    return pairs or [("", "")], weights or [1.0]


def plan_of(turns: Sequence[Turn], language: str) -> str:
    """The plan as the prompt holds it; in Chinese a word counts as one and a half characters.

    The number of words stands last: where it stands first, small models begin their turns with numbers.
    """
    size, unit = (1.5, "字") if language == "zh" else (1.0, " words")
    lines = [
        f"<{who} {number}>: {style} ({round(words * size)}{unit})"
        for number, turn in enumerate(turns, 1)
        for who, words, style in (
            ("Human", turn.human_words, turn.human),
            ("Assistant", turn.assistant_words, turn.assistant),
        )
    ]
    return "\n".join([_OPENS, *lines, _ENDS])


def cut(text: str, words: int) -> str:
    """As many whole sentences from the start as have so many words together, one at least."""
    kept, at = "", 0
    for end in [*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]:
        if kept and length_of(text[:end]).words > words:
            break
        kept, at = text[:end], end
    return kept.strip() if at else text.strip()


# ── reading ──────────────────────────────────────────────────────────────────────────────────────


def turns_of(text: str) -> tuple[Message, ...]:
    """The turns between the two tags; none where a tag is missing, or where they do not take turns from 1 on."""
    text = text.strip()
    if not text.startswith(_OPENS) or not text.endswith(_ENDS):
        return ()
    _before, *parts = _TURN.split(text[len(_OPENS) : -len(_ENDS)])
    found = list(zip(parts[::3], parts[1::3], parts[2::3], strict=True))
    expected = [(who, str(number)) for number in range(1, len(found) // 2 + 1) for who in ("Human", "Assistant")]
    said = [_WORDS.sub("", words, count=1).strip() if _WORDS.match(words) else words.strip() for *_who, words in found]
    if _before.strip() or [(who, number) for who, number, _words in found] != expected or not all(said):
        return ()
    return tuple(
        Message("user" if who == "Human" else "assistant", text)
        for (who, _number), text in zip(expected, said, strict=True)
    )


def _read(
    reply: Reply, opening: str, turns: int, passage: str, least: float
) -> tuple[Sequence[Message], Reason | None]:
    """The turns that are sound, from the first, and why not all are; `opening` is what the reply went on from."""
    if _forms.cut_off(reply):
        return (), _forms.CUT_OFF
    text = reply.text.strip() if reply.text.lstrip().startswith(_OPENS) else f"{opening}{reply.text}".strip()
    if not text.startswith(_OPENS) or not text.endswith(_ENDS):
        return (), TAGS
    messages = turns_of(text)
    if len(messages) != 2 * turns:
        return (), TURNS
    for said in range(2, 2 * turns + 1, 2):
        if fault := _fault([each.content for each in messages[:said]], passage, least):
            return messages[: said - 2], fault
    return messages, None


def _fault(said: Sequence[str], passage: str, least: float) -> Reason | None:
    """What is wrong with the last question and answer of what was said so far."""
    *before, question, answer = said
    if pointing(question) or pointing(answer):
        return POINTS
    earlier = [tokens(each) for each in before]
    if tokens(question) in earlier or tokens(answer) in (*earlier, tokens(question)):
        return _forms.REPEATED
    if not before and not grounding(question, passage):
        return STRANGE
    if least and (made_up(question, passage) or made_up(answer, passage)):
        return MADE_UP
    if least and (not grounding(answer, passage) or grounding(answer, passage, *said[::2]) < least):
        return UNGROUNDED
    return None


def _bound(turns: range) -> str:
    """A grammar for these turns and the closing tag, and the opening one before the first turn; none may hold what
    opens a tag.

    What the person says is one sentence that begins with no figure and ends with a question mark: small models have
    them tell the facts, and the assistant ask.
    """
    opens = f'"{_OPENS}\\n" ' if turns[0] == 1 else ""
    rounds = " ".join(f'"<Human {number}>: " asked "\\n<Assistant {number}>: " text "\\n"' for number in turns)
    return (
        f'root ::= {opens}{rounds} "{_ENDS}"\n'
        "asked ::= [^<\\n0-9?？.。 ] [^<\\n?？.。]+ [?？]\n"
        'text ::= [^<\\n] [^<\\n]+ ("\\n" [^<\\n]+){0,6}\n'
    )


def _opening(messages: Sequence[Message]) -> str:
    """How a dialogue begins that has these turns already; empty where it has none."""
    lines = [
        f"<{'Human' if each.role == 'user' else 'Assistant'} {at // 2 + 1}>: {each.content}\n"
        for at, each in enumerate(messages)
    ]
    return f"{_OPENS}\n{''.join(lines)}" if lines else ""


# ── asking ───────────────────────────────────────────────────────────────────────────────────────


def _items(options: DialogueOptions, context: MethodContext) -> Iterator[Item]:
    for ordinal, passage in enumerate(context.passages()):
        data: JsonObject = {"text": passage.text, "heading": passage.heading}
        yield Item(ordinal, context.random.getrandbits(31), (Ref("passage", passage.id),), data)


def _steps(item: Item, options: DialogueOptions, context: MethodContext) -> Steps:
    turns = planned(item.random_seed, options, context.list("dialogue_styles"))
    wanted = sum(turn.assistant_words for turn in turns)
    text = cut(str(item.data["text"]), wanted)
    if length_of(text).words < _ENOUGH * wanted:
        yield Discard("dialogue", text, SHORT)
        return []
    passage = "\n\n".join(filter(None, (str(item.data["heading"]), text)))
    prompt = context.render("dialogue", passage=passage, plan=plan_of(turns, context.language))
    total = wanted + sum(turn.human_words for turn in turns)
    sampling = Sampling(temperature=options.temperature, max_tokens=min(3072, 3 * total + 100))
    kept: Sequence[Message] = ()
    for _try in range(options.tries):
        opening, left = _opening(kept), range(len(kept) // 2 + 1, len(turns) + 1)
        ask = Ask("dialogue", _forms.talk(prompt), sampling, prefill=opening, grammar=_bound(left), optional=True)
        reply = yield from put(ask)
        sound, fault = _read(reply, opening, len(turns), passage, options.grounding)
        if fault is None or len(sound) >= 2 * _FEWEST:
            row = Conversation(tuple(sound), task_type="dialogue", language=context.language)
            return [row] if (yield Offer(row)) else []
        yield Discard("dialogue", f"{opening}{reply.text}", fault)
        kept = sound or kept
    yield Discard("dialogue", text, FAILED)
    return []


METHOD = Method(
    title=N_("Dialogues from documents"),
    summary=N_(
        "Writes a planned dialogue about each passage of your documents, in which every answer rests on it; "
        "models under some billion parameters seldom can."
    ),
    source="Yang et al. 2023, RefGPT (arXiv 2305.14994), mutonix/RefGPT",
    consumes="passages",
    makes=("conversation",),
    example=Conversation(
        (
            Message("user", N_("When does the ferry to Skerry leave?")),
            Message("assistant", N_("At eight in the morning, and again at five.")),
            Message("user", N_("Can I take my bicycle?")),
            Message("assistant", N_("Yes, bicycles go free; only cars pay.")),
        ),
        task_type="dialogue",
    ),
    options=DialogueOptions,
    prompts=(
        Prompt(
            "dialogue",
            "dialogue/dialogue",
            ("passage", "plan"),
            {
                "en": "<start_chat>\n<Human 1>: When?\n<Assistant 1>: At eight.\n<end_chat>",
                "zh": "<start_chat>\n<Human 1>: 几点？\n<Assistant 1>: 八点。\n<end_chat>",
            },
            N_("the dialogue"),
            turns_of,
        ),
    ),
    lists=("dialogue_styles",),
    default_filters=("empty", "novelty", "exact_duplicate"),
    items=_items,
    steps=_steps,
)
