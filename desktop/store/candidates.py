"""The rows of the project: what items yielded or an import brought."""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from desktop.core.records import Candidate, Review, Row, Run, Verdict
from desktop.core.shapes import PoolRow
from desktop.store.connections import Connections
from desktop.store.show import EVERYTHING, Show


@dataclass(frozen=True, slots=True)
class Judgement:
    """A candidate with what the filters said of it when it came, by filter id.

    `pooled` says whether its instruction joins the pool that later rows are compared with; None: it does where every
    verdict passed. Say True for an instance whose own text failed a rule after its Offer had passed.
    """

    candidate: Candidate
    verdicts: Mapping[str, Verdict]
    pooled: bool | None = None


@dataclass(frozen=True, slots=True)
class CandidateView:
    """A candidate as a page shows it."""

    candidate: Candidate  # as it came
    row: Row  # as it stands: the edited row where there is one
    passing: bool
    verdicts: Mapping[str, Verdict]  # on the row as it stands, by filter id
    overruled: frozenset[str]  # filters whose verdict on this text the user set aside
    review: Review | None
    run: Run | None
    seconds: float  # that the replies of its item took to write, together


class Candidates:
    """Append-only; what the user does to a candidate lies in its review."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def next_id(self) -> int:
        """A fresh id for this process to use; never one that was stored before, removed ones included."""
        raise NotImplementedError

    def moment(self) -> int:
        """A mark to take before reading rows to be judged; see `Verdicts.put`."""
        raise NotImplementedError

    def add(self, rows: Iterable[Candidate], batch: int = 1000) -> array[int]:
        """Store imported rows, `batch` to a transaction; returns their ids. An id or family of 0 is given here."""
        raise NotImplementedError

    def get(self, ids: Sequence[int]) -> tuple[CandidateView, ...]:
        """These candidates in this order; ids that are not there are left out."""
        raise NotImplementedError

    def ids(self, show: Show = EVERYTHING, limit: int | None = None) -> array[int]:
        """The ids that `show` asks for, in its order; the first `limit` of them where it is given."""
        raise NotImplementedError

    def count(self, show: Show = EVERYTHING) -> int:
        """How many rows `show` asks for."""
        raise NotImplementedError

    def pool(self) -> tuple[PoolRow, ...]:
        """Machine-made instructions that passed rules and novelty when they came: one for a family, oldest first."""
        raise NotImplementedError

    def leads(self) -> Iterator[Candidate]:
        """The first member of every family that joined the pool, imported ones too, as they stand, oldest first."""
        raise NotImplementedError

    def walk(self, after: int = 0) -> Iterator[Candidate]:
        """Every candidate with an id above `after`, as it stands (edited where it was edited), in id order."""
        raise NotImplementedError
