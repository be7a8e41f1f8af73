"""What the user says rows are worth, to calibrate a judge by."""

from collections.abc import Mapping

from desktop.store.connections import Connections


class Ratings:
    """Reads ratings; `Edit.rate` writes them."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def of(self, scale: str) -> Mapping[int, float]:
        """The ratings on a scale, by candidate."""
        return dict(
            self._connections.here().rows(
                "SELECT candidate, value FROM ratings WHERE scale = ? ORDER BY candidate", [scale]
            )
        )
