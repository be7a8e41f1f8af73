"""The project's filters in their order."""

from desktop.core.records import ChainLink
from desktop.store.connections import Connections
from desktop.store.encoding import object_from_text


class Chain:
    """Reads the chain; `Edit.set_chain` writes it."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def links(self) -> tuple[ChainLink, ...]:
        """The filters in their order, switched off ones too; empty where the project has no chain of its own."""
        rows = self._connections.here().rows("SELECT filter, enabled, options FROM chain ORDER BY position")
        return tuple(ChainLink(filter, bool(enabled), object_from_text(options)) for filter, enabled, options in rows)
