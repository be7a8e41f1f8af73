"""What a job says while it works: how far it is, a text as it is written, a row that landed, or that it lives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from desktop.core.records import Candidate, Verdict


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is. Rates and the time left are measured, and None until there is something to measure."""

    what: str  # one short sentence in the user's language
    done: int = 0
    total: int | None = None
    rows_per_minute: float | None = None
    tokens_per_second: float | None = None
    seconds_left: float | None = None
    counts: Mapping[str, int] = field(default_factory=dict)  # "passing", and filter ids or discards → rows
    seconds: float | None = None  # that a run has been worked on by the clock, its pauses left out


@dataclass(frozen=True, slots=True)
class Partial:
    """An item's text so far; shown, never stored."""

    item: int
    step: str
    sample: int
    text: str
    tokens: int


@dataclass(frozen=True, slots=True)
class Landed:
    """A candidate that is committed, with its verdicts."""

    candidate: Candidate
    passed: bool
    verdicts: Mapping[str, Verdict]
    seconds: float


@dataclass(frozen=True, slots=True)
class Tick:
    """Nothing new; the job waits and may be closed here."""


Event: TypeAlias = Progress | Partial | Landed | Tick
