"""The project's settings."""

from desktop.core.records import Json
from desktop.store.connections import Connections


class Settings:
    """Reads settings; `Edit.set_setting` writes them."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def get(self, key: str, default: Json = None) -> Json:
        """What is set under this key, or the default."""
        raise NotImplementedError
