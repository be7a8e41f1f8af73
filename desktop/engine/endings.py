"""Why a worker ended, in a person's words, from what the system says of it."""

import signal
from collections.abc import Mapping

from desktop.core.i18n import N_
from desktop.engine.protocol import Trouble

CARD_NOT_TAKEN = N_("The graphics card could not take the model, so the processor runs it.")
_BOOTSTRAP = N_("Run the bootstrap again: python3 packaging/bootstrap.py")
UNKNOWN = Trouble(
    N_("The process that runs the model ended unexpectedly."),
    N_("Choose another model, or start this computer again if it worked before."),
)
_MEMORY = Trouble(
    N_("The model's process was ended by the system, most likely because memory ran out."),
    N_("Close other programs, or choose a smaller model."),
)
SHORT = Trouble(N_("The model's process ran out of memory."), _MEMORY.remedy)
_BROKE = Trouble(
    N_("llama.cpp, which runs the model, broke down. Most often the model's file is damaged."),
    N_("Copy or download the file again, or choose another. If it happens with every model, run the bootstrap again."),
)
_INSTRUCTION = Trouble(N_("The model's process used an instruction that this processor does not have."), _BOOTSTRAP)
_FILE = Trouble(
    N_("A file of the model or of its library could not be read on: it was changed, or the disk is failing."),
    N_("Check that the model's file is still there and whole. If it is, run the bootstrap again."),
)
_OUTSIDE = Trouble(
    N_("The model's process was ended from outside."), N_("Start again; nothing that was stored is lost.")
)
_BY_SIGNAL: Mapping[str, Trouble] = {
    "SIGKILL": _MEMORY,
    "SIGSEGV": _BROKE,
    "SIGABRT": _BROKE,
    "SIGFPE": _BROKE,
    "SIGTRAP": _BROKE,
    "SIGSYS": _BROKE,
    "SIGILL": _INSTRUCTION,
    "SIGBUS": _FILE,
    "SIGTERM": _OUTSIDE,
    "SIGHUP": _OUTSIDE,
    "SIGINT": _OUTSIDE,
}
_BY_WINDOWS: Mapping[int, Trouble] = {  # NTSTATUS
    0xC000_0005: _BROKE,  # access violation
    0xC000_0006: _FILE,  # a page of a mapped file that could not be read
    0xC000_0017: _MEMORY,
    0xC000_001D: _INSTRUCTION,
    0xC000_0094: _BROKE,  # division by zero
    0xC000_00FD: _BROKE,  # stack overflow
    0xC000_0409: _BROKE,  # abort()
}
_NO_MEMORY = (
    "bad_alloc", "MemoryError", "failed to allocate", "unable to allocate", "cannot allocate memory",
    "insufficient memory", "memory allocation", "failed to map segment",
)  # fmt: skip


def lacks_memory(said: str) -> bool:
    """Whether what a library or a process wrote last says that it was out of memory."""
    return any(each.lower() in said.lower() for each in _NO_MEMORY)


def ending(status: int | None, said: str = "") -> Trouble:
    """What an exit status means, as subprocess gives it: below 0 it is a signal's number.

    `said` is what the process wrote last; what is out of memory most often says so before it gives up.
    """
    if status not in (None, 0) and lacks_memory(said):
        return SHORT
    if status is None or status >= 0:
        return _BY_WINDOWS.get((status or 0) & 0xFFFF_FFFF, UNKNOWN)
    try:
        return _BY_SIGNAL.get(signal.Signals(-status).name, UNKNOWN)
    except ValueError:
        return UNKNOWN


def is_lasting(status: int | None) -> bool:
    """Whether starting again would end in the same way: an instruction that is missing stays missing."""
    return ending(status) is _INSTRUCTION
