"""Input equals output: a row whose answer only repeats its input is dropped."""

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.core.i18n import N_
from desktop.core.options import Options
from desktop.core.records import Candidate, Evidence, Instruction, Reason, Span, Verdict
from desktop.core.shapes import Filter, FilterContext, Judge
from desktop.filters._verdicts import PASSED


@dataclass(frozen=True)
class InputEqualsOutputOptions(Options):
    """There is nothing to choose."""


def _start(options: InputEqualsOutputOptions, context: FilterContext) -> Judge:
    return _judge


def _judge(candidate: Candidate, siblings: Sequence[Candidate], /) -> Verdict:
    row = candidate.row
    if not isinstance(row, Instruction) or row.output is None:
        return PASSED
    words = row.output.split()
    if not words or words != row.input.split():
        return PASSED
    return Verdict(
        passed=False,
        reason=Reason(N_("The answer only repeats the input.")),
        evidence=Evidence(spans=(Span("input", 0, len(row.input)), Span("output", 0, len(row.output)))),
    )


FILTER = Filter(
    title=N_("Input repeated"),
    summary=N_("Drops a row whose answer only repeats its input."),
    source=N_("Self-Instruct, arXiv 2212.10560"),
    options=InputEqualsOutputOptions,
    start=_start,
    cost="cheap",
    dropped_as=N_("only repeated"),
)
