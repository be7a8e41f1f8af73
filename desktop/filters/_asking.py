"""What filters that ask a model share: how a row is shown to it, how its grade is read, and the verdict of a grade."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from desktop.core.i18n import N_
from desktop.core.languages import yes_or_no
from desktop.core.options import About, Options, option
from desktop.core.prompts import Prompt
from desktop.core.records import (
    Candidate,
    Conversation,
    Feedback,
    Instruction,
    Message,
    Preference,
    Reason,
    Role,
    Row,
    Verdict,
)
from desktop.core.shapes import Filter, FilterContext
from desktop.core.steps import Ask, Asking, Choose, Chosen, JudgeSteps, Sampling, put, put_all

UNREADABLE = N_("The model gave no grade: “{reply}”")

LEAST_MASS = 0.01
"""Below this share of probability for all grades together, a model does not mean to give one."""

_SCORE = re.compile(
    r"(?:score|grade|rating|评分|分数|得分|打分)\W{0,4}?[:：是为]\s*\**\s*(-?\d+(?:\.\d+)?)", re.IGNORECASE
)
# A number that opens the first line, and does not merely count it: "1. The answer…"
_FIRST = re.compile(r"[\s*\"'“(（]*(-?\d+(?:\.\d+)?)(?![\d.]|\s*[.)、]\s*\S)")
_QUOTED = 160
_ROLES: tuple[Role, Role] = ("user", "assistant")


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was asked, as a model sees it, and the answer that is judged."""

    messages: tuple[Message, ...]
    answer: str

    @property
    def task(self) -> str:
        """What was asked, as one text; of several turns each with who speaks."""
        if len(self.messages) == 1:
            return self.messages[0].content
        return "\n\n".join(f"{each.role.capitalize()}: {each.content}" for each in self.messages)


def exchange_of(row: Row) -> Exchange | None:
    """The question and answer of a row: the last ones of a conversation, the better ones of a pair; None without."""
    match row:
        case Instruction(output=str(answer)):
            turns = [turn for pair in row.history for turn in map(Message, _ROLES, pair)]
            task = f"{row.instruction}\n\n{row.input}" if row.input.strip() else row.instruction
            return _exchange(row.system, [*turns, Message("user", task)], answer)
        case Conversation(messages=messages):
            last = max((at for at, each in enumerate(messages) if each.role == "assistant"), default=0)
            return _exchange(row.system, messages[:last], messages[last].content) if last else None
        case Preference(prompt=prompt, chosen=answer) | Feedback(prompt=prompt, completion=answer):
            return _exchange("", [Message("user", prompt)] if isinstance(prompt, str) else prompt, answer)
    return None


def _exchange(system: str, turns: Sequence[Message], answer: str) -> Exchange | None:
    before = [Message("system", system)] if system.strip() else []
    return Exchange((*before, *turns), answer) if answer.strip() else None


def asked(prompt: str) -> tuple[Message, ...]:
    """One question to a chat model."""
    return (Message("user", prompt.strip()),)


# ── grades ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Grade:
    """A model's grade; `value` None where there is none, and `said` is then what it wrote instead."""

    value: float | None
    said: str = ""


def grade_of(text: str, low: float, high: float) -> float | None:
    """The number in a reply: what follows "Score:", else what opens its first line; None where none is in range."""
    named = _SCORE.findall(text)
    first = _FIRST.match(text.strip().split("\n", 1)[0])
    number = float(named[-1]) if named else float(first[1]) if first else math.nan
    return number if low <= number <= high else None


def expected(chosen: Chosen, grades: Sequence[int]) -> float | None:
    """The mean grade by their probabilities; None where the model does not mean to give one."""
    if chosen.mass < LEAST_MASS:
        return None
    return math.fsum(grade * part for grade, part in zip(grades, chosen.probabilities, strict=True))


def chosen_grade(step: str, prompt: str, grades: Sequence[int]) -> "Asking[Grade]":
    """Ask for a grade by the probabilities of its digits."""
    chosen = yield from put(Choose(step, asked(prompt), tuple(map(str, grades))))
    return Grade(expected(chosen, grades))


def written_grade(step: str, prompt: str, grades: Sequence[int], tokens: int) -> "Asking[Grade]":
    """Ask for a grade that is written out, always the likeliest words."""
    reply = yield from put(Ask(step, asked(prompt), Sampling(temperature=0.0, max_tokens=tokens)))
    return Grade(grade_of(reply.text, grades[0], grades[-1]), reply.text)


_OWN_TOKENS = 96
"""Of the answer that a model gives itself: enough to say what matters first, and to be had soon."""


def compared_grade(step: str, exchange: Exchange, grades: Sequence[int], context: FilterContext) -> "Asking[Grade]":
    """Ask the task itself, and then whether the answer is good, beside the model's own; on the scale of the grades.

    After the reference-guided judge of MT-bench (Zheng et al. 2023, arXiv 2306.05685), which answers first and has
    its answer before its eyes. A small model that sees an answer alone passes over what it would not have said itself.
    """
    sampling = Sampling(temperature=0.0, max_tokens=_OWN_TOKENS)
    own = (yield from put(Ask("own", asked(exchange.task), sampling))).text.strip()
    prompt = context.render("compared", task=exchange.task, own=own, answer=exchange.answer)
    chosen = yield from put(Choose(step, asked(prompt), yes_or_no(context.language)))
    if chosen.mass < LEAST_MASS:
        return Grade(None)
    return Grade(grades[0] + (grades[-1] - grades[0]) * chosen.probabilities[0])


