"""Critique and revise: an answer is criticised by a principle and rewritten, round by round.

After Constitutional AI (Bai et al. 2022, arXiv 2212.08073): for each round a principle is drawn from an editable
constitution; the critique comes before the revision, and the revision is what the next round starts from. Both go on
after worked examples, as in the paper; here are two where it has five, for small models read little.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from random import Random

from desktop.core.errors import UserError
from desktop.core.i18n import N_, _
from desktop.core.options import About, Options, option
from desktop.core.prompts import Prompt
from desktop.core.records import Instruction, Item, Json, Preference, Reason, Row
from desktop.core.shapes import Method, MethodContext
from desktop.core.steps import Ask, Asking, Choose, Discard, Sampling, Steps, put, put_all
from desktop.core.text.words import tokens
from desktop.methods import _comparing, _forms, _rows

_TITLE = re.compile(
    r"\s*(?:\*\*)?(?:critique|(?:new |revised )?answer|revision|批评|(?:新|修改后的)?回答)(?:\*\*)?[:：](?:\*\*)?\s*",
    re.IGNORECASE,
)
_STOPS = ("\n###", "\nAsked:", "\n提问：")
_TALKS = re.compile(
    r"\b(?:the|this|your) (?:critique|criticism|revision)\b"
    r"|\b(?:revised|rewritten|new|improved|original|previous) answer\b"
    r"|(?:这条|上述|读者的?)批评|(?:修改|改写)后的?回答|新回答|原来?的?回答",
    re.IGNORECASE,
)

SAME = Reason(N_("The revision changes nothing."))
TALKS = Reason(N_("The revision speaks of the critique or of itself."))
NO_BETTER = Reason(N_("The judge does not find the last revision better than the first answer."))


@dataclass(frozen=True)
class CritiqueReviseOptions(Options):
    """How often, and what comes of it."""

    rounds: int = option(
        4,
        About(
            N_("Rounds"),
            N_("Each draws another principle and leaves a revision. A round costs two texts."),
            N_("Constitutional AI (arXiv 2212.08073) revises four times, and trains on the revisions of all rounds."),
            minimum=1,
            maximum=16,
        ),
    )
    fresh: bool = option(
        False,
        About(
            N_("Write the first answer anew"),
            N_("Otherwise a row that has an answer starts from it."),
            N_("Constitutional AI always starts from an answer of the model."),
        ),
    )
    pairs: bool = option(
        True,
        About(
            N_("Also preference pairs"),
            N_("The last revision is chosen, the first answer is rejected, where the model finds it so."),
            N_("Constitutional AI (arXiv 2212.08073) lets a model choose between two answers, as this does."),
        ),
    )
    least: float = option(
        0.55,
        About(
            N_("Least probability that the last revision is better"),
            N_("It is asked in both orders; below it there is no pair. Small models often revise for the worse."),
            N_("Seedbed's own, as for preference pairs."),
            minimum=0.5,
            maximum=0.99,
            step=0.01,
        ),
    )
    max_tokens: int = option(
        512,
        About(
            N_("Longest answer, in tokens"),
            N_("What is cut off there is not used."),
            N_("Seedbed's own: each prompt holds an answer and its critique."),
            minimum=32,
            maximum=4096,
            advanced=True,
        ),
    )


def principles(lines: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Pairs of a critique request and a revision request, of a list whose lines part them by a bar."""
    parted = (line.partition("|") for line in lines)
    return tuple((ask.strip(), then.strip()) for ask, _bar, then in parted if ask.strip() and then.strip())


def drawn(item: Item, known: Sequence[tuple[str, str]], rounds: int) -> tuple[tuple[str, str], ...]:
    """The principles of an item's rounds: each comes once before one comes again."""
    rng = Random(item.random_seed)
    return tuple(islice((each for _time in range(rounds) for each in rng.sample(known, len(known))), rounds))


def text_of(reply: str) -> str:
    """A critique or an answer without the title that stands before it."""
    return _TITLE.sub("", reply, count=1).strip() if _TITLE.match(reply) else reply.strip()


def _check(options: CritiqueReviseOptions, context: MethodContext) -> Asking[None]:
    if not principles(context.list("principles")):
        raise UserError(
            _("The list “principles” holds no principle."),
            _("Each line is a question about the answer, a bar (|), and how to revise it."),
        )
    return
    yield  # a check that has nothing run


def _items(options: CritiqueReviseOptions, context: MethodContext) -> Iterator[Item]:
    return _rows.items(context)


def _steps(item: Item, options: CritiqueReviseOptions, context: MethodContext) -> Steps:
    row = _rows.row_of(item)
    first = "" if options.fresh else (row.output or "").strip()
    if not first:
        system = row.system or context.render("answer")
        ask = Ask("answer", _rows.talk_of(row, system), Sampling(temperature=1.0, max_tokens=options.max_tokens))
        first = yield from _text(ask)
    if not first:
        return []
    standing, rows = first, list[Row]()
    known = principles(context.list("principles"))
    for round, principle in enumerate(drawn(item, known, options.rounds), 1):
        critique, revision = yield from _round(row, standing, principle, options, context)
        if not revision:
            continue
        extra: dict[str, Json] = {
            "round": round,
            "principle": principle[0],
            "critique": critique,
            "revised_from": standing,
        }
        rows.append(replace(row, output=revision, language=row.language or context.language, extra=extra))
        standing = revision
    if rows and options.pairs:
        rows += yield from _pair(item, (standing, first), len(rows), options, context)
    return rows


