"""The machine that a benchmark ran on, as its figures must be read."""

import contextlib
import os
import platform
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from desktop.core.i18n import _
from desktop.core.records import JsonObject
from desktop.engine import hardware


@dataclass(frozen=True, slots=True)
class Machine:
    """What it has, and how busy it was before."""

    processor: str
    cores: int
    memory: int  # bytes
    load: float | None  # processes that wanted a core in the last minute; None where the system does not say

    def to_json(self) -> JsonObject:
        """As a program reads it."""
        return {"processor": self.processor, "cores": self.cores, "memory": self.memory, "load": self.load}

    def in_words(self) -> str:
        """As a person reads it."""
        said = _("{processor}, {cores} cores, {memory:.1f} GB").format(
            processor=self.processor, cores=self.cores, memory=self.memory / 1e9
        )
        return (
            said if self.load is None else _("{machine}; load before: {load:.2f}").format(machine=said, load=self.load)
        )


class Others:
    """How much of the processor other programs took while some processes of ours worked."""

    def __init__(self, *processes: int) -> None:
        """Begin to count; `processes` are ours, beside this one; 0 is none."""
        self._processes = (os.getpid(), *(each for each in processes if each))
        self._began, self._before = time.perf_counter(), self._seconds()

    def share(self) -> float:
        """0 to 1, of all cores, since it began."""
        room = (time.perf_counter() - self._began) * (os.cpu_count() or 1)
        return max(0.0, min(1.0, (self._seconds() - self._before) / room)) if room else 0.0

    def _seconds(self) -> float:
        """Processor time that was ever spent, ours aside."""
        import psutil

        spent = psutil.cpu_times()
        total = spent.user + spent.system
        for process in self._processes:
            with contextlib.suppress(psutil.Error):
                own = psutil.Process(process).cpu_times()
                total -= own.user + own.system
        return total + getattr(spent, "nice", 0.0)


def peak_memory() -> int:
    """Bytes that this process held at most so far."""
    import psutil

    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def this_machine() -> Machine:
    """The machine as it is now."""
    load = round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None
    return Machine(_processor(), hardware.physical_cores(), hardware.memory(), load)


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return " ".join(line.partition(":")[2].split())
    return platform.processor() or platform.machine()
