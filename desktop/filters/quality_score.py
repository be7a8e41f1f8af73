"""Quality score: the model grades each pair of question and answer from 1 to 5, as for curating web texts.

After the GPTScore selector of EasyInstruct (Ou et al. 2024, arXiv 2402.03049), whose scale is the one by which
Humpback (arXiv 2308.06259) curates: reasons first, then "Score: n" on the last line, always the likeliest words.
"""

from dataclasses import dataclass
from typing import Literal

from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.prompts import Prompt
from desktop.core.records import Candidate, Reason, Verdict
from desktop.core.shapes import Filter, FilterContext
from desktop.core.steps import JudgeSteps
from desktop.filters import _asking

_GRADES = range(1, 6)
_TOKENS = 150


@dataclass(frozen=True)
class QualityScoreOptions(Options):
    """What stays, and how the grade is had."""

    minimum: float = option(
        4.0,
        About(
            N_("Keep from"),
            N_("Exactly this stays."),
            N_("EasyInstruct (arXiv 2402.03049) keeps 4 and more of 5."),
            minimum=1.0,
            maximum=5.0,
            step=0.05,
        ),
    )
    how: Literal["probabilities", "written"] = option(
        "probabilities",
        About(
            N_("How the grade is had"),
            _asking.HOW_HELP,
            N_("EasyInstruct has the reasons written first, in 150 tokens at most."),
            choices=_asking.HOW,
        ),
    )


def _steps(candidate: Candidate, options: QualityScoreOptions, context: FilterContext) -> JudgeSteps:
    exchange = _asking.exchange_of(candidate.row)
    if exchange is None:
        return Verdict(True)
    prompt = context.render("quality", task=exchange.task, answer=exchange.answer)
    if options.how == "written":
        prompt += "\n\n" + context.render("reasons")
        grade = yield from _asking.written_grade("quality_score", prompt, _GRADES, _TOKENS)
    else:
        prompt += "\n\n" + context.render("digit")
        grade = yield from _asking.chosen_grade("quality_score", prompt, _GRADES)
    return _asking.verdict_of(grade, None if grade.value is None else _decide(grade.value, options))


def _decide(value: float, options: QualityScoreOptions) -> Reason | None:
    return _asking.too_low(value, options.minimum)


def _read(text: str) -> float | None:
    return _asking.grade_of(text, _GRADES[0], _GRADES[-1])


def _prompt(step: str, *places: str) -> Prompt:
    example = {"en": "It answers all that was asked.\nScore: 4", "zh": "回答涵盖了全部要求。\n评分：4"}
    return Prompt(step, f"quality_score/{step}", places, example, read=_read)


FILTER = Filter(
    title=N_("Quality by the model, 1 to 5"),
    summary=N_("Has the model grade how good an assistant's answer this is, and keeps the good ones."),
    source=N_("EasyInstruct's GPTScore, arXiv 2402.03049"),
    options=QualityScoreOptions,
    steps=_steps,
    prompts=(_prompt("quality", "task", "answer"), _prompt("digit"), _prompt("reasons")),
    cost="model",
    value_title=N_("The model's grade, 1 to 5"),
    cut="minimum",
    keeps="at least",
    decide=_decide,
    dropped_as=N_("graded low"),
    question=N_("How good is the answer, from 1 to 5?"),
)
