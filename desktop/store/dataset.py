"""The rows that leave, each with where it comes from."""

from collections.abc import Iterator

from desktop.core.records import Example
from desktop.store.connections import Connections


class Dataset:
    """The accepted rows; with `unreviewed` also the passing ones that were neither accepted nor rejected."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def count(self, unreviewed: bool = False) -> int:
        """How many rows would leave."""
        raise NotImplementedError

    def rows(self, unreviewed: bool = False) -> Iterator[Example]:
        """The rows that leave, in id order (in the selection's order where one is active), provenance filled.

        Provenance holds: candidate, run, method, model, fingerprint, prompts_hash, options, sampling, random_seed
        (the item's), item (its ordinal), parents, filters (id → value, or true where none was measured), decision,
        edited, origin.
        """
        raise NotImplementedError
