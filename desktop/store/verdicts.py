"""What filters said of candidates."""

from array import array
from collections.abc import Iterable, Mapping, Sequence

from desktop.core.records import Verdict
from desktop.store.connections import Connections


class Verdicts:
    """One verdict for each candidate, filter and edition of the candidate's text."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def put(
        self, judgements: Iterable[tuple[int, Mapping[str, Verdict]]], as_of: int | None = None, batch: int = 1000
    ) -> None:
        """Store verdicts by candidate id on the text as it stands, in place of those that are there.

        With `as_of` (a `Candidates.moment` taken before the rows were read) a candidate whose text the user has
        changed since is passed over, for the verdict is of a text that is no more.
        """
        raise NotImplementedError

    def values(self, filter_id: str) -> "tuple[array[float], bytes]":
        """Every value that a filter measured on texts as they stand, with 1 or 0 for passed or not, in step."""
        raise NotImplementedError

    def clear(self, filter_ids: Sequence[str]) -> None:
        """Forget everything that these filters said."""
        raise NotImplementedError