def _round(
    row: Instruction,
    standing: str,
    principle: tuple[str, str],
    options: CritiqueReviseOptions,
    context: MethodContext,
) -> "Asking[tuple[str, str]]":
    """The critique and the revision; an empty one where it cannot be used."""
    task = _task(row)
    prompt = context.render("critique", prompt=task, answer=standing, critique=principle[0])
    ask = Ask("critique", prompt, Sampling(temperature=0.7, top_p=0.95, max_tokens=200), stop=_STOPS)
    critique = yield from _text(ask)
    if not critique:
        return "", ""
    prompt = context.render("revision", prompt=task, answer=standing, critique=critique, revision=principle[1])
    sampling = Sampling(temperature=0.7, top_p=0.95, max_tokens=options.max_tokens)
    revision = yield from _text(Ask("revision", prompt, sampling, stop=_STOPS))
    # Small models like to open with the question.
    revision = text_of(revision.removeprefix(row.instruction.strip()))
    reason = _fault(revision, standing, critique, context)
    if revision and reason is not None:
        yield Discard("revision", revision, reason)
        return critique, ""
    return critique, revision


def _fault(revision: str, standing: str, critique: str, context: MethodContext) -> Reason | None:
    if tokens(revision) == tokens(standing):
        return SAME
    # Very small models say the critique again where the new answer should stand.
    if (_TALKS.search(revision) and not _TALKS.search(standing)) or _forms.echoed(critique, revision):
        return TALKS
    places = ("prompt", "answer", "critique", "revision")
    return _forms.COPIED if _forms.copied(revision, context, "revision", *places) else None


def _text(ask: Ask) -> Asking[str]:
    """The text of a reply; empty where it was cut off or says nothing."""
    reply = yield from put(ask)
    text = text_of(reply.text)
    if _forms.cut_off(reply) or not tokens(text):
        yield Discard(ask.step, reply.text, _forms.CUT_OFF if _forms.cut_off(reply) else _forms.NOTHING)
        return ""
    return text


def _pair(
    item: Item, answers: tuple[str, str], rounds: int, options: CritiqueReviseOptions, context: MethodContext
) -> Asking[Sequence[Row]]:
    """The last revision and the first answer as chosen and rejected; nothing where the judge does not find it so."""
    row = _rows.row_of(item)
    criterion = Random(item.random_seed).choice(context.list("criteria"))
    talks = _comparing.talks("compare", _task(row), criterion, answers, context)
    said = yield from put_all([Choose("compare", talk, _comparing.LETTERS) for talk in talks])
    found = _comparing.read(criterion, said)
    if found.probability < options.least:
        yield Discard("compare", "\n\n".join(answers), NO_BETTER)
        return []
    pair = Preference(
        _rows.prompt_of(row),
        *answers,
        probability=round(found.probability, 4),
        margin=round(2 * found.probability - 1, 4),
        task_type=row.task_type,
        language=row.language or context.language,
        extra={"rounds": rounds, **found.record},
    )
    return [pair]


def _task(row: Instruction) -> str:
    return "\n".join([*(f"{question}\n{answer}" for question, answer in row.history), _forms.task_of(row)])


METHOD = Method(
    title=N_("Critique and revise"),
    summary=N_(
        "Criticises the answers of your rows by the principles of a constitution and rewrites them; too hard for the"
        " starter model."
    ),
    source="Bai et al. 2022, Constitutional AI (arXiv 2212.08073)",
    consumes="rows",
    makes=("instruction", "preference"),
    example=Instruction(
        N_("My neighbour plays the drums at night. What can I do?"),
        output=N_(
            "Tell him what you hear and when; most people do not know. If it goes on, ask the landlord for help."
        ),
    ),
    options=CritiqueReviseOptions,
    prompts=(
        Prompt(
            "answer",
            "critique_revise/answer",
            (),
            {"en": "Bang on his wall.", "zh": "去敲他的墙。"},
            N_("the system text for the first answer"),
        ),
        Prompt(
            "critique",
            "critique_revise/critique",
            ("prompt", "answer", "critique"),
            {"en": "Critique: It starts a quarrel.", "zh": "批评：这会引起争吵。"},
            N_("the critique"),
            text_of,
        ),
        Prompt(
            "revision",
            "critique_revise/revision",
            ("prompt", "answer", "critique", "revision"),
            {"en": "New answer: Talk to him first.", "zh": "新回答：先和他谈谈。"},
            N_("the revised answer"),
            text_of,
        ),
        _comparing.COMPARE,
    ),
    lists=("principles", "criteria"),
    default_filters=("empty", "exact_duplicate"),
    items=_items,
    steps=_steps,
    check=_check,
)
