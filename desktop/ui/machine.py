"""What this computer has, as the window tells of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Machine:
    """Cores that compute, and bytes of memory."""

    cores: int
    memory: int


def read_machine() -> Machine:
    """Ask the system; off the main thread."""
    from desktop.engine.hardware import memory, physical_cores

    return Machine(physical_cores(), memory())
