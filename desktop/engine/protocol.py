"""The lines that client and worker send each other: one JSON object a line, one frozen dataclass each."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, TypeAlias, cast, get_args

from desktop.core.confinement.confine import Held
from desktop.core.steps import Asked, Told
from desktop.core.wire import asked_from_json, plain, to_json, told_from_json

VERSION = 5
"""Both sides say it first; they are started from one installation, so a difference means a broken one."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A sentence for a person that the worker cannot translate: marked messages with their figures."""

    what: str  # marked with N_, with {names} of values
    remedy: str = ""
    values: Mapping[str, str | int | float] = field(default_factory=dict)


# ── from the client ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Shape:
    """How a model is run."""

    threads: int
    slots: int  # samples that are written side by side
    context: int  # tokens that prompt and reply of one sample may take together
    flash: bool = False  # flash attention: slower on most processors, faster on most graphics cards
    small_keys: bool = False  # keys of attention in 8 bits instead of 16
    gpu_layers: int = -1  # layers on the graphics card; -1: as many as fit
    together: bool = False  # texts whose prompts begin alike are written in one memory: faster with small models


@dataclass(frozen=True, slots=True)
class Load:
    """Load this model; the first message, and only once."""

    version: int
    path: str
    shape: Shape
    saved: int  # bytes for what prompts have in common, beside the memory of the slots
    together: int = 0  # tokens in the one memory of texts that begin alike; 0: there is no room for it
    only_words: bool = False  # load the vocabulary alone: only Count and Render are answered
    tune: bool = False  # find the best shape by measuring, with `shape` as the most memory it may take


@dataclass(frozen=True, slots=True)
class Submit:
    """Answer this question; sample k of an Ask is drawn with `random_seed` + k."""

    ticket: int
    question: Asked
    random_seed: int


@dataclass(frozen=True, slots=True)
class Cancel:
    """Drop an ask. There is no answer to it."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Ping:
    """Say what you are doing; answered by Pong at once, also in the middle of a decode."""


# ── from the worker ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Hello:
    """The worker runs; its first message. `held` is what the system holds it to."""

    version: int
    held: Held = field(default_factory=Held)


@dataclass(frozen=True, slots=True)
class Loading:
    """How much of the model is in memory, and how much of the measuring is done, 0 to 1."""

    fraction: float
    tuned: float = 0.0


@dataclass(frozen=True, slots=True)
class Loaded:
    """The model answers from now on."""

    shape: Shape
    has_chat_template: bool
    writes: bool = True
    note: str = ""  # what a person should know, such as why the graphics card is not used


@dataclass(frozen=True, slots=True)
class LoadFailed:
    """The model cannot be loaded; the worker ends."""

    trouble: Trouble


@dataclass(frozen=True, slots=True)
class More:
    """What a sample's text has grown by. `tokens` counts all that were drawn so far."""

    ticket: int
    sample: int
    text: str
    tokens: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What the worker counted since it started."""

    prompt_tokens: int = 0  # of all prompts, each counted once for its n samples
    prompt_decoded: int = 0  # of those, the ones that had to be decoded
    drawn: int = 0  # generated tokens
    steps: int = 0
    decode_seconds: float = 0.0  # within llama.cpp, its copies of what texts share included
    busy_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Done:
    """A question is answered."""

    ticket: int
    reply: Told
    figures: Figures


@dataclass(frozen=True, slots=True)
class Refuse:
    """An ask can never be answered as it stands."""

    ticket: int
    trouble: Trouble


@dataclass(frozen=True, slots=True)
class Pong:
    """The worker lives. `doing` is what its main thread is at: "nothing", "load", "prepare" or "decode"."""

    doing: str
    ticket: int  # the ask it is prepared for; 0 where it is none
    seconds: float  # since that began
    figures: Figures


ToWorker: TypeAlias = Load | Submit | Cancel | Ping
FromWorker: TypeAlias = Hello | Loading | Loaded | LoadFailed | More | Done | Refuse | Pong


def encode(message: ToWorker | FromWorker) -> bytes:
    """The message as one line, with its end. Lone surrogates survive as JSON escapes."""
    values = {
        each.name: to_json(value) if each.name in ("question", "reply") else plain(value)
        for each in fields(message)
        for value in (getattr(message, each.name),)
    }
    return json.dumps([type(message).__name__, values], separators=(",", ":")).encode() + b"\n"


def decode_to_worker(line: bytes) -> ToWorker:
    """The client's message that `encode` wrote. Raises ValueError for anything else."""
    return cast(ToWorker, _decode(line, get_args(ToWorker)))


def decode_from_worker(line: bytes) -> FromWorker:
    """The worker's message that `encode` wrote. Raises ValueError for anything else."""
    return cast(FromWorker, _decode(line, get_args(FromWorker)))


def _decode(line: bytes, kinds: Sequence[type]) -> object:
    try:
        name, values = json.loads(line)
        kind = next(each for each in kinds if each.__name__ == name)
        return kind(**{key: _NESTED[key](value) if key in _NESTED else value for key, value in values.items()})
    except (StopIteration, KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise ValueError(f"not a line of this protocol: {line[:80]!r}") from error


_NESTED: Mapping[str, Callable[[Any], Any]] = {
    "question": asked_from_json,
    "reply": told_from_json,
    "trouble": lambda value: Trouble(**value),
    "figures": lambda value: Figures(**value),
    "shape": lambda value: Shape(**value),
    "held": lambda value: Held(**value),
}
