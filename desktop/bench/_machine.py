"""The machine that a benchmark ran on, as its figures must be read."""

import os
import platform
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
