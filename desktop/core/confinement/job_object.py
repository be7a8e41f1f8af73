"""Windows' job object: a process of ours starts no others, and takes no more than so much memory."""

import ctypes
import sys

_EXTENDED = 9  # JobObjectExtendedLimitInformation
_ONE_PROCESS, _MEMORY, _DIE_QUIETLY = 0x8, 0x100, 0x400
_NO_DIALOGS = 0x1 | 0x2  # SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX


class _Limits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

    _fields_ = (
        ("process_time", ctypes.c_int64),
        ("job_time", ctypes.c_int64),
        ("flags", ctypes.c_uint32),
        ("least_working_set", ctypes.c_size_t),
        ("most_working_set", ctypes.c_size_t),
        ("processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority", ctypes.c_uint32),
        ("scheduling", ctypes.c_uint32),
        ("counters", ctypes.c_uint64 * 6),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("peak_process_memory", ctypes.c_size_t),
        ("peak_job_memory", ctypes.c_size_t),
    )


def install(memory: int) -> bool:
    """Put this process into a job of its own, with at most `memory` bytes (0: as many as it likes)."""
    if sys.platform != "win32":
        return False
    kernel = ctypes.windll.kernel32
    kernel.SetErrorMode(_NO_DIALOGS)
    kernel.CreateJobObjectW.restype = kernel.GetCurrentProcess.restype = ctypes.c_void_p
    job = ctypes.c_void_p(kernel.CreateJobObjectW(None, None))
    limits = _Limits(flags=_ONE_PROCESS | _DIE_QUIETLY | (_MEMORY if memory else 0), processes=1, process_memory=memory)
    if not kernel.SetInformationJobObject(job, _EXTENDED, ctypes.byref(limits), ctypes.sizeof(limits)):
        return False
    return bool(kernel.AssignProcessToJobObject(job, ctypes.c_void_p(kernel.GetCurrentProcess())))
