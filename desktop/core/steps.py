"""The verbs of Seedbed: what a method may ask for, and what it is answered.

A method is a generator. It yields one request, or a list of requests that are answered together, and is
sent the answer, or the list of answers in the same order. It returns the rows it made.
"""

import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeAlias, TypeVar, cast

from desktop.core.records import JsonObject, Message, Reason, Row, Verdict

Finish = Literal["stop", "length", "lost"]
Prompt: TypeAlias = str | tuple[Message, ...]
"""A `str` is continued as it stands (completion style); messages go through the model's chat template."""

A = TypeVar("A")


class Question(Generic[A]):
    """Something that a model answers with an A. `step` says for what."""

    __slots__ = ()
    step: str


# ── text ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Sampling:
    """How tokens are drawn. Penalties count the generated tokens only, never the prompt."""

    temperature: float = 1.0  # 0: always the likeliest token
    top_p: float = 1.0
    top_k: int = 0  # 0: no limit
    min_p: float = 0.0
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    max_tokens: int = 512


@dataclass(frozen=True, slots=True)
class Sample:
    """One text that a model wrote."""

    text: str
    finish: Finish
    random_seed: int
    reply_tokens: int = 0
    seconds: float = 0.0  # from the first token asked for to the last
    logprobs: tuple[float, ...] = ()  # of every token drawn, where they were asked for


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to an Ask: its n samples, in order."""

    samples: tuple[Sample, ...]
    prompt_tokens: int = 0

    @property
    def text(self) -> str:
        """The first sample's text."""
        return self.samples[0].text

    @property
    def finish(self) -> Finish:
        """Why the first sample ended."""
        return self.samples[0].finish


@dataclass(frozen=True, slots=True)
class Ask(Question[Reply]):
    """A request for text.

    `prefill` opens the reply and is not part of the returned text. One of two forms may bind it: `schema`, a JSON
    schema, for prefill and text together; `grammar`, a GBNF text with the start symbol "root", for the text alone.
    `optional`: opening and form are a help, and an engine that has them not leaves them out. `stop` strings end a
    reply and are not part of it. `logprobs`: say how likely each token was to the model itself (the natural logarithm
    of its probability before temperature, cuts, penalties and grammar).
    """

    step: str
    prompt: Prompt
    sampling: Sampling = Sampling()
    n: int = 1  # samples of the same prompt
    stop: tuple[str, ...] = ()
    prefill: str = ""
    schema: JsonObject | None = None
    grammar: str = ""
    optional: bool = False
    logprobs: bool = False


# ── probabilities ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Scored:
    """The answer to a Score: natural logarithms of the probability of each token of the answer.

    A text without a prompt, for a model that puts no token before a text, has a first token that nothing predicts:
    it is left out and `unpredicted` is 1.
    """

    logprobs: tuple[float, ...]
    prompt_tokens: int = 0
    unpredicted: int = 0

    @property
    def loss(self) -> float:
        """Mean negative log-probability of a token, in nats; what trainers call the loss."""
        return -math.fsum(self.logprobs) / len(self.logprobs) if self.logprobs else math.nan

    @property
    def perplexity(self) -> float:
        """exp(loss)."""
        return math.exp(min(self.loss, 700.0)) if self.logprobs else math.nan


@dataclass(frozen=True, slots=True)
class Score(Question[Scored]):
    """A request for the probabilities of a given answer after a given prompt. Nothing is written.

    The answer is cut into tokens by itself, so that it has the same tokens after every prompt, and after none: an
    empty prompt asks for s(A) of the IFD score (Li et al. 2023, arXiv 2308.12032), and s(A) of
    s(A|Q)/s(A) does not depend on the question.
    """

    step: str
    prompt: Prompt
    answer: str


def probability_of(log_odds: float) -> float:
    """The probability, 0 to 1, of what has these odds, given as a natural logarithm."""
    return 1 / (1 + math.exp(-log_odds))


@dataclass(frozen=True, slots=True)
class Chosen:
    """The answer to a Choose: the options' probabilities, which sum to 1, and what they have together of all."""

    probabilities: tuple[float, ...]
    mass: float  # 0 to 1; where it is small, the model would rather have said something else
    prompt_tokens: int = 0

    @property
    def log_odds(self) -> float:
        """How much likelier the first option is than all others, as a natural logarithm; 20.7 at most, either way."""
        first, unsure = self.probabilities[0], 1e-9
        return math.log(max(first, unsure) / max(1 - first, unsure))

    def against(self, opposite: "Chosen") -> float:
        """The probability of the first option by two questions of which each one's yes is the other's no, 0 to 1.

        The mean of both in log odds: a small model leans to one of the words whatever it is asked, and this does not.
        """
        return probability_of((self.log_odds - opposite.log_odds) / 2)


