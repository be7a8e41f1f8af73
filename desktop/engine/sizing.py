"""How many sequences, threads and tokens a model gets on this machine, and whether it fits at all."""

from dataclasses import dataclass
from pathlib import Path

from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.engine import hardware
from desktop.engine.gguf import Header, missing_part, parts

_ASK_MOST = 8_192  # tokens of one prompt with its reply, where nobody asks for more
_ASK_LEAST = 1_024
_SLOT_CELLS = 2_048  # tokens that a slot takes in the usual case
_WORK_BYTES = 300 * 2**20  # what llama.cpp needs beside weights and memory
_GIGABYTE = 1e9


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """What the user set; None: as it suits this machine."""

    threads: int | None = None
    slots: int | None = None
    context: int | None = None  # tokens that prompt and reply may take together


@dataclass(frozen=True, slots=True)
class Plan:
    """What the worker is told to make."""

    threads: int
    slots: int
    context: int
    cells: int


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
    threads = settings.threads or hardware.physical_cores()
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
    slots = settings.slots or _slots(threads)
    room = int((free - size - _WORK_BYTES) * 0.6) // header.cell_bytes if header.cell_bytes else 2**20
    cells = max(least, min(max(longest, slots * _SLOT_CELLS), room))
    return Plan(threads, slots, min(longest, cells), -(-cells // 256) * 256)  # llama.cpp rounds it so


def _slots(threads: int) -> int:
    """Sequences side by side: on two cores, eight are within 10 % of the best (measured with 135M parameters)."""
    return max(8, min(16, threads * 2))
