"""Finds what only the operating system can bring, then installs it or names the one line that does."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import runner

# Libraries that PySide6's wheel does not carry, each with Debian's package (checked on Debian 12).
QT_LIBRARIES: Mapping[str, str] = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
CHINESE_FONT = "fonts-noto-cjk"


def loads(library: str) -> bool:
    """Whether the system's loader finds a library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def missing_for_qt(loads: Callable[[str], bool] = loads) -> tuple[str, ...]:
    """Debian's names of the packages that the window lacks; none where this is not Linux."""
    if not sys.platform.startswith("linux"):
        return ()
    return tuple(package for library, package in QT_LIBRARIES.items() if not loads(library))


def missing_fonts() -> tuple[str, ...]:
    """The font package without which every Chinese character is a box; none where a Chinese font is there."""
    if not sys.platform.startswith("linux"):
        return ()
    if shutil.which("fc-list"):
        listed = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, check=False).stdout
        return () if listed.strip() else (CHINESE_FONT,)
    folders = (Path("/usr/share/fonts"), Path.home() / ".local/share/fonts")
    return () if any(next(folder.rglob("*CJK*"), None) for folder in folders) else (CHINESE_FONT,)


def missing_for_venv() -> tuple[str, ...]:
    """Debian's name of the package without which `python3 -m venv` makes no pip."""
    if importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"):
        return ()
    return (f"python3.{sys.version_info.minor}-venv",)


def can_install() -> bool:
    """Whether packages can be installed without asking: root on a system that has apt."""
    return os.name == "posix" and os.geteuid() == 0 and bool(shutil.which("apt-get"))


def line_for(packages: Sequence[str]) -> str:
    """The one line to type."""
    if shutil.which("apt-get"):
        return f"sudo apt-get install -y --no-install-recommends {' '.join(packages)}"
    return f"your system's own packages for what Debian calls {' '.join(packages)}"


def install(packages: Sequence[str], log: Path) -> None:
    """Install packages with apt, refreshing its lists where the first try fails for want of them."""
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    remedy = f"Type this line, then run the same command again: {line_for(packages)}"
    what = f"apt could not install {' '.join(packages)}."
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        runner.run(command, log, what=what, remedy=remedy, environment=quiet)
    except runner.StepError:
        runner.run(["apt-get", "update"], log, what="apt could not read its package lists.", remedy=remedy)
        runner.run(command, log, what=what, remedy=remedy, environment=quiet)
