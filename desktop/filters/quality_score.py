"""Quality score: the model grades each pair of question and answer from 1 to 5, as for curating web texts.

After the GPTScore selector of EasyInstruct (Ou et al. 2024, arXiv 2402.03049), whose scale is the one by which
Humpback (arXiv 2308.06259) curates: reasons first, then "Score: n" on the last line, always the likeliest words.
"""

from dataclasses import dataclass
from typing import Literal

from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.prompts import Prompt
from desktop.filters import _asking

_GRADES = range(1, 6)


@dataclass(frozen=True)
class QualityScoreOptions(Options):
    """What stays, and how the grade is had."""

    minimum: float = _asking.minimum(
        4.0, _GRADES, N_("Exactly this stays."), N_("EasyInstruct (arXiv 2402.03049) keeps 4 and more of 5.")
    )
    how: Literal["probabilities", "written", "compared"] = option(
        "probabilities",
        About(
            _asking.HOW,
            N_(
                "By probabilities a grade is fractional and takes one reading. Beside an answer of its own, which the "
                "model writes first, it sees far more of what is wrong; that, and a grade that is written out with its "
                "reason, takes several times as long. Calibrate each way: their grades lie apart."
            ),
            N_(
                "EasyInstruct has the reasons written first, in 150 tokens at most. To answer first is how MT-bench's "
                "reference-guided judge does it (arXiv 2306.05685)."
            ),
            choices={**_asking.WAYS, "compared": N_("By how surely it is good beside the model's own answer")},
        ),
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
    (
        _prompt("quality", "task", "answer"),
        _prompt("digit"),
        _prompt("reasons"),
        Prompt("compared", "quality_score/compared", ("task", "own", "answer"), {"en": "Yes", "zh": "是"}),
    ),
    title=N_("Quality by the model, 1 to 5"),
    summary=N_("Has the model grade how good an assistant's answer this is, and keeps the good ones."),
    source=N_("EasyInstruct's GPTScore, arXiv 2402.03049"),
    value_title=N_("The model's grade, 1 to 5"),
    dropped_as=N_("graded low"),
    question=N_("How good is the answer, from 1 to 5?"),
)
