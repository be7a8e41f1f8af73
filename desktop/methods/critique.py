"""Critique: a given answer is judged in words and then graded.

After UltraFeedback (arXiv 2310.01377), which asks for a rationale beside a rating from 1 to 5. The grade is the mean of
the five digits by the probabilities that the model gives them, as DEITA (arXiv 2312.15685) scores answers: fractional.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import fsum

from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.prompts import Prompt
from desktop.core.records import Feedback, Item, Json, Message, Reason
from desktop.core.shapes import Method, MethodContext
from desktop.core.steps import Ask, Choose, Discard, Sampling, Steps, put
from desktop.core.text.words import tokens
from desktop.methods import _forms, _rows

_GRADES = ("1", "2", "3", "4", "5")
_LINES: Mapping[str, tuple[str, str, str]] = {
    "en": ("Right:", "Wrong or missing:", "Better:"),
    "zh": ("对的：", "不对或缺少的：", "可以改进的："),
}
"""What the three lines of a critique begin with; chatty models write headings and lists without end."""

UNANSWERED = Reason(N_("The row has no answer that could be judged."))


@dataclass(frozen=True)
class CritiqueOptions(Options):
    """What counts as a good answer, and how long a critique may be."""

    good: float = option(
        3.5,
        About(
            N_("Grade of a good answer"),
            N_("From there on the row's label says that the answer is good; below, that it is not."),
            N_("Seedbed's own: the middle between the fair 3 and the good 4 of UltraFeedback."),
            minimum=1.0,
            maximum=5.0,
            step=0.1,
        ),
    )
    max_tokens: int = option(
        256,
        About(
            N_("Longest critique, in tokens"),
            N_("A critique that is cut off there is not used."),
            N_("Seedbed's own: five sentences are about 150 tokens."),
            minimum=32,
            maximum=2048,
            advanced=True,
        ),
    )


def _items(options: CritiqueOptions, context: MethodContext) -> Iterator[Item]:
    return _rows.items(context)


def _steps(item: Item, options: CritiqueOptions, context: MethodContext) -> Steps:
    row = _rows.row_of(item)
    answer = (row.output or "").strip()
    if not answer:
        yield Discard("critique", row.instruction, UNANSWERED)
        return []
    prompt = "\n".join([*(f"{question}\n{reply}" for question, reply in row.history), _forms.task_of(row)])
    talk = _forms.talk(context.render("critique", prompt=prompt, answer=answer))
    writing = Sampling(temperature=0.7, top_p=0.95, max_tokens=options.max_tokens)
    reply = yield from put(Ask("critique", talk, writing, grammar=_bound(context.language), optional=True))
    critique = reply.text.strip()
    if _forms.cut_off(reply) or not tokens(critique):
        yield Discard("critique", reply.text, _forms.CUT_OFF if _forms.cut_off(reply) else _forms.NOTHING)
        return []
    ending = (Message("assistant", critique), Message("user", context.render("grade")))
    graded = yield from put(Choose("grade", (*talk, *ending), _GRADES))
    score = round(fsum(grade * each for grade, each in enumerate(graded.probabilities, 1)), 3)
    extra: dict[str, Json] = {"mass": round(graded.mass, 4)}
    return [
        Feedback(
            _rows.prompt_of(row),
            answer,
            label=score >= options.good,
            score=score,
            critique=critique,
            task_type=row.task_type,
            language=row.language or context.language,
            extra=extra,
        )
    ]


def _bound(language: str) -> str:
    """A grammar for the three lines."""
    first, *others = _LINES.get(language.split("-", maxsplit=1)[0], _LINES["en"])
    after = " ".join(f'"\\n{begin}" line' for begin in others)
    return f'root ::= "{first}" line {after}\nline ::= [^\\n]+'


METHOD = Method(
    title=N_("Critique"),
    summary=N_("Judges the answers of your rows in words and grades them from 1 to 5."),
    source="Cui et al. 2023, UltraFeedback (arXiv 2310.01377)",
    consumes="rows",
    makes=("feedback",),
    example=Feedback(
        N_("How do I get candle wax out of a tablecloth?"),
        N_("Wash it."),
        label=False,
        score=1.8,
        critique=N_("Washing alone leaves the wax in the cloth. It should first be hardened and scraped off."),
    ),
    options=CritiqueOptions,
    prompts=(
        Prompt(
            "critique",
            "critique/critique",
            ("prompt", "answer"),
            {"en": "It names no way to remove the wax.", "zh": "它没有说明怎样去掉蜡。"},
            N_("the critique"),
        ),
        Prompt("grade", "critique/grade", (), {"en": "2", "zh": "2"}, N_("the grade")),
    ),
    default_filters=("empty", "exact_duplicate"),
    items=_items,
    steps=_steps,
)