@dataclass(frozen=True, slots=True)
class Choose(Question[Chosen]):
    """A request for the probabilities of given continuations; after Constitutional AI (arXiv 2212.08073) and RLAIF.

    An option of several tokens has the product of theirs. `prefill` opens the reply before the option.
    """

    step: str
    prompt: Prompt
    options: tuple[str, ...]
    prefill: str = ""


@dataclass(frozen=True, slots=True)
class Embedded:
    """The answer to an Embed: a vector of length 1, so that the dot product of two is their cosine similarity."""

    vector: tuple[float, ...]
    pooled: bool = False  # true: the mean of a writing model's last states, a weak stand-in for an embedding model
    prompt_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Embed(Question[Embedded]):
    """A request for a text's embedding. A text longer than the model reads is cut at its end."""

    step: str
    text: str


# ── without decoding ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Counted:
    """The answer to a Count, for each text in order."""

    tokens: tuple[int, ...]  # without what a model wants before a text
    small: tuple[int, ...]  # of those, the ones that stand for one character or for less


@dataclass(frozen=True, slots=True)
class Count(Question[Counted]):
    """A request for the number of tokens of some texts."""

    step: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rendered:
    """The answer to a Render: the text and its number of tokens, control tokens included."""

    text: str
    tokens: int


@dataclass(frozen=True, slots=True)
class Render(Question[Rendered]):
    """A request for a conversation as the model's chat template writes it.

    `reply`: up to where the assistant speaks, as a model is asked; else the whole, as a trainer reads it.
    """

    step: str
    messages: tuple[Message, ...]
    reply: bool = False


# ── what needs no model ──────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Ran:
    """The answer to a Run: what the task said, one object after another, and why it ended early, where it did."""

    said: tuple[JsonObject, ...]
    fault: str = ""  # for a person to read; empty: it ended in good order


@dataclass(frozen=True, slots=True)
class Run(Question[Ran]):
    """A request for work in the confined process, which it leaves by what it says alone; see confined/tasks.py."""

    step: str
    task: str
    given: JsonObject


@dataclass(frozen=True, slots=True)
class Offer:
    """Have the run's rule filters judge a row now, so that nobody pays for the answers of a duplicate."""

    row: Row


@dataclass(frozen=True, slots=True)
class Judged:
    """The answer to an Offer: true where every rule let the row pass. A dropped one is kept, marked."""

    passed: bool
    verdicts: dict[str, Verdict] = field(default_factory=dict)  # by filter id

    def __bool__(self) -> bool:
        return self.passed


@dataclass(frozen=True, slots=True)
class Discard:
    """Say that a reply, or a part of one, could not be used. It is kept and counted by reason."""

    step: str
    text: str
    reason: Reason


Told: TypeAlias = Reply | Scored | Chosen | Embedded | Counted | Rendered
"""What an engine answers."""

Asked: TypeAlias = Ask | Score | Choose | Embed | Count | Render
"""What an engine is asked."""

Request: TypeAlias = Asked | Run | Offer | Discard
Answer: TypeAlias = Told | Ran | Judged | None
Steps: TypeAlias = Generator[Request | Sequence[Request], "Answer | list[Answer]", Sequence[Row]]
JudgeSteps: TypeAlias = Generator[Request | Sequence[Request], "Answer | list[Answer]", Verdict]
Asking: TypeAlias = Generator[Request | Sequence[Request], "Answer | list[Answer]", A]
"""A part of some steps that returns an A: `reply = yield from put(Ask(…))`."""


def put(question: Question[A]) -> "Asking[A]":
    """Ask one question, or have one thing run, from within the steps of a method or a judge."""
    return cast(A, (yield cast(Asked, question)))


def put_all(questions: Sequence[Question[A]]) -> "Asking[list[A]]":
    """Ask questions that are answered together; the answers come in the same order."""
    return cast("list[A]", (yield cast("Sequence[Asked]", questions))) if questions else []
