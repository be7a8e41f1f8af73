"""Whether a worker is still at work: told by its signs of life, by how long it is at one step, and by its processor."""

import time
from dataclasses import dataclass

from desktop.engine.child import Child
from desktop.engine.protocol import Ping, Pong

PING_EVERY = 0.3  # seconds
_ASLEEP_AFTER = 1.0  # seconds between two looks after which it is us who were held back
_STOPPED_AFTER = 0.5  # seconds of silence after which a process that the system holds back is given up
_SILENT_AFTER = 5.0  # seconds of silence after which any process is
_STARVED_MOST = 60.0  # seconds for which a process that gets no processor is not taken for a hung one
_PREPARE_MOST = 6.0  # seconds for one prompt; a chat template may loop past its own limit of time
_DECODE_MOST = 300.0  # seconds for one step; the largest models on the slowest machines take 30
_LOAD_MOST = 15.0  # seconds in which loading must come a step further, and more for a large file on a slow disk
_SLOWEST_DISK = 20e6  # bytes a second


@dataclass(frozen=True, slots=True)
class _Mark:
    """A moment in a worker's life."""

    at: float = 0.0
    processor: float = 0.0  # seconds that it had used by then


class Pulse:
    """Watches one worker, from when it was started to load a model."""

    def __init__(self, child: Child, size: int) -> None:
        """`size`: bytes of the model's file."""
        self._child = child
        self._load_most = _LOAD_MOST + size / _SLOWEST_DISK
        self._moved = _Mark(time.monotonic())  # when loading last came further
        self._pinged = _Mark()  # when it was last asked for a sign of life
        self._looked = 0.0  # when we last looked after it

    def came_further(self) -> None:
        """Say that loading has."""
        self._moved = _Mark(time.monotonic(), self._child.processor())

    def is_silent(self) -> bool:
        """Whether it owes a sign of life for too long; one that owes none is asked for one."""
        now = time.monotonic()
        asleep = now - self._looked > _ASLEEP_AFTER  # nobody looked, or this process was held back itself
        self._looked = now
        if asleep or self._child.heard >= self._pinged.at:
            if asleep or now - self._pinged.at > PING_EVERY:
                self._pinged = _Mark(now, self._child.processor())
                self._child.send(Ping())
            return False
        held_up = now - self._pinged.at > _STOPPED_AFTER and self._child.stopped()
        return held_up or self._waited(self._pinged) > _SILENT_AFTER

    def is_stuck(self, pong: Pong) -> bool:
        """Whether its main thread is at one step for too long, though another one answers."""
        match pong.doing:
            case "prepare":
                return pong.seconds > _PREPARE_MOST
            case "load":
                return self._waited(self._moved) > self._load_most
            case "decode":
                return pong.seconds > _DECODE_MOST
        return False

    def _waited(self, mark: _Mark) -> float:
        """Seconds since then in which the worker could have done something: where others have the processor, and it
        wants it, only those count that it had."""
        waited = time.monotonic() - mark.at
        if _SILENT_AFTER < waited < _STARVED_MOST and self._child.wants_processor():
            return min(waited, self._child.processor() - mark.processor)
        return waited
