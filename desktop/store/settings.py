"""The project's settings."""

from desktop.core.records import Json
from desktop.store.connections import Connections
from desktop.store.encoding import loads


class Settings:
    """Reads settings; `Edit.set_setting` writes them."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def get(self, key: str, default: Json = None) -> Json:
        """What is set under this key, or the default."""
        stored = self._connections.here().value("SELECT value FROM settings WHERE name = ?", [key])
        if stored is None:
            return default
        value: Json = loads(stored)
        return value
