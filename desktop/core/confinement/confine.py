"""Takes from this process what it does not need, as far as the system can; what is said to hold was tried."""

import ctypes
import errno
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from desktop.core.confinement import job_object, landlock, seccomp

_NEW_USER, _NEW_NETWORK = 0x1000_0000, 0x4000_0000  # unshare
_DUMPABLE = 4  # prctl
_AF_INET, _AF_INET6, _DATAGRAMS = 2, 30 if sys.platform == "darwin" else 10, 2
_MAC_PROFILE = b"""(version 1)(allow default)(deny network*)(deny process-exec*)(deny file-write*)
(allow file-write-data (literal "/dev/null"))"""


@dataclass(frozen=True, slots=True)
class Held:
    """What the system holds a process to, each by the name of what holds it; empty where nothing does."""

    network: str = ""  # it opens no connection
    files: str = ""  # it writes no file
    programs: str = ""  # it starts no program
    memory: int = 0  # bytes that it may take beside the model's file; 0 where nothing limits it


def confine(memory: int = 0) -> Held:
    """Confine this process, for ever: no network, no writing, no programs, at most `memory` bytes of its own.

    Call it before any thread is started. Files that are open stay open.
    """
    if sys.platform == "win32":
        job = "job object" if job_object.install(memory) else ""
        return Held(programs=job, memory=memory if job else 0)
    if sys.platform == "darwin":
        sandbox = "sandbox" if _sandboxed() else ""
        return Held(sandbox if _refuses_network() else "", sandbox if _refuses_writing() else "", sandbox)
    ctypes.CDLL(None).prctl(_DUMPABLE, 0, 0, 0, 0)  # or a crash would leave an image of the memory, rows and all
    limited = bool(memory) and _limit_memory(memory)
    files = "Landlock" if landlock.install() and _refuses_writing() else ""
    filtered = "seccomp" if seccomp.install() and _refuses_network() else ""
    return Held(filtered or _network_of_its_own(), files, filtered, memory if limited else 0)


def _network_of_its_own() -> str:
    """An empty network, where the kernel gives one to everybody; for architectures that the filter does not know."""
    moved = sys.platform == "linux" and ctypes.CDLL(None).unshare(_NEW_USER | _NEW_NETWORK) == 0
    return "network namespace" if moved else ""


def _limit_memory(most: int) -> bool:
    """Let this process take no more than `most` bytes from now on; files that it maps do not count."""
    import resource

    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
        limit = pages * resource.getpagesize() + most
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    except (OSError, ValueError, IndexError):
        return False
    return True


def _sandboxed() -> bool:
    """Enter macOS's sandbox."""
    why = ctypes.c_char_p()
    return bool(ctypes.CDLL(None).sandbox_init(_MAC_PROFILE, ctypes.c_uint64(0), ctypes.byref(why)) == 0)


def _refuses_network() -> bool:
    """Whether the system refuses a way out; a datagram socket that is pointed somewhere sends nothing."""
    system = ctypes.CDLL(None, use_errno=True)
    for family, address in (
        (_AF_INET, b"\x00\x09" + bytes((192, 0, 2, 1)) + bytes(8)),
        (_AF_INET6, b"\x00\x09" + bytes(4) + bytes((0x20, 1, 0xD, 0xB8)) + bytes(12) + bytes(4)),
    ):
        opened = system.socket(family, _DATAGRAMS, 0)
        if opened >= 0:
            head = bytes((len(address) + 2, family)) if sys.platform == "darwin" else family.to_bytes(2, sys.byteorder)
            reached = system.connect(opened, head + address, len(head) + len(address))
            refused = reached != 0 and ctypes.get_errno() in (errno.EACCES, errno.EPERM)
            os.close(opened)
            if not refused:
                return False
    return True


def _refuses_writing() -> bool:
    """Whether the system refuses a new file where this user keeps theirs."""
    tried = Path.home() / f".seedbed-{os.getpid()}"
    try:
        os.close(os.open(tried, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except PermissionError:
        return True
    except OSError:
        return False
    tried.unlink()
    return False
