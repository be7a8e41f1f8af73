"""The user's examples."""

from array import array
from collections.abc import Sequence

from desktop.core.records import Seed
from desktop.store.connections import Connections


class Seeds:
    """Reads seeds; they are written through the user's writer (`Edit.add_seeds` and its neighbours)."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def all(self) -> tuple[Seed, ...]:
        """Every seed, in id order."""
        raise NotImplementedError

    def page(self, after: int, limit: int) -> tuple[Seed, ...]:
        """Up to `limit` seeds with ids above `after`, in id order."""
        raise NotImplementedError

    def get(self, ids: Sequence[int]) -> tuple[Seed, ...]:
        """These seeds in this order; ids that are not there are left out."""
        raise NotImplementedError

    def ids(self, query: str = "", order: str = "id", descending: bool = False) -> array[int]:
        """Ids of the seeds that hold the words of `query`.

        `order` is "id", "name", "instruction", "task_type", "language", "is_classification" or "origin".
        """
        raise NotImplementedError

    def count(self) -> int:
        """How many seeds there are."""
        raise NotImplementedError
