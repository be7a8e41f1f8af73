"""A model that answers from a script, for every test that needs an engine but no llama.cpp."""

import hashlib
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast

from desktop.core.engine import Answered, EngineLost, Model, Refused, Report, Streamed
from desktop.core.records import Instruction, Seed
from desktop.core.steps import Ask, Asked, Chosen, Counted, Embedded, Finish, Rendered, Reply, Sample, Scored, Told


@dataclass(frozen=True, slots=True)
class Says:
    """A scripted sample: its text, why it ended, and how many polls it keeps the caller waiting."""

    text: str
    finish: Finish = "stop"
    polls: int = 0


@dataclass(frozen=True, slots=True)
class Loses:
    """The worker dies while it works on this ask, and the next one is as good as new."""

    why: str = "The model's process ended unexpectedly."


@dataclass(frozen=True, slots=True)
class Refuses:
    """The ask can never be answered."""

    why: str = "The prompt is longer than the model can read."


Line: TypeAlias = str | Says | Loses | Refuses | Scored | Chosen | Embedded | Counted | Rendered
Script: TypeAlias = Callable[[Any, int], Line]
"""What sample `random_seed` of an ask is answered with; a question that is no Ask, by an answer of its kind."""


def by_step(lines: Mapping[str, Line | Sequence[Line] | Script]) -> Script:
    """A script that answers by the ask's step: always the same line, one line after another (the last one for ever),
    or whatever a function of the ask and its random seed says."""
    told: dict[str, int] = {}

    def answer(ask: Asked, random_seed: int) -> Line:
        said = lines[ask.step]
        if callable(said):
            return said(ask, random_seed)
        if isinstance(said, str) or not isinstance(said, Sequence):
            return said
        number = told.get(ask.step, 0)
        told[ask.step] = number + 1
        return said[min(number, len(said) - 1)]

    return answer


FAKE_MODEL = Model(
    name="Scripted model",
    path="/models/scripted.gguf",
    fingerprint=hashlib.sha256(b"scripted").hexdigest(),
    context=8192,
    has_chat_template=True,
)


@dataclass(slots=True)
class _Job:
    ticket: int
    ask: Asked
    lines: list[Line]
    seed: int
    polls: int

    @property
    def samples(self) -> int:
        return len(self.lines)


@dataclass
class FakeEngine:
    """An Engine that answers from a script and records what it was asked, in order, in `questions`.

    At most `slots` samples are worked on at once. `seconds` is how long one answer takes; with `stream` every
    sample is first reported word by word.
    """

    script: Script
    slots: int = 4
    model: Model = FAKE_MODEL
    seconds: float = 0.0
    stream: bool = False
    questions: list[Asked] = field(default_factory=list)
    seeds: list[int] = field(default_factory=list)
    cancelled: list[int] = field(default_factory=list)
    most_at_once: int = 0
    closed: bool = False
    _queue: deque[_Job] = field(default_factory=deque)
    _tickets: int = 0

    def submit(self, ask: Asked, random_seed: int) -> int:
        """Queue the ask; what it will be answered with is decided here."""
        self._tickets += 1
        self.questions.append(ask)
        self.seeds.append(random_seed)
        lines = [self.script(ask, random_seed + number) for number in range(ask.n if isinstance(ask, Ask) else 1)]
        polls = max((line.polls for line in lines if isinstance(line, Says)), default=0)
        self._queue.append(_Job(self._tickets, ask, lines, random_seed, polls))
        self.most_at_once = max(self.most_at_once, sum(job.samples for job in self._queue))
        return self._tickets

    def poll(self, timeout: float) -> Sequence[Report]:
        """Report the asks that are due among those that fit the slots, oldest first."""
        if not self._queue:
            time.sleep(min(timeout, 0.005))
            return ()
        if self.seconds:
            time.sleep(min(timeout, self.seconds))
        reports: list[Report] = []
        for job in list(self._working()):
            if job.polls:
                job.polls -= 1
                continue
            self._queue.remove(job)
            reports.extend(self._reports(job))
        return reports

    def cancel(self, ticket: int) -> None:
        """Forget the ask."""
        self.cancelled.append(ticket)
        self._queue = deque(job for job in self._queue if job.ticket != ticket)

    def close(self) -> None:
        """Nothing runs that would have to end."""
        self.closed = True

    @property
    def asked(self) -> list[Ask]:
        """The questions for text, in order."""
        return [question for question in self.questions if isinstance(question, Ask)]

    def asked_of(self, step: str) -> list[Ask]:
        """What was asked under the name of one step."""
        return [ask for ask in self.asked if ask.step == step]

    def _working(self) -> Iterable[_Job]:
        taken = 0
        for job in self._queue:
            taken += job.samples
            if taken > self.slots and taken > job.samples:
                return
            yield job

    def _reports(self, job: _Job) -> Iterable[Report]:
        for line in job.lines:
            if isinstance(line, Loses):
                yield EngineLost(job.ticket, line.why)
                return
            if isinstance(line, Refuses):
                yield Refused(job.ticket, line.why)
                return
        if not isinstance(job.ask, Ask):
            yield Answered(job.ticket, cast(Told, job.lines[0]))
            return
        said = [line if isinstance(line, Says) else Says(str(line)) for line in job.lines]
        if self.stream:
            for number, line in enumerate(said):
                words = line.text.split(" ")
                for count in range(1, len(words) + 1):
                    yield Streamed(job.ticket, number, " ".join(words[:count]), count)
        samples = tuple(
            Sample(line.text, line.finish, job.seed + number, len(line.text.split()), self.seconds)
            for number, line in enumerate(said)
        )
        yield Answered(job.ticket, Reply(samples, prompt_tokens=len(str(job.ask.prompt).split())))


def seeds(*instructions: str) -> tuple[Seed, ...]:
    """Seeds with these instructions, ids from 1, each answered with its own number."""
    return tuple(
        Seed(number, Instruction(instruction=text, output=f"Answer {number}."), name=f"seed_{number}")
        for number, text in enumerate(instructions, 1)
    )


VARIED = (
    "Explain why the sky is blue to a child of six.",
    "Translate the sentence below into formal French.",
    "Sort these numbers from smallest to largest.",
    "Suggest three names for a bakery near a harbour.",
    "Summarise the following paragraph in two lines.",
    "Decide whether the review is positive or negative.",
    "Compose a polite letter that cancels a hotel booking.",
    "List the ingredients of a simple vegetable soup.",
    "Rewrite the passage so that it sounds less angry.",
    "Give two arguments against daylight saving time.",
)
"""Ten instructions with hardly a word in common."""
