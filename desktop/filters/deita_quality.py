"""Quality: how good an answer is, on DEITA's scale from 1 to 6.

After DEITA (Liu et al. 2023, arXiv 2312.15685): the grade is the sum of k times the probability of the token k, over
"1" to "6". Its scorers were trained for this; here the loaded model is asked, and what it says is only as good.
"""

from desktop.core.i18n import N_
from desktop.core.prompts import Prompt
from desktop.filters import _asking

FILTER = _asking.graded(
    _asking.Scale(
        "deita_quality",
        _asking.DEITA_GRADES,
        lambda exchange, _options, context: context.render("quality", task=exchange.task, answer=exchange.answer),
        N_("The answer is only {value:.2f} good of 6; {least:g} is asked for."),
    ),
    _asking.DeitaOptions,
    (Prompt("quality", "deita_quality/quality", ("task", "answer"), {"en": "4", "zh": "4"}),),
    title=N_("Quality (DEITA)"),
    summary=N_("Has the model say how good each answer is, 1 to 6; nothing is dropped unless you set a cut."),
    source=N_("DEITA, arXiv 2312.15685, asked of the loaded model in place of its trained scorer"),
    value_title=N_("How good, 1 to 6"),
    dropped_as=N_("too plain"),
    question=N_("How good is the answer, from 1 to 6?"),
)
