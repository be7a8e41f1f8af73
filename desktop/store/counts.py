"""How many rows stand at each stage of the flow."""

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.core.records import RunState


@dataclass(frozen=True, slots=True)
class RunCount:
    """One run's replies and rows."""

    id: int
    method: str
    state: RunState
    attempts: int
    candidates: int


@dataclass(frozen=True, slots=True)
class Counts:
    """The whole flow in figures. candidates = passing + unanswered + the sum of dropped."""

    sources: int
    passages: int
    seeds: int
    runs: tuple[RunCount, ...]
    candidates: int
    unanswered: int  # without an answer, and dropped by no filter
    passing: int
    dropped: Mapping[str, int]  # under the first filter of the chain that failed the row
    accepted: int
    rejected: int
    edited: int
    flagged: int
    unreviewed: int  # passing, with no decision of any kind
    dataset: int
    discards: Mapping[str, int]  # unusable replies, by the marked message of their reason