def verdict_of(grade: Grade, reason: Reason | None) -> Verdict:
    """The verdict of a grade that fails for `reason`, or passes; without a value it fails, and is counted so."""
    if grade.value is None:
        return Verdict(False, reason=Reason(UNREADABLE, {"reply": " ".join(grade.said.split())[:_QUOTED]}))
    return Verdict(reason is None, grade.value, reason)


LOW = N_("The model's grade is {value:.2f}; {least:g} is asked for.")


def too_low(value: float, least: float, words: str = LOW) -> Reason | None:
    """Why a grade below the cut fails; None where it passes. It is rounded down: 4.497 is not shown as 4.50."""
    return None if value >= least else Reason(words, {"value": math.floor(100 * value) / 100, "least": least})


# ── filters whose value is one grade ─────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Scale:
    """What tells one filter that takes a grade from another."""

    step: str  # what its replies are kept under
    grades: range
    ask: "Callable[[Exchange, Any, FilterContext], str]"  # the prompt that shows the row and the scale
    low: str  # why a grade under the cut fails, with places for {value} and {least}
    probabilities: str = ""  # the step that closes a prompt whose grade is read from probabilities; empty: it is closed
    written: str = ""  # and the one that closes a prompt whose grade is written out; empty: there is this way alone
    tokens: int = 0  # of a written reply


def minimum(default: float, grades: range, help: str, why: str) -> float:
    """The option that is the cut of a grade."""
    about = About(N_("Keep from"), help, why, minimum=float(grades[0]), maximum=float(grades[-1]), step=0.05)
    least: float = option(default, about)
    return least


HOW = N_("How the grade is had")
WAYS = {
    "probabilities": N_("By its probabilities for each grade"),
    "written": N_("By the grade it writes, with its reason"),
}


def how(why: str) -> Literal["probabilities", "written"]:
    """The option that says how a grade is had of a model."""
    about = About(
        HOW,
        N_(
            "By probabilities a grade is fractional and takes one reading; written out it comes with the model's "
            "reason, and takes ten times as long or more."
        ),
        why,
        choices=WAYS,
    )
    way: Literal["probabilities", "written"] = option("probabilities", about)
    return way


DEITA_GRADES = range(1, 7)


@dataclass(frozen=True)
class DeitaOptions(Options):
    """What stays of a grade by which rows are chosen rather than dropped."""

    minimum: float = minimum(
        1.0,
        DEITA_GRADES,
        N_("1 keeps everything: the value is there for choosing rows by it."),
        N_("DEITA (arXiv 2312.15685) sets no cut: it takes the highest complexity times quality first."),
    )


def graded(
    scale: Scale,
    options: type[Options],
    prompts: tuple[Prompt, ...],
    *,
    title: str,
    summary: str,
    source: str,
    value_title: str,
    dropped_as: str,
    question: str = "",
) -> Filter:
    """A filter that asks a model for one grade of each row and keeps those at or above `options.minimum`."""

    def decide(value: float, chosen: Any) -> Reason | None:
        return too_low(value, chosen.minimum, scale.low)

    def steps(candidate: Candidate, chosen: Any, context: FilterContext) -> JudgeSteps:
        exchange = exchange_of(candidate.row)
        if exchange is None:
            return Verdict(True)
        prompt, way = scale.ask(exchange, chosen, context), chosen.how if scale.written else "probabilities"
        if way == "compared":
            grade = yield from compared_grade(scale.step, exchange, scale.grades, context)
        elif way == "written":
            prompt += "\n\n" + context.render(scale.written)
            grade = yield from written_grade(scale.step, prompt, scale.grades, scale.tokens)
        else:
            prompt += "\n\n" + context.render(scale.probabilities) if scale.probabilities else ""
            grade = yield from chosen_grade(scale.step, prompt, scale.grades)
        return verdict_of(grade, None if grade.value is None else decide(grade.value, chosen))

    return Filter(
        title=title,
        summary=summary,
        source=source,
        options=options,
        steps=steps,
        prompts=prompts,
        cost="model",
        value_title=value_title,
        cut="minimum",
        keeps="at least",
        decide=decide,
        dropped_as=dropped_as,
        question=question,
    )


# ── yes or no ────────────────────────────────────────────────────────────────────────────────────


def both_ways(step: str, prompt: str, opposite: str, context: FilterContext) -> "Asking[Grade]":
    """Ask a question, and the one whose yes is its no; the grade is the probability of yes to the first, 0 to 1."""
    words = yes_or_no(context.language)
    said = yield from put_all([Choose(step, asked(each), words) for each in (prompt, opposite)])
    if min(each.mass for each in said) < LEAST_MASS:
        return Grade(None)
    return Grade(said[0].against(said[1]))
