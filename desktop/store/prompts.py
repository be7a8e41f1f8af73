"""The project's own versions of prompts."""

from desktop.store.connections import Connections


class Prompts:
    """Reads them; `Edit.set_prompt` writes them."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def get(self, method: str, step: str, language: str) -> str | None:
        """The project's own template; None where it uses the default."""
        text: str | None = self._connections.here().value(
            "SELECT text FROM prompts WHERE method = ? AND step = ? AND language = ?", [method, step, language]
        )
        return text
