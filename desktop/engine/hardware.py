"""What this machine has: cores that compute and memory that is free."""

import os
import platform
import sys
from importlib.util import find_spec
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")
_NVIDIA = "0x10de:"  # its cards are named by their driver
_DISPLAYS = r"SYSTEM\CurrentControlSet\Control\Class\{4d36e968-e325-11ce-bfc1-08002be10318}"


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


def processor() -> str:
    """The processor's name, as its maker and the system give it."""
    if sys.platform == "linux":
        names = _lines_after("model name", Path("/proc/cpuinfo"))
        return names[0] if names else platform.machine()
    if sys.platform == "darwin":
        import ctypes

        name = ctypes.create_string_buffer(256)
        length = ctypes.c_size_t(len(name))
        found = ctypes.CDLL(None).sysctlbyname(b"machdep.cpu.brand_string", name, ctypes.byref(length), None, 0)
        return name.value.decode("utf-8", "replace") if found == 0 else platform.machine()
    return platform.processor() or platform.machine()


def graphics() -> tuple[str, ...]:
    """The names of the graphics processors, as far as the system tells without a driver's library being loaded.

    On macOS none: it is a part of the processor.
    """
    if sys.platform == "win32":
        return _graphics_of_windows()
    drivers = sorted(Path("/proc/driver/nvidia/gpus").glob("*/information"))
    nvidia = [name for each in drivers for name in _lines_after("Model", each)[:1]]
    cards = sorted(Path("/sys/class/drm").glob("card[0-9]/device"))
    others = [f"{_text(each / 'vendor')}:{_text(each / 'device')}" for each in cards]
    return (*nvidia, *(each for each in others if each != ":" and not each.startswith(_NVIDIA)))


def engine_build() -> str:
    """Which build of llama.cpp is installed, and for which devices; nothing of it is loaded."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        number = version("llama_cpp_python")
    except PackageNotFoundError:
        number = "unknown"
    return f"llama.cpp of llama-cpp-python {number} ({', '.join(_built_for())})"


def uses_cards() -> bool:
    """Whether that build can use graphics cards."""
    return bool({"cuda", "metal", "vulkan"}.intersection(_built_for()))


def _built_for() -> list[str]:
    spec = find_spec("llama_cpp")
    folder = Path(spec.origin).parent / "lib" if spec is not None and spec.origin else None
    return sorted({each.name.split(".")[0].split("ggml-")[1] for each in folder.glob("*ggml-*")}) if folder else []


def _graphics_of_windows() -> tuple[str, ...]:
    if sys.platform != "win32":
        return ()
    import winreg

    names: list[str] = []
    for number in range(8):
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, f"{_DISPLAYS}\\{number:04d}") as key:
                names.append(str(winreg.QueryValueEx(key, "DriverDesc")[0]))
        except OSError:
            continue
    return tuple(names)


def _lines_after(title: str, file: Path) -> list[str]:
    """The values of the "title : value" lines of one of the system's own files."""
    pairs = (line.partition(":") for line in _text(file).splitlines())
    return [value.strip() for name, _colon, value in pairs if name.strip() == title]


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


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
