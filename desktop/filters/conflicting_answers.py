"""Conflicting answers: the same question with another answer is dropped."""

import hashlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.records import Candidate, Evidence, Instruction, Reason, Ref, Row, Twin, Verdict
from desktop.core.shapes import Filter, FilterContext, Reading
from desktop.core.text.digests import SIZE, HeldDigests
from desktop.core.text.packed import PackedTexts
from desktop.core.text.prose import shortened
from desktop.filters._sameness import compatible, on_one_line
from desktop.filters._verdicts import PASSED

_QUOTED = 120  # characters of the other answer that are kept to be shown


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


class _Judge:
    """Holds a digest of every answer that passed, by what it answers, the seeds' among them."""

    def __init__(self, options: ConflictingAnswersOptions, context: FilterContext) -> None:
        self._without_input = options.without_input
        self._asked = HeldDigests()
        # By place; plain numbers and packed texts, for there may be a million.
        self._ids = array("q")  # the row's id, a seed's below zero
        self._families = array("q")  # -1: a seed
        self._answers = bytearray()  # a digest of each
        self._quotes = PackedTexts()
        for seed in context.seeds:
            self._take(seed.row, -seed.id, -1, self.read(seed.row))

    def read(self, row: Row, /) -> Reading:
        """A digest of what is asked and one of the answer; nothing where there is none that can conflict."""
        if not isinstance(row, Instruction) or row.output is None:
            return b""
        return _asked(row) + _digest(on_one_line(row.output.strip()))

    def __call__(
        self, candidate: Candidate, siblings: Sequence[Candidate], /, reading: Reading | None = None
    ) -> Verdict:
        row = candidate.row
        if not isinstance(row, Instruction) or row.output is None:
            return PASSED
        if siblings and (twins := _quarrel([candidate, *siblings], candidate)):
            return _failed(N_("Rows that came together answer the same input in different ways."), twins)
        reading = self.read(row) if reading is None else reading
        if self._without_input or row.input.strip():
            own, earlier = reading[SIZE:], self._asked.places(reading[:SIZE])
            others = [place for place in earlier if self._families[place] != candidate.family]
            if others and all(self._answers[SIZE * place : SIZE * (place + 1)] != own for place in others):
                id = self._ids[others[0]]
                ref = Ref("candidate", id) if id > 0 else Ref("seed", -id)
                twin = Twin(ref, self._quotes[others[0]], 1.0)
                return _failed(N_("An earlier row asks the same and has another answer."), (twin,))
        self._take(row, candidate.id, candidate.family, reading)
        return PASSED

    def remember(self, candidate: Candidate, passed: bool, /, reading: Reading | None = None) -> None:
        if passed:
            reading = self.read(candidate.row) if reading is None else reading
            self._take(candidate.row, candidate.id, candidate.family, reading)

    def _take(self, row: Row, id: int, family: int, reading: Reading) -> None:
        if not isinstance(row, Instruction) or row.output is None:
            return
        self._asked.append(reading[:SIZE])
        self._ids.append(id)
        self._families.append(family)
        self._answers += reading[SIZE:]
        self._quotes.append(shortened(row.output.strip(), _QUOTED))


def _digest(*texts: str) -> bytes:
    together = hashlib.blake2b(digest_size=SIZE)
    for text in texts:
        together.update(text.encode("utf-8", "surrogatepass") + b"\xff")  # a byte that no text has
    return together.digest()


def _asked(row: Instruction) -> bytes:
    """The question, with all that came before it: “And then?” is another one in another dialogue."""
    texts = [row.instruction, row.input]
    if row.system or row.history:
        texts += [row.system, *(text for turn in row.history for text in turn)]
    return _digest(*[compatible(text).strip() for text in texts])


def _quarrel(family: Sequence[Candidate], candidate: Candidate) -> tuple[Twin, ...]:
    """Two rows of a family that share an input and differ in output, without the candidate itself; usually none."""
    first: dict[bytes, tuple[Candidate, str]] = {}
    for each in family:
        row = each.row
        if not isinstance(row, Instruction) or row.output is None or not row.input.strip():
            continue
        earlier, output = first.setdefault(_asked(row), (each, row.output.strip()))
        if on_one_line(output) != on_one_line(row.output):
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
    cost="cheap",
    dropped_as=N_("in conflict"),
)
