"""Digests of many rows, sixteen bytes each: where in their order the same one stands."""

from desktop.core.text.held import HeldKeys

SIZE = 16
"""Bytes of a digest."""

_KEY = 4  # bytes that are looked up; the others are compared


class HeldDigests:
    """A list of digests that only grows; a million of them without a million objects."""

    def __init__(self) -> None:
        self._keys = HeldKeys()
        self._digests = bytearray()

    def __len__(self) -> int:
        return len(self._digests) // SIZE

    def append(self, digest: bytes) -> None:
        """Put a digest at the end."""
        self._keys.add(len(self), [_key(digest)])
        self._digests += digest

    def places(self, digest: bytes) -> list[int]:
        """Where the same one stands, in order."""
        found = self._keys.places([_key(digest)])
        return sorted(place for place in found if self[place] == digest) if found else []

    def __getitem__(self, place: int) -> bytes:
        return bytes(self._digests[SIZE * place : SIZE * (place + 1)])


def _key(digest: bytes) -> int:
    return int.from_bytes(digest[:_KEY], "little")
