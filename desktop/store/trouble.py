"""SQLite's and the disk's complaints as sentences a person can act on."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.core.errors import UserError
from desktop.core.i18n import _

_PRIMARY = 0xFF  # SQLite's extended codes carry the primary one in their low byte
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)
_NO_RIGHT = (errno.EACCES, errno.EPERM, errno.EROFS)


@contextmanager
def in_plain_words(path: Path) -> Iterator[None]:
    """Turn what may go wrong with the project file at `path` into a UserError; our own mistakes stay as they are."""
    try:
        yield
    except sqlite3.Error as error:
        told = _told_by_sqlite(error, path)
        if told is None:
            raise
        raise told from error
    except UnicodeDecodeError as error:
        # Damage to names and definitions shows in SQLite's own messages, which the sqlite3 module then cannot read.
        raise damaged(path) from error
    except OSError as error:
        raise told_by_system(error, path) from error


def damaged(path: Path) -> UserError:
    """What is said of a project file that cannot be read to its end."""
    return UserError(
        _("The project file “{name}” is damaged.").format(name=path.name),
        _(
            "Open a backup of it, or save what can still be read to a new file; on the command line:"
            ' seedbed check "{name}" --repair'
        ).format(name=path.name),
    )


def told_by_system(error: OSError, path: Path) -> UserError:
    """The operating system's error about `path`, in plain words."""
    if error.errno in _NO_SPACE:
        return _full(path)
    if error.errno in _NO_RIGHT:
        return read_only(path)
    if error.errno == errno.ENOENT and not path.parent.is_dir():
        return _no_folder(path)
    return _out_of_reach(path)


def _told_by_sqlite(error: sqlite3.Error, path: Path) -> UserError | None:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        # The sqlite3 module itself finds text that is no UTF-8, and gives no code.
        return damaged(path) if "decode to UTF-8" in str(error) else None
    match code & _PRIMARY:
        case sqlite3.SQLITE_FULL:
            return _full(path)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return read_only(path)
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED | sqlite3.SQLITE_PROTOCOL:
            return UserError(
                _("Another program is writing to “{name}” and does not let go of it.").format(name=path.name),
                _("Close the other program, then try again. Nothing was changed."),
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return damaged(path)
        case sqlite3.SQLITE_CANTOPEN if not path.parent.is_dir():
            return _no_folder(path)
        case sqlite3.SQLITE_CANTOPEN if not os.access(path.parent, os.W_OK):
            return read_only(path)
        case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_NOLFS:
            return _out_of_reach(path)
    return None


def _no_folder(path: Path) -> UserError:
    return UserError(
        _("There is no folder “{name}”.").format(name=path.parent),
        _("Choose a folder that exists, or make it first."),
    )


def _full(path: Path) -> UserError:
    return UserError(
        _("The disk that holds “{name}” is full. The last change was not saved; all before it is.").format(
            name=path.name
        ),
        _("Free some space on this disk, then try again."),
    )


def read_only(path: Path) -> UserError:
    """What is said where nothing may be written."""
    return UserError(
        _("“{name}” cannot be written to: the file or its folder is read-only.").format(name=path.name),
        _("Open it for reading only, or copy it to a folder of your own."),
    )


def _out_of_reach(path: Path) -> UserError:
    if path.parent.is_dir() and not path.exists():
        return UserError(
            _("The file “{name}” is gone: it was deleted, moved or renamed while it was open.").format(name=path.name),
            _("Put it back where it was, then try again. Nothing can be saved until then."),
        )
    return UserError(
        _("The disk that holds “{name}” does not answer as it should.").format(name=path.name),
        _("See that the disk is connected and that its folder is still there, then try again."),
    )
