"""What this machine has: cores that compute and memory that is free."""

import os
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")


def physical_cores() -> int:
    """Cores that compute (two threads of one core count once), as far as this process may use them."""
    import psutil

    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(psutil.cpu_count(logical=False) or allowed, allowed))


def memory() -> int:
    """Bytes of memory in this machine, or that this container may use."""
    import psutil

    total = psutil.virtual_memory().total
    return min(total, _container_limit() or total)


def free_memory() -> int:
    """Bytes that a program can have now without anything being swapped out."""
    import psutil

    free = psutil.virtual_memory().available
    limit = _container_limit()
    return min(free, max(0, limit - _container_use())) if limit else free


def _container_limit() -> int:
    return _read("memory.max")


def _container_use() -> int:
    """What the container holds and cannot give back; the file cache it can."""
    used = _read("memory.current")
    try:
        lines = (_CGROUP / "memory.stat").read_text(encoding="ascii").splitlines()
    except OSError:
        return used
    cached = sum(int(line.split()[1]) for line in lines if line.startswith("inactive_file "))
    return max(0, used - cached)


def _read(name: str) -> int:
    try:
        text = (_CGROUP / name).read_text(encoding="ascii").strip()
    except OSError:
        return 0
    return int(text) if text.isdigit() else 0
