"""A sample's text as its bytes arrive: whole characters only, ended by its stop strings."""

import codecs
from collections.abc import Sequence


class Writer:
    """Turns pieces of UTF-8 into text. What may yet become a stop string is held back until it is decided."""

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = tuple(stop for stop in stops if stop)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""
        self.text = ""  # released so far
        self.stopped = False

    def push(self, piece: bytes) -> None:
        """Take the next token's bytes; sets `stopped` where a stop string is complete."""
        self._held += self._decoder.decode(piece)
        found = [place for stop in self._stops if (place := self._held.find(stop)) >= 0]
        if found:
            self.text += self._held[: min(found)]
            self._held = ""
            self.stopped = True
            return
        kept = max((_overlap(self._held, stop) for stop in self._stops), default=0)
        border = len(self._held) - kept
        self.text += self._held[:border]
        self._held = self._held[border:]

    def finish(self) -> str:
        """The whole text; a character whose last bytes never came is left out."""
        if not self.stopped:
            self.text += self._held
            self._held = ""
        return self.text


def _overlap(text: str, stop: str) -> int:
    """How many characters at the end of `text` begin `stop`."""
    for length in range(min(len(text), len(stop) - 1), 0, -1):
        if text.endswith(stop[:length]):
            return length
    return 0
