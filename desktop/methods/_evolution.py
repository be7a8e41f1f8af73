"""Rounds of evolution, for Evol-Instruct and its variant for code: make harder, answer, or keep for the next round.

After WizardLM (nlpxucan/WizardLM, arXiv 2304.12244) with its elimination, which the released script lacks. In every
round one operation is drawn, each as likely as the others. What is eliminated goes into the next round as it was.

A harder task is written as the continuation of worked examples, and equality is the probability of a word after such
examples: small models follow these, where they lose themselves in a request to rewrite.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from desktop.core.i18n import N_
from desktop.core.options import About, option
from desktop.core.prompts import Prompt
from desktop.core.records import Instruction, Item, Json, Reason
from desktop.core.shapes import MethodContext
from desktop.core.steps import Ask, Asking, Choose, Discard, Offer, Sampling, Steps, put, put_all
from desktop.core.text.words import length_of, tokens
from desktop.methods import _forms, _rows
from desktop.methods._grounding import grounding

_SORRY = re.compile(r"\bsorry\b|抱歉|对不起", re.IGNORECASE)
_SHORT_REFUSAL = 80  # words
_LEAKS = re.compile(
    r"\b(?:given|rewritten|created|new|original|evolved) (?:prompt|instruction)s?\b|#\w+ Prompt#"
    r"|(?:给定|改写后|改写|新|原|原始)的?(?:提示词|提示|指令)|(?:改写|修改|改难)后的?(?:题目|任务)",
    re.IGNORECASE,
)
_STOPS = ("\n###",)
_MARK = re.compile(
    r"^#{2,}[ \t]*$|^###|^(?:Task|Way|Harder task|Rarer task|任务|做法|更难的任务|更少见的任务)[ \t]*[:：]",
    re.MULTILINE,
)
_FEW = 3  # tokens that a line may have to be said twice
_KEPT = 1 / 3  # of the content words; Seedbed's own
_WORDS: Mapping[str, tuple[str, str]] = {"zh": ("相同", "不同")}  # as the examples of "compare" have them
_ENGLISH = (" same", " different")
_UNRELATED: Mapping[str, str] = {"en": "Add up the amounts on this invoice.", "zh": "把这张发票上的金额加起来。"}

SAME = Reason(N_("The evolved instruction asks for nothing new."))
REFUSED = Reason(N_("The answer is a short apology."))
SAYS_NOTHING = Reason(N_("The answer holds only stop words or punctuation."))
LEAKED = Reason(N_("The evolved instruction speaks of the prompt."))
STUTTERS = Reason(N_("The evolved instruction says a line twice."))
STRAYED = Reason(N_("The harder instruction has lost what the first one was about; very small models do this."))


# ── what the variants have in common ─────────────────────────────────────────────────────────────


def rounds_option(default: int, why: str) -> Any:
    """How often a row evolves."""
    return option(
        default,
        About(
            N_("Rounds"),
            N_("Each round starts from what the round before made. Every round that succeeds leaves a row."),
            why,
            minimum=1,
            maximum=10,
        ),
    )


def compare_option() -> Any:
    """Whether the model is asked if the evolved instruction is new."""
    return option(
        True,
        About(
            N_("Ask whether it is new"),
            N_("Three more short questions each time, two of them about pairs whose answer is known."),
            N_("WizardLM eliminates what its model finds equal to the instruction it came from."),
        ),
    )


def temperature_option() -> Any:
    """How freely instructions and answers are written."""
    return option(
        1.0,
        About(
            N_("Temperature"),
            N_("Very small models, such as the starter model, lose themselves at 1; give them 0.5 or less."),
            N_("The published script of WizardLM samples at 1."),
            minimum=0.0,
            maximum=2.0,
            step=0.1,
        ),
    )


def max_tokens_option() -> Any:
    """How long an instruction or an answer may be."""
    return option(
        1024,
        About(
            N_("Longest instruction or answer, in tokens"),
            N_("What is cut off there is not used."),
            N_("WizardLM allows 2,048; half of that keeps a small model from rambling."),
            minimum=128,
            maximum=4096,
            advanced=True,
        ),
    )


def sampling(temperature: float, max_tokens: int) -> Sampling:
    """The published sampling but for its length."""
    return Sampling(temperature=temperature, top_p=0.95, max_tokens=max_tokens)


def harder_prompt(file: str, title: str, example: Mapping[str, str]) -> Prompt:
    """The prompt of the step "harder"; an example reply for each language."""
    return Prompt("harder", file, ("instruction", "operation"), example, title, evolved_of)


COMPARE = Prompt(
    "compare",
    "evol_instruct/compare",
    ("first", "second"),
    {"en": " different", "zh": "不同"},
    N_("whether they ask the same"),
)


# ── evolving ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Evolution:
    """How a method evolves: its rounds, its operations by name in words, and the prompts that are theirs alone."""

    rounds: int
    operations: Mapping[str, str]
    sampling: Sampling
    compare: bool  # ask the model whether the evolved one is equal
    prompts: Mapping[str, str] = field(default_factory=dict)  # operation → step; the others use "harder"
    task_type: str = ""


def operations(lines: Sequence[str]) -> dict[str, str]:
    """Operations of a list, whose lines are a name, a colon and what to do."""
    parted = (line.partition(":") for line in lines)
    return {name.strip(): what.strip() for name, _colon, what in parted if what.strip()}


def evolved_of(text: str) -> str:
    """The task in a reply, which ends where the next example would begin."""
    return _MARK.split(text.strip(), maxsplit=1)[0].strip()


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
    # A task grows by a few words, or by some material: a reply that goes on and on is not paid for.
    most = min(evolution.sampling.max_tokens, 200 + len(standing) // (1 if context.language == "zh" else 2))
    ask = Ask(step, context.render(step, **values), replace(evolution.sampling, max_tokens=most), stop=_STOPS)
    reply = yield from put(ask)
    text = evolved_of(reply.text)
    if not text or _forms.cut_off(reply):
        yield Discard(step, reply.text, _forms.CUT_OFF if _forms.cut_off(reply) else _forms.NOTHING)
        return ""
    if _forms.copied(text, context, step, *values):
        yield Discard(step, text, _forms.COPIED)
        return ""
    reason = yield from _fault(step, standing, text, evolution, context)
    if reason is not None:
        yield Discard(step, text, reason)
        return ""
    return text if (yield Offer(Instruction(text, language=context.language))) else ""


def _fault(
    step: str, standing: str, text: str, evolution: Evolution, context: MethodContext
) -> "Asking[Reason | None]":
    """Why an evolved instruction is eliminated; None where it is not."""
    if _LEAKS.search(text) and not _LEAKS.search(standing):
        return LEAKED
    if tokens(text) == tokens(standing):
        return SAME
    if _repeats(text) > _repeats(standing):
        return STUTTERS
    if step == "harder" and grounding(standing, text) < _KEPT:
        return STRAYED
    return SAME if evolution.compare and (yield from _is_equal(standing, text, context)) else None


def _repeats(text: str) -> int:
    """How many lines of some words were there before."""
    said = [tuple(words) for line in text.split("\n") if len(words := tokens(line)) > _FEW]
    return len(said) - len(set(said))


def _is_equal(standing: str, text: str, context: MethodContext) -> Asking[bool]:
    """Whether the model finds the two as equal as the first and itself, rather than as it and quite another one.

    Measured so, since small models lean to one of the words whatever they are shown (Zhao et al. 2021, "Calibrate
    Before Use", arXiv 2102.09690). Of a model that cannot tell these apart, nothing is found equal.
    """
    words, unrelated = _WORDS.get(context.language, _ENGLISH), _UNRELATED.get(context.language, _UNRELATED["en"])
    prompts = [context.render("compare", first=standing, second=each) for each in (text, standing, unrelated)]
    said = yield from put_all([Choose("compare", prompt, words) for prompt in prompts])
    evolved, itself, another = (each.log_odds for each in said)
    return itself > another and evolved > (itself + another) / 2


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
