"""Quality: how good an answer is, on DEITA's scale from 1 to 6.

After DEITA (Liu et al. 2023, arXiv 2312.15685): the grade is the sum of k times the probability of the token k, over
"1" to "6". Its scorers were trained for this; here the loaded model is asked, and what it says is only as good.
"""

from dataclasses import dataclass

from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.prompts import Prompt
from desktop.core.records import Candidate, Reason, Verdict
from desktop.core.shapes import Filter, FilterContext
from desktop.core.steps import JudgeSteps
from desktop.filters import _asking

_GRADES = range(1, 7)


@dataclass(frozen=True)
class DeitaQualityOptions(Options):
    """What stays."""

    minimum: float = option(
        1.0,
        About(
            N_("Keep from"),
            N_("1 keeps everything: the value is there for choosing rows by it."),
            N_("DEITA (arXiv 2312.15685) sets no cut: it takes the highest complexity times quality first."),
            minimum=1.0,
            maximum=6.0,
            step=0.05,
        ),
    )


def _steps(candidate: Candidate, options: DeitaQualityOptions, context: FilterContext) -> JudgeSteps:
    exchange = _asking.exchange_of(candidate.row)
    if exchange is None:
        return Verdict(True)
    prompt = context.render("quality", task=exchange.task, answer=exchange.answer)
    grade = yield from _asking.chosen_grade("deita_quality", prompt, _GRADES)
    return _asking.verdict_of(grade, None if grade.value is None else _decide(grade.value, options))


def _decide(value: float, options: DeitaQualityOptions) -> Reason | None:
    if value >= options.minimum:
        return None
    return Reason(
        N_("The answer is only {value:.2f} good of 6; {least:g} is asked for."),
        {"value": value, "least": options.minimum},
    )


FILTER = Filter(
    title=N_("Quality (DEITA)"),
    summary=N_("Has the model say how good each answer is, 1 to 6; nothing is dropped unless you set a cut."),
    source=N_("DEITA, arXiv 2312.15685, asked of the loaded model in place of its trained scorer"),
    options=DeitaQualityOptions,
    steps=_steps,
    prompts=(
        Prompt(
            "quality",
            "deita_quality/quality",
            (
                "task",
                "answer",
            ),
            {"en": "4", "zh": "4"},
        ),
    ),
    cost="model",
    value_title=N_("How good, 1 to 6"),
    cut="minimum",
    keeps="at least",
    decide=_decide,
    dropped_as=N_("too plain"),
    question=N_("How good is the answer, from 1 to 6?"),
)
