"""Input equals output: a row whose answer only repeats its input is dropped.

After Self-Instruct (Wang et al. 2023, arXiv 2212.10560). That the instruction may not be repeated either is our own:
very small models do it, and not one of 9,000 rows of an Alpaca set does.
"""

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
    if _says_the_same(row.input, row.output):
        return _repeated("input", row.input, row.output, Reason(N_("The answer only repeats the input.")))
    if _says_the_same(row.instruction, row.output):
        repeats = Reason(N_("The answer only repeats the instruction."))
        return _repeated("instruction", row.instruction, row.output, repeats)
    return PASSED


def _says_the_same(one: str, other: str) -> bool:
    """Whether two texts have the same words in the same lines, and any; the first words, which are read soon, tell
    most apart. Where lines end may be the answer, how far words stand apart is not.
    """
    first = one.split(maxsplit=1)[:1]
    return bool(first) and first == other.split(maxsplit=1)[:1] and _lines(one) == _lines(other)


def _lines(text: str) -> list[list[str]]:
    return [words for line in text.splitlines() if (words := line.split())]


def _repeated(field: str, text: str, output: str, reason: Reason) -> Verdict:
    spans = (Span(field, 0, len(text)), Span("output", 0, len(output)))
    return Verdict(passed=False, reason=reason, evidence=Evidence(spans=spans))


FILTER = Filter(
    title=N_("Input repeated"),
    summary=N_("Drops a row whose answer only repeats its input or its instruction."),
    source=N_("Self-Instruct, arXiv 2212.10560"),
    options=InputEqualsOutputOptions,
    start=_start,
    cost="cheap",
    dropped_as=N_("only repeated"),
)
