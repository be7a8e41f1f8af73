"""The verbs of Seedbed: what a method may ask for, and what it is answered.

A method is a generator. It yields one request, or a list of requests that are answered together, and is
sent the answer, or the list of answers in the same order. It returns the rows it made.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from desktop.core.records import JsonObject, Message, Reason, Row, Verdict

Finish = Literal["stop", "length", "lost"]


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
class Ask:
    """A request for text.

    A `str` prompt is continued as it stands (completion style); messages go through the model's chat
    template. `prefill` opens the reply and is not part of the returned text. `schema` is a JSON schema that
    the reply is bound to. `stop` strings end a reply and are not part of it.
    """

    step: str
    prompt: str | tuple[Message, ...]
    sampling: Sampling = Sampling()
    n: int = 1  # samples of the same prompt
    stop: tuple[str, ...] = ()
    prefill: str = ""
    schema: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """One text that a model wrote."""

    text: str
    finish: Finish
    random_seed: int
    reply_tokens: int = 0
    seconds: float = 0.0  # from the first token asked for to the last


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


Request: TypeAlias = Ask | Offer | Discard
Answer: TypeAlias = Reply | Judged | None
Steps: TypeAlias = Generator[Request | Sequence[Request], "Answer | list[Answer]", Sequence[Row]]
