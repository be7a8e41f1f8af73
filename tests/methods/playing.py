"""Plays a method, or a judge that asks, against a script, and writes down what it asked, offered and discarded."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, cast

from desktop.core.content import lead_of
from desktop.core.languages import in_english
from desktop.core.lists import brought_along
from desktop.core.options import Options
from desktop.core.prompts import fill
from desktop.core.records import Candidate, Item, Passage, Ref, Row, Seed
from desktop.core.shapes import Given, Method, PoolRow
from desktop.core.steps import Answer, Ask, Asked, Discard, Judged, Offer, Ran, Reply, Request, Run, Sample, Steps, Told
from tests.fakes import VARIED, Line, Says, seeds


@dataclass
class Context:
    """What a run would hand the method."""

    method: Method
    language: str = "en"
    seeds: Sequence[Seed] = field(default_factory=lambda: seeds(*VARIED))
    random: Random = field(default_factory=lambda: Random(1))
    made: list[PoolRow] = field(default_factory=list)
    stretches: Sequence[Passage] = ()
    candidates: Sequence[Candidate] = ()
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def pool(self) -> Sequence[PoolRow]:
        return self.made

    def passages(self) -> Sequence[Passage]:
        return self.stretches

    def rows(self) -> Iterator[Given]:
        return (Given(Ref("candidate", each.id), each.row) for each in self.candidates)

    def list(self, name: str) -> Sequence[str]:
        return self.lists.get(name) or brought_along(name, self.language)

    def render(self, step: str, **values: str) -> str:
        prompt = next(prompt for prompt in self.method.prompts if prompt.step == step)
        return fill(prompt.text(self.language), {"language": in_english(self.language), **values})


def items(count: int, context: Context, options: Options) -> list[Item]:
    """The first items that the method would work on."""
    return [item for _number, item in zip(range(count), context.method.items(options, context), strict=False)]


@dataclass
class Play:
    """Runs steps against a script: a text, a Says (one for each sample), or an answer of another kind."""

    script: Callable[[Any], Line | Ran]
    judge: Callable[[Row], Judged] = lambda row: Judged(True)
    questions: list[Asked | Run] = field(default_factory=list)
    offered: list[str] = field(default_factory=list)
    discarded: list[Discard] = field(default_factory=list)

    @property
    def asked(self) -> list[Ask]:
        """The questions for text, in order."""
        return [question for question in self.questions if isinstance(question, Ask)]

    def run(self, context: Context, options: Options, item: Item | None = None) -> list[Any]:
        """The rows of one item, the first one where none is given."""
        return self.rows(context.method.steps(item or items(1, context, options)[0], options, context))

    def check(self, context: Context, options: Options) -> None:
        """Have the method look at the options, as is done before there is a run; what it has run is a question."""
        assert context.method.check is not None
        self.end(context.method.check(options, context))

    def rows(self, steps: Steps) -> list[Any]:
        """What the steps return."""
        return list(self.end(steps))

    def end(self, steps: Any) -> Any:
        """The same for steps that return something else, such as a Verdict."""
        answer: Any = None
        while True:
            try:
                request = steps.send(answer)
            except StopIteration as end:
                return end.value
            together = isinstance(request, Sequence)
            answer = [self._answer(each) for each in request] if together else self._answer(request)

    def _answer(self, request: Request) -> Answer:
        match request:
            case Offer(row):
                self.offered.append(lead_of(row))
                return self.judge(row)
            case Discard():
                self.discarded.append(request)
                return None
            case Ask():
                self.questions.append(request)
                said = [self._said(request) for _sample in range(request.n)]
                return Reply(tuple(Sample(each.text, each.finish, number) for number, each in enumerate(said, 1)))
        self.questions.append(request)
        return cast("Told | Ran", self.script(request))

    def _said(self, ask: Ask) -> Says:
        line = self.script(ask)
        return line if isinstance(line, Says) else Says(str(line))


def by_step(**lines: Line) -> Callable[[Any], Line]:
    """A script that always says the same for a step."""
    return lambda ask: lines[ask.step]
