"""Linux's Landlock: a process of ours gives up writing to the file system, and reaching others past the network.

The numbers are those of linux/landlock.h; each version of it knows more than the one before.
"""

import ctypes
import os
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # system calls, the same on every architecture
_ASK_VERSION, _BENEATH = 1, 1
_NO_NEW_PRIVILEGES = 38  # prctl
_WRITE = 1 << 1
_CHANGES = _WRITE | sum(1 << bit for bit in range(4, 13))  # writing; making and removing of every kind
_MOVE, _TRUNCATE = 1 << 13, 1 << 14  # since versions 2 and 3
_TCP = 0b11  # bind and connect; since version 4
_SCOPES = 0b11  # abstract Unix sockets and signals; since version 6
_DEVICES = ("null", "nvidia*", "nvidia-caps/*", "dri/*", "kfd")  # below /dev: graphics cards are written to


def install() -> bool:
    """Give it up for this thread and all that it starts, for ever; False where this system cannot."""
    if sys.platform != "linux":
        return False
    system = ctypes.CDLL(None)
    version = system.syscall(_CREATE, None, 0, _ASK_VERSION)
    if version < 1:
        return False
    held = _CHANGES | (_MOVE if version >= 2 else 0) | (_TRUNCATE if version >= 3 else 0)
    asked = struct.pack("=QQQ", held, _TCP, _SCOPES)[: 24 if version >= 6 else 16 if version >= 4 else 8]
    rules = system.syscall(_CREATE, asked, len(asked), 0)
    if rules < 0:
        return False
    try:
        for device in _devices():
            _allow(system, rules, device, _WRITE)
        system.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        return bool(system.syscall(_RESTRICT, rules, 0) == 0)
    finally:
        os.close(rules)


def _devices() -> Iterator[Path]:
    for pattern in _DEVICES:
        yield from Path("/dev").glob(pattern)


def _allow(system: ctypes.CDLL, rules: int, path: Path, access: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # it went away, or is not ours to see
    try:
        if not path.is_dir():
            system.syscall(_ADD, rules, _BENEATH, struct.pack("=Qi", access, place), 0)
    finally:
        os.close(place)
