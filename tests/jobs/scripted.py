"""A Self-Instruct run with a scripted model; also a program of its own, which a test can kill at any moment.

python -m tests.jobs.scripted PROJECT TARGET SLOTS
"""

import sys
from collections.abc import Callable, Generator
from pathlib import Path
from random import Random
from typing import TypeVar

from desktop.core.progress import Event, Landed
from desktop.core.records import Instruction
from desktop.core.steps import Ask
from desktop.jobs.generating import GenerateReport, GenerateRequest, generate
from desktop.store.project import Project
from tests.fakes import VARIED, FakeEngine, Line

WORDS = tuple(
    f"{first}{last}" for first in ("an", "be", "ca", "do", "el", "fi") for last in ("gle", "lt", "mp", "nd", "st")
)
T = TypeVar("T")


def new_project(path: Path, language: str = "en", seeds: tuple[str, ...] = VARIED) -> Project:
    """A project with these seeds, open."""
    project = Project.create(path, title="Test", language=language)
    rows = [(Instruction(instruction=text, output="An answer."), "", None, "") for text in seeds]
    project.user.perform("Seeds", lambda edit: edit.add_seeds(rows)).result()
    return project


def by_seed(instructions: int = 4, repeat_every: int = 0) -> Callable[[Ask, int], Line]:
    """A model whose replies hang on the random seed alone, so that a resumed run is told what it would have been told.

    With `repeat_every`, so many draws give only as many different instructions: some fall to novelty.
    """

    def script(ask: Ask, random_seed: int) -> Line:
        random = Random(random_seed % repeat_every if repeat_every else random_seed)
        if ask.step == "instructions":
            texts = ["Tell the tale of " + " ".join(random.choices(WORDS, k=9)) for _number in range(instructions)]
            return " " + "\n".join(f"{9 + number}. {text}"[3 * (not number) :] for number, text in enumerate(texts))
        if ask.step == "classify":
            return random.choice([" Yes", " No", " No"])
        if ask.step == "output_first":
            return f"Class label: {random.random()}\nText: {random.random()}"
        lines = (f"Example {number}\nX: {random.random()}\nOutput: {random.random()}" for number in (1, 2))
        return "\n".join(lines)

    return script


def finish(job: Generator[Event, None, T], events: list[Event] | None = None) -> T:
    """Run a job to its end; what it said goes into `events`."""
    while True:
        try:
            event = next(job)
        except StopIteration as end:
            result: T = end.value
            return result
        if events is not None:
            events.append(event)


def request(target: int, resume: bool = True) -> GenerateRequest:
    """What the program below asks for."""
    return GenerateRequest("self_instruct", {}, target, random_seed=5, resume=resume)


def run(project: Project, target: int, slots: int, seconds: float = 0.0) -> Generator[Event, None, GenerateReport]:
    """The run of the program below."""
    script = by_seed(repeat_every=0 if slots > 1 else 23)
    return generate(project, FakeEngine(script, slots=slots, seconds=seconds), request(target))


def main() -> None:
    """Generate, and say so whenever a row has landed."""
    path, target, slots = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    with Project.open(path) as project:
        for event in run(project, target, slots, seconds=0.001):
            if isinstance(event, Landed):
                sys.stdout.write(f"{event.candidate.id}\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
