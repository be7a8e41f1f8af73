"""Rounds of evolution, for Evol-Instruct and its variant for code: make harder, answer, or keep for the next round.

After WizardLM (nlpxucan/WizardLM, arXiv 2304.12244) with its elimination, which the released script lacks. In every
round one operation is drawn, each as likely as the others. What is eliminated goes into the next round as it was.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from desktop.core.i18n import N_
from desktop.core.records import Instruction, Item, Json, Reason
from desktop.core.shapes import MethodContext
from desktop.core.steps import Ask, Asking, Discard, Offer, Sampling, Steps, put
from desktop.core.text import replies
from desktop.core.text.words import length_of, tokens
from desktop.methods import _forms, _rows

_SORRY = re.compile(r"\bsorry\b|抱歉|对不起", re.IGNORECASE)
_SHORT_REFUSAL = 80  # words
_LEAKS = re.compile(
    r"\b(?:given|rewritten|created|new|original|evolved) (?:prompt|instruction)s?\b|#\w+ Prompt#"
    r"|(?:给定|改写后|改写|新|原|原始)的?(?:提示词|提示|指令)",
    re.IGNORECASE,
)
EQUAL, DIFFERENT = "equal", "different"

SAME = Reason(N_("The evolved instruction asks for nothing new."))
REFUSED = Reason(N_("The answer is a short apology."))
SAYS_NOTHING = Reason(N_("The answer holds only stop words or punctuation."))
LEAKED = Reason(N_("The evolved instruction speaks of the prompt."))


@dataclass(frozen=True, slots=True)
class Evolution:
    """How a method evolves: its rounds, its operations by name in words, and the prompts that are theirs alone."""

    rounds: int
    operations: Mapping[str, str]
    prompts: Mapping[str, str]  # operation → step; the others use "harder"
    sampling: Sampling
    compare: bool  # ask the model whether the evolved one is equal
    task_type: str = ""


def operations(lines: Sequence[str]) -> dict[str, str]:
    """Operations of a list, whose lines are a name, a colon and what to do."""
    parted = (line.partition(":") for line in lines)
    return {name.strip(): what.strip() for name, _colon, what in parted if what.strip()}


def evolved_of(text: str) -> str:
    """The instruction in a reply."""
    found = replies.objects(text)
    return replies.text_of(found[0], ("instruction", "prompt", "指令")) if found else ""


def verdict_of(text: str) -> str:
    """Whether a reply says "equal" or "different"; empty where it says neither."""
    word = text.strip().strip("\"'“”.。 ").casefold()
    return {EQUAL: EQUAL, DIFFERENT: DIFFERENT, "相同": EQUAL, "不同": DIFFERENT}.get(word, "")


def drawn(item: Item, round: int, names: Sequence[str]) -> str:
    """The operation of a round, the same whenever the item is done again."""
    return Random(f"{item.random_seed} {round}").choice(names)


def steps(item: Item, evolution: Evolution, context: MethodContext) -> Steps:
    """The rows of every round that was not eliminated, oldest first, each with what it was made from."""
    given = _rows.row_of(item)
    standing, lineage = _forms.task_of(given), []
    rows: list[Instruction] = []
    for round in range(1, evolution.rounds + 1):
        operation = drawn(item, round, list(evolution.operations))
        harder = yield from _harder(standing, operation, evolution, context)
        if not harder:
            continue
        answer = yield from _answer(harder, evolution, context)
        if not answer:
            continue
        lineage.append(standing)
        extra: dict[str, Json] = {"round": round, "operation": operation, "evolved_from": list(lineage)}
        task_type = evolution.task_type or given.task_type
        rows.append(Instruction(harder, output=answer, task_type=task_type, language=context.language, extra=extra))
        standing = harder
    return rows


def _harder(standing: str, operation: str, evolution: Evolution, context: MethodContext) -> Asking[str]:
    """The evolved instruction; empty where it is eliminated before anyone pays for its answer."""
    step = evolution.prompts.get(operation, "harder")
    values = {"instruction": standing}
    if step == "harder":
        values["operation"] = evolution.operations[operation]
    ask = Ask(
        step, _forms.talk(context.render(step, **values)), evolution.sampling, schema=_forms.record("instruction")
    )
    reply = yield from put(ask)
    text = evolved_of(reply.text)
    if not text or _forms.cut_off(reply):
        yield Discard(step, reply.text, _forms.CUT_OFF if _forms.cut_off(reply) else _forms.NOTHING)
        return ""
    if _forms.copied(text, context, step, *values):
        yield Discard(step, text, _forms.COPIED)
        return ""
    if _LEAKS.search(text) and not _LEAKS.search(standing):
        yield Discard(step, text, LEAKED)
        return ""
    if tokens(text) == tokens(standing) or (evolution.compare and (yield from _is_equal(standing, text, context))):
        yield Discard(step, text, SAME)
        return ""
    return text if (yield Offer(Instruction(text, language=context.language))) else ""


def _is_equal(standing: str, text: str, context: MethodContext) -> Asking[bool]:
    prompt = context.render("compare", first=standing, second=text)
    judge = Sampling(temperature=0.0, max_tokens=8)
    reply = yield from put(Ask("compare", _forms.talk(prompt), judge, schema=_forms.one_of(EQUAL, DIFFERENT)))
    return verdict_of(reply.text) == EQUAL


def _answer(instruction: str, evolution: Evolution, context: MethodContext) -> Asking[str]:
    system = context.render("answer")
    reply = yield from put(Ask("answer", _forms.talk(instruction, system), evolution.sampling))
    answer = reply.text.strip()
    reason = _forms.CUT_OFF if _forms.cut_off(reply) else fault_of(answer)
    if reason is not None:
        yield Discard("answer", f"{instruction}\n\n{answer}", reason)
        return ""
    return answer


def fault_of(answer: str) -> Reason | None:
    """Why an answer eliminates its instruction; None where it does not."""
    if all(token in _forms.STOP_WORDS for token in tokens(answer)):
        return SAYS_NOTHING
    if _SORRY.search(answer) and length_of(answer).words < _SHORT_REFUSAL:
        return REFUSED
    return None
