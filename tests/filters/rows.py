"""Short ways to write candidates and start filters, for the tests of filters."""

from collections.abc import Sequence

from desktop.core import options
from desktop.core.catalogue import filters
from desktop.core.records import Candidate, Instruction, Row, Seed
from desktop.core.shapes import FilterContext, Judge, RememberingJudge


def ask(instruction: str, output: str | None = "Yes, certainly.", input: str = "") -> Instruction:
    return Instruction(instruction, input=input, output=output)


def candidate(row: Row | str, id: int = 1, family: int | None = None) -> Candidate:
    return Candidate(id, family or id, ask(row) if isinstance(row, str) else row)


def start(filter_id: str, language: str = "en", seeds: Sequence[Instruction] = (), **chosen: object) -> Judge:
    """A judge as a chain starts it, its options read as they are stored."""
    leaf = filters()[filter_id]
    made = options.from_json(leaf.options, chosen)  # type: ignore[arg-type]  # a test may store anything
    assert leaf.start is not None
    context = FilterContext(language, [Seed(number, row) for number, row in enumerate(seeds, start=1)])
    judge: Judge = leaf.start(made, context)
    assert isinstance(judge, RememberingJudge) == leaf.remembers
    return judge
