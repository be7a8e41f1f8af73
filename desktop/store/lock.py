"""The lock beside a project file: at most one process writes, and it ends with that process."""

import contextlib
import os
import sys
import time
from pathlib import Path

from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.store.trouble import in_plain_words

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_TRIES = 5
_PAUSE = 0.05  # seconds; someone who only looks whether the lock is free holds it for far less
_FAR = 2**30  # where Windows locks its byte: a locked one cannot be read, and the holder's number stands at the start


class Lock:
    """Held from `take` to `release`, or until the process dies."""

    def __init__(self, file: int, path: Path) -> None:
        self._file = file
        self._path = path

    def release(self) -> None:
        """Give the lock back and remove its file."""
        if sys.platform != "win32":
            # Removed while it is still held: whoever opened it meanwhile sees that it is gone and makes a new one.
            self._path.unlink(missing_ok=True)
        _free(self._file)
        os.close(self._file)
        if sys.platform == "win32":
            # An open file cannot be removed there, and one that the next window has opened already need not be.
            with contextlib.suppress(OSError):
                self._path.unlink()


def take(project: Path) -> Lock:
    """The lock of a project file. Raises UserError where another window or command holds it."""
    path = beside(project)
    for _try in range(_TRIES):
        with in_plain_words(project):
            file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        if not _grab(file, shared=False):
            holder = _read(file)
            os.close(file)
            time.sleep(_PAUSE)
            continue
        if _is_still_there(file, path):
            os.truncate(file, 0)
            os.write(file, str(os.getpid()).encode("ascii"))
            return Lock(file, path)
        os.close(file)
        holder = ""
    raise UserError(
        _("“{name}” is open in another window (process {number}).").format(name=project.name, number=holder or "?"),
        _("Close it there first, or open it here for reading only."),
    )


def is_held(project: Path) -> bool:
    """Whether some process writes to this project at the moment."""
    try:
        file = os.open(beside(project), os.O_RDWR)
    except OSError:
        return False
    try:
        if not _grab(file, shared=True):
            return True
        _free(file)
        return False
    finally:
        os.close(file)


def beside(project: Path) -> Path:
    """Where the lock of a project file lies."""
    return project.with_name(project.name + "-lock")


def _is_still_there(file: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False


def _read(file: int) -> str:
    os.lseek(file, 0, os.SEEK_SET)
    written = os.read(file, 20).decode("ascii", "replace")
    return written if written.isdigit() else ""


if sys.platform == "win32":

    def _grab(file: int, shared: bool) -> bool:
        os.lseek(file, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(file, 0, os.SEEK_SET)
        return True

    def _free(file: int) -> None:
        os.lseek(file, _FAR, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

else:

    def _grab(file: int, shared: bool) -> bool:
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _free(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
