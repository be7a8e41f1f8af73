"""Which candidates a page shows, in which order, as one SQL query."""

from dataclasses import dataclass
from typing import Literal

Stage = Literal["all", "passing", "dropped", "unanswered", "unreviewed", "accepted", "rejected", "flagged", "edited"]


@dataclass(frozen=True, slots=True)
class Show:
    """A choice of candidates and an order for them.

    `filter` narrows: with stage "dropped" to the rows that this filter was the first of the chain to fail, with any
    other stage to the rows that it has judged. `order` "value" and `near` read that filter's value; `near` puts the
    rows first whose value is closest to it, whichever side.
    """

    stage: Stage = "all"
    filter: str = ""
    run: int | None = None
    query: str = ""  # words as a person types them
    kind: str = ""
    order: Literal["id", "value"] = "id"
    descending: bool = False
    near: float | None = None


EVERYTHING = Show()
