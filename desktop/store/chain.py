"""The project's filters in their order."""

from desktop.core.records import ChainLink
from desktop.store.connections import Connections


class Chain:
    """Reads the chain; `Edit.set_chain` writes it."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def links(self) -> tuple[ChainLink, ...]:
        """The filters in their order, switched off ones too; empty where the project has no chain of its own."""
        raise NotImplementedError
