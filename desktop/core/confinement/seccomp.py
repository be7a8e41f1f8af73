"""A filter in the Linux kernel that refuses a process the network, other programs and other processes.

The rules follow linux/seccomp.h, linux/filter.h and the system call tables of x86-64 and of the generic ABI.
"""

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # BPF: ld abs word, jeq, jge, ret
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # where they lie in struct seccomp_data, little-endian
_KILL, _REFUSE, _ALLOW = 0x8000_0000, 0x0005_0000 | errno.EACCES, 0x7FFF_0000
_NO_NEW_PRIVILEGES = 38  # prctl
_SET_FILTER, _ALL_THREADS, _KEEP_SPEED = 1, 1, 4
"""The last: before Linux 5.16 a filter would also switch on mitigations that slow a process down."""
_AF_UNIX = 1

_REFUSED: Mapping[str, tuple[int, int]] = {
    # on x86-64, on aarch64
    "execve": (59, 221), "execveat": (322, 281), "ptrace": (101, 117), "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271), "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424), "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240), "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "unshare": (272, 97), "setns": (308, 268),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "add_key": (248, 217),
    "request_key": (249, 218), "keyctl": (250, 219),
}  # fmt: skip
_ONLY_TO_ITSELF: Mapping[str, tuple[int, int]] = {"kill": (62, 129), "tgkill": (234, 131)}  # abort() needs the second
_SOCKET = (41, 198)


@dataclass(frozen=True, slots=True)
class _Machine:
    column: int  # of the tables above
    architecture: int  # AUDIT_ARCH_…
    seccomp: int  # the number of the system call
    others_from: int = 0  # numbers from here on belong to another ABI of the same architecture


_MACHINES = {"x86_64": _Machine(0, 0xC000_003E, 317, 0x4000_0000), "aarch64": _Machine(1, 0xC000_00B7, 277)}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def install() -> bool:
    """Refuse them to all threads of this process, for ever; False where this system cannot."""
    machine = _MACHINES.get(platform.machine())
    if sys.platform != "linux" or machine is None or sys.maxsize < 2**32:
        return False
    system = ctypes.CDLL(None)
    steps = b"".join(_steps(machine, os.getpid()))
    program = _Program(len(steps) // 8, steps)
    if system.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return any(
        system.syscall(machine.seccomp, _SET_FILTER, flags, ctypes.byref(program)) == 0
        for flags in (_ALL_THREADS | _KEEP_SPEED, _ALL_THREADS)
    )


def _steps(machine: _Machine, process: int) -> Iterator[bytes]:
    """The filter, instruction by instruction. Jumps count the instructions that they leave out."""
    yield _step(_LOAD, _ARCHITECTURE)
    yield _step(_EQUAL, machine.architecture, yes=1)
    yield _step(_RETURN, _KILL)  # a call in the ways of another architecture: nothing of ours makes one
    yield _step(_LOAD, _NUMBER)
    if machine.others_from:
        yield _step(_AT_LEAST, machine.others_from, no=1)
        yield _step(_RETURN, _REFUSE)
    for numbers in _REFUSED.values():
        yield _step(_EQUAL, numbers[machine.column], no=1)
        yield _step(_RETURN, _REFUSE)
    for numbers, allowed in ((_SOCKET, _AF_UNIX), *((each, process) for each in _ONLY_TO_ITSELF.values())):
        yield _step(_EQUAL, numbers[machine.column], no=4)
        yield _step(_LOAD, _FIRST_ARGUMENT)
        yield _step(_EQUAL, allowed, no=1)
        yield _step(_RETURN, _ALLOW)
        yield _step(_RETURN, _REFUSE)
    yield _step(_RETURN, _ALLOW)


def _step(code: int, value: int, *, yes: int = 0, no: int = 0) -> bytes:
    """A struct sock_filter."""
    return struct.pack("<HBBI", code, yes, no, value)
