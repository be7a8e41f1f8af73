"""The project's lists: topics, principles, phrases."""

from desktop.store.connections import Connections


class Lists:
    """Reads lists; `Edit.set_list` writes them."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def get(self, name: str) -> tuple[str, ...]:
        """The entries in their order; empty where there is no such list."""
        rows = self._connections.here().rows("SELECT entry FROM lists WHERE name = ? ORDER BY position", [name])
        return tuple(entry for (entry,) in rows)

    def names(self) -> tuple[str, ...]:
        """The lists that hold something, by name."""
        return tuple(name for (name,) in self._connections.here().rows("SELECT DISTINCT name FROM lists ORDER BY name"))
