"""What jobs need of a model: the Engine they are handed, and what it reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from desktop.core.steps import Asked, Told


@dataclass(frozen=True, slots=True)
class Model:
    """The loaded model, as a run records it."""

    name: str  # "SmolLM2 135M Instruct"
    path: str
    fingerprint: str  # SHA-256 of the file, in hex
    context: int  # tokens that prompt and reply may take together
    has_chat_template: bool
    writes: bool = True  # false: an embedding model, which answers Embed and Count alone
    note: str = ""  # what a person should know of how it runs, in words: why the graphics card is not used, say


@dataclass(frozen=True, slots=True)
class Streamed:
    """More of a sample's text: all of it so far."""

    ticket: int
    sample: int
    text: str
    tokens: int


@dataclass(frozen=True, slots=True)
class Answered:
    """A question is answered, with what its kind is answered with."""

    ticket: int
    reply: Told


@dataclass(frozen=True, slots=True)
class Refused:
    """An ask that can never be answered as it stands, such as a prompt longer than the context."""

    ticket: int
    why: str


@dataclass(frozen=True, slots=True)
class EngineLost:
    """The worker died or hung while this ask was in flight. The engine restarts by itself; ask again."""

    ticket: int
    why: str


NO_MODEL = Model(name="", path="", fingerprint="no model", context=0, has_chat_template=False, writes=False)
"""What a run records that asked no model."""


Report: TypeAlias = Streamed | Answered | Refused | EngineLost


class Engine(Protocol):
    """A model that answers many asks at once. Every method returns at once, but `poll` up to its timeout."""

    @property
    def model(self) -> Model:
        """The model that answers."""

    @property
    def slots(self) -> int:
        """Samples that are written side by side."""

    def submit(self, ask: Asked, random_seed: int) -> int:
        """Queue a question and return its ticket. Sample k of an Ask is drawn with `random_seed` + k."""

    def poll(self, timeout: float) -> Sequence[Report]:
        """What happened since the last call; waits up to `timeout` seconds for the first thing.

        Raises UserError where the engine cannot be brought back.
        """

    def cancel(self, ticket: int) -> None:
        """Drop an ask; nothing more is reported of it."""


class NoEngine:
    """The Engine of a run that asks no model: nothing is loaded, and nothing may be asked."""

    model = NO_MODEL
    slots = 1

    def submit(self, ask: Asked, random_seed: int) -> int:
        """Refuse the question, which is a bug of whoever said that nothing would be asked."""
        raise TypeError(f"{ask.step} asks a model, where none was to be asked")

    def poll(self, timeout: float) -> Sequence[Report]:
        """Nothing happens."""
        return ()

    def cancel(self, ticket: int) -> None:
        """There is nothing to drop."""
