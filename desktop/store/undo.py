"""The log from which the user's steps are taken back and made again."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Changes:
    """What a step, or its undoing, touched.

    `stages` are of "seeds", "passages", "candidates", "reviews", "chain", "settings", "prompts", "lists", "runs",
    "exports", "selections". `ids` is by stage (reviews by candidate id); an empty tuple means many or unknown.
    """

    title: str
    stages: frozenset[str]
    ids: Mapping[str, tuple[int, ...]]
