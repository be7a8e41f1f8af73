"""How many sequences, threads and tokens a model gets on this machine, and whether it fits at all."""

import sys
from dataclasses import dataclass
from pathlib import Path

from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.engine import hardware
from desktop.engine.gguf import Header, missing_part, parts
from desktop.engine.protocol import Shape

_ASK_MOST = 4_096  # tokens of one prompt with its reply, where nobody asks for more
_ASK_LEAST = 1_024
_SLOTS = 16
"""Processors with tile or wide vector units take 16 tokens through the weights in little more than the time of one;
more bring hardly anything (measured: 135M and 1.5B parameters, 1 to 32 slots)."""
_FEWEST_SLOTS = 4
_SHARE = 0.5  # of what the weights leave free that the slots' memory may take
_SAVED_MOST = 2**30  # bytes
_TOGETHER_MOST = 2**28  # bytes
_TOGETHER_LEAST = 2_048  # tokens
_WORK_BYTES = 300 * 2**20  # what llama.cpp needs beside weights and memory
_GIGABYTE = 1e9


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """What the user set; None: as it suits this machine."""

    threads: int | None = None
    slots: int | None = None
    context: int | None = None  # tokens that prompt and reply may take together
    flash: bool = False
    small_keys: bool = False
    gpu_layers: int = -1  # -1: as many as fit


@dataclass(frozen=True, slots=True)
class Plan:
    """What the worker is told to make."""

    shape: Shape
    saved: int  # bytes for saved prompts
    together: int = 0  # tokens in the one memory of texts that begin alike


def needed(size: int, header: Header, cells: int | None = None) -> int:
    """Bytes that a model takes with so many tokens in memory (None: the least that is of use); an estimate."""
    return size + header.cell_bytes * (_ASK_LEAST if cells is None else cells) + _WORK_BYTES


def weigh(path: Path, header: Header) -> int:
    """Bytes of the whole model, all parts of a split one together. Raises UserError where a part is missing."""
    total = 0
    for part in parts(path, header):
        try:
            total += part.stat().st_size
        except OSError:
            raise missing_part(path, part) from None
    return total


def plan(header: Header, settings: EngineSettings, path: Path) -> Plan:
    """The best that fits in the memory that is free now. Raises UserError where nothing does."""
    threads = settings.threads or _threads()
    free = hardware.free_memory()
    longest = min(header.context or _ASK_MOST, settings.context or _ASK_MOST)
    least = min(longest, settings.context or _ASK_LEAST)
    size = weigh(path, header)
    if needed(size, header, least) > free:
        raise UserError(
            _("“{name}” does not fit: it needs about {needed:.1f} GB of memory, {free:.1f} GB are free.").format(
                name=path.name, needed=needed(size, header, least) / _GIGABYTE, free=free / _GIGABYTE
            ),
            _("Close other programs, or choose a smaller model."),
        )
    room = int((free - size - _WORK_BYTES) * _SHARE)
    slots, context = _shared_out(room, header.cell_bytes, settings, least, longest)
    shape = Shape(threads, slots, context, settings.flash, settings.small_keys, settings.gpu_layers)
    together = min(_TOGETHER_MOST, room // 4) // max(1, header.cell_bytes)
    return Plan(shape, min(_SAVED_MOST, room // 4), together if together >= _TOGETHER_LEAST else 0)


def _threads() -> int:
    """All cores on Linux, where the wait of threads for each other is bounded (see child.py). Elsewhere it is not, or
    that was never measured, and threads that spin stand still as soon as another program wants a core: one is left to
    others.
    """
    cores = hardware.physical_cores()
    return cores if sys.platform == "linux" else max(1, cores - 1)


def _shared_out(room: int, cell: int, settings: EngineSettings, least: int, longest: int) -> tuple[int, int]:
    """Slots, and tokens for each: fewer tokens before fewer slots, down to half of what is usual."""
    slots = settings.slots or _SLOTS
    tokens = room // max(1, cell)
    while not settings.slots and slots > _FEWEST_SLOTS and tokens < slots * min(longest, _ASK_MOST // 2):
        slots //= 2
    return slots, max(least, min(longest, tokens // slots))
