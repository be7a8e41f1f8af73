"""Quality score: the model grades each pair of question and answer from 1 to 5, as for curating web texts.

After the GPTScore selector of EasyInstruct (Ou et al. 2024, arXiv 2402.03049), whose scale is the one by which
Humpback (arXiv 2308.06259) curates: reasons first, then "Score: n" on the last line, always the likeliest words.
"""

from dataclasses import dataclass
from typing import Literal

from desktop.core.i18n import N_
from desktop.core.options import Options
from desktop.core.prompts import Prompt
from desktop.filters import _asking

_GRADES = range(1, 6)


@dataclass(frozen=True)
class QualityScoreOptions(Options):
    """What stays, and how the grade is had."""

    minimum: float = _asking.minimum(
        4.0, _GRADES, N_("Exactly this stays."), N_("EasyInstruct (arXiv 2402.03049) keeps 4 and more of 5.")
    )
    how: Literal["probabilities", "written"] = _asking.how(
        N_("EasyInstruct has the reasons written first, in 150 tokens at most.")
    )


def _read(text: str) -> float | None:
    return _asking.grade_of(text, _GRADES[0], _GRADES[-1])


def _prompt(step: str, *places: str) -> Prompt:
    example = {"en": "It answers all that was asked.\nScore: 4", "zh": "回答涵盖了全部要求。\n评分：4"}
    return Prompt(step, f"quality_score/{step}", places, example, read=_read)


FILTER = _asking.graded(
    _asking.Scale(
        "quality_score",
        _GRADES,
        lambda exchange, _options, context: context.render("quality", task=exchange.task, answer=exchange.answer),
        _asking.LOW,
        probabilities="digit",
        written="reasons",
        tokens=150,
    ),
    QualityScoreOptions,
    (_prompt("quality", "task", "answer"), _prompt("digit"), _prompt("reasons")),
    title=N_("Quality by the model, 1 to 5"),
    summary=N_("Has the model grade how good an assistant's answer this is, and keeps the good ones."),
    source=N_("EasyInstruct's GPTScore, arXiv 2402.03049"),
    value_title=N_("The model's grade, 1 to 5"),
    dropped_as=N_("graded low"),
    question=N_("How good is the answer, from 1 to 5?"),
)
