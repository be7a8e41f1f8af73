"""Conflicting answers: the same question with another answer is dropped."""

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.records import Candidate, Evidence, Instruction, Reason, Ref, Row, Twin, Verdict
from desktop.core.shapes import Filter, FilterContext


@dataclass(frozen=True)
class ConflictingAnswersOptions(Options):
    """Whether an instruction without an input can conflict."""

    without_input: bool = option(
        True,
        About(
            title=N_("Also where there is no input"),
            help=N_("Switch this off for open tasks, such as poems, that may be answered in more than one way."),
            why=N_("Rows that came together conflict only where they share an input, as Self-Instruct has it."),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Answer:
    ref: Ref
    family: int | None  # None: a seed
    output: str


class _Judge:
    """Holds every answer that passed, by what it answers, the seeds' among them."""

    def __init__(self, options: ConflictingAnswersOptions, context: FilterContext) -> None:
        self._without_input = options.without_input
        self._held: dict[tuple[str, str], list[_Answer]] = {}
        for seed in context.seeds:
            self._hold(seed.row, Ref("seed", seed.id), None)

    def __call__(self, candidate: Candidate, siblings: Sequence[Candidate], /) -> Verdict:
        row = candidate.row
        if not isinstance(row, Instruction) or row.output is None:
            return Verdict(passed=True)
        if twins := _quarrel([candidate, *siblings], candidate):
            return _failed(N_("Rows that came together answer the same input in different ways."), twins)
        if row.input.strip() or self._without_input:
            others = [each for each in self._held.get(_asked(row), ()) if each.family != candidate.family]
            if others and all(each.output != row.output.strip() for each in others):
                twin = Twin(others[0].ref, others[0].output, 1.0)
                return _failed(N_("An earlier row asks the same and has another answer."), (twin,))
        self.remember(candidate, True)
        return Verdict(passed=True)

    def remember(self, candidate: Candidate, passed: bool, /) -> None:
        if passed:
            self._hold(candidate.row, Ref("candidate", candidate.id), candidate.family)

    def _hold(self, row: Row, ref: Ref, family: int | None) -> None:
        if isinstance(row, Instruction) and row.output is not None:
            self._held.setdefault(_asked(row), []).append(_Answer(ref, family, row.output.strip()))


def _asked(row: Instruction) -> tuple[str, str]:
    return row.instruction.strip(), row.input.strip()


def _quarrel(family: Sequence[Candidate], candidate: Candidate) -> tuple[Twin, ...]:
    """Two rows of a family that share an input and differ in output, without the candidate itself; usually none."""
    first: dict[tuple[str, str], tuple[Candidate, str]] = {}
    for each in family:
        row = each.row
        if not isinstance(row, Instruction) or row.output is None or not row.input.strip():
            continue
        earlier, output = first.setdefault(_asked(row), (each, row.output.strip()))
        if output != row.output.strip():
            pair = ((earlier, output), (each, row.output.strip()))
            return tuple(Twin(Ref("candidate", one.id), text, 1.0) for one, text in pair if one.id != candidate.id)
    return ()


def _failed(message: str, twins: tuple[Twin, ...]) -> Verdict:
    return Verdict(passed=False, reason=Reason(message), evidence=Evidence(twins=twins))


FILTER = Filter(
    title=N_("Conflicting answers"),
    summary=N_("Drops rows that answer the same instruction and input in different ways."),
    source=N_("Self-Instruct, arXiv 2212.10560"),
    options=ConflictingAnswersOptions,
    start=_Judge,
    remembers=True,
    dropped_as=N_("in conflict"),
)
