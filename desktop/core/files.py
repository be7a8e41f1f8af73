"""What a person is told when the system refuses a file, and writing one whole or not at all."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.core.errors import UserError
from desktop.core.i18n import _

_NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def unreadable(path: Path, error: OSError) -> UserError:
    """What to tell a person of a file that cannot be read."""
    if isinstance(error, FileNotFoundError):
        return UserError(_("There is no file “{file}”.").format(file=path), _("Check its name and its folder."))
    if isinstance(error, IsADirectoryError):
        return UserError(_("“{file}” is a folder.").format(file=path), _("Choose a file inside it."))
    return UserError(
        _("“{file}” cannot be read: {why}.").format(file=path, why=error.strerror or error),
        _("Check that it still exists and that you may read it."),
    )


def unwritable(path: Path, error: OSError) -> UserError:
    """What to tell a person of a file that cannot be written."""
    if error.errno in _NO_SPACE:
        return UserError(
            _("The disk is full; “{file}” was not written.").format(file=path),
            _("Free some space, or choose a folder on another disk."),
        )
    return UserError(
        _("“{file}” cannot be written: {why}.").format(file=path, why=error.strerror or error),
        _("Choose a folder that you may write in."),
    )


@contextmanager
def written_whole(paths: list[Path]) -> Iterator[list[Path]]:
    """Temporary names beside `paths` to write to; they get their true names together, or none is left behind.

    A temporary name keeps the ending of its file. Raises UserError where the system refuses.
    """
    waiting = [path.with_name(f".{path.stem}.{os.getpid()}.unfinished{path.suffix}") for path in paths]
    try:
        yield waiting
        for each in waiting:
            with each.open("rb+") as file:
                os.fsync(file.fileno())
        for each, path in zip(waiting, paths, strict=True):
            each.replace(path)
    except OSError as error:
        raise unwritable(paths[0], error) from None
    finally:
        for each in waiting:
            each.unlink(missing_ok=True)
