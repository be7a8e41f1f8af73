"""The files that a person's files, folders and archives hold, one after another."""

import os
import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from desktop.core.errors import UserError
from desktop.core.files import unreadable
from desktop.core.i18n import _
from desktop.core.progress import Tick

_NESTED = 2  # archives within archives
_MEMBER = 1 << 30  # bytes of one file, unpacked
_ARCHIVE = 4 << 30  # bytes of all
_MEMBERS = 50_000
_RATIO, _SUSPICIOUS = 200, 200 << 20  # honest files do not shrink like that once they are this large
_PIECE = 1 << 20
_OFFICE = (b"word/", b"ppt/", b"xl/", b"mimetypeapplication/epub", b"[Content_Types].xml")
_DOCUMENTS = (".docx", ".docm", ".pptx", ".pptm", ".xlsx", ".xlsm", ".epub", ".odt", ".jar")
_PASSED_OVER = ("Thumbs.db", "desktop.ini", "__MACOSX")


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read. One out of an archive lies in a temporary folder until the next is asked for."""

    path: Path
    name: str  # as a person knows it: "letters.zip/2024/march.pdf"
    size: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is not read, and why."""

    name: str
    why: UserError


def walk(paths: Sequence[Path]) -> Iterator[Found | Skipped | Tick]:
    """Every file, those of folders and archives in the order of their names."""
    for path in map(Path.absolute, paths):
        if path.is_dir():
            for each in _files_of(path):
                yield from each if isinstance(each, list) else _opened(each, str(each), 0)
        else:
            yield from _opened(path, str(path), 0)


def _files_of(folder: Path) -> Iterator[Path | list[Skipped]]:
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if not _is_hidden(each))
        for name in sorted(each for each in [*files, *folders] if not _is_hidden(each)):
            path = Path(parent, name)
            if path.is_symlink():
                why = _("“{file}” is a link and is not followed.").format(file=name)
                yield [Skipped(str(path), UserError(why, _("Choose the file that it points at.")))]
            elif path.is_file():
                yield path


def _is_hidden(name: str) -> bool:
    return (name.startswith((".", "~$")) and name != "..") or name in _PASSED_OVER


def _opened(path: Path, name: str, depth: int) -> Iterator[Found | Skipped | Tick]:
    """The file, or what it holds where it is an archive."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise UserError(_("“{file}” is no file.").format(file=path.name), _("Choose files or folders."))
        if is_archive(path):
            yield from _members(path, name, depth)
        else:
            yield Found(path, name, path.stat().st_size)
    except OSError as error:
        yield Skipped(name, unreadable(Path(name), error))
    except UserError as error:
        yield Skipped(name, error)


def is_archive(path: Path) -> bool:
    """Whether a file is a zip of files, and no document that is a zip inside."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return False
    kind = path.suffix.lower()
    return kind == ".zip" or (kind not in _DOCUMENTS and not any(mark in head for mark in _OFFICE))


def _members(path: Path, name: str, depth: int) -> Iterator[Found | Skipped | Tick]:
    if depth >= _NESTED:
        raise UserError(
            _("“{file}” lies too deep in other archives.").format(file=PurePosixPath(name).name),
            _("Unpack it, then import what is in it."),
        )
    try:
        with zipfile.ZipFile(path) as archive, ExitStack() as stack:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _refuse_bombs(path, name, entries)
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="seedbed-")))
            for number, entry in enumerate(sorted(entries, key=lambda each: each.filename)):
                inside = _name_of(entry)
                if any(_is_hidden(part) for part in PurePosixPath(inside).parts):
                    continue
                shown = f"{name}/{inside}"
                if (why := _why_not(entry, inside)) is not None:
                    yield Skipped(shown, why)
                    continue
                copy = folder / f"{number}{PurePosixPath(inside).suffix[:10]}"  # a name of ours: theirs leads nowhere
                try:
                    yield from _unpack(archive, entry, copy)
                    yield from _opened(copy, shown, depth + 1)
                except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
                    yield Skipped(shown, _broken(inside))
                finally:
                    copy.unlink(missing_ok=True)
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        raise _broken(PurePosixPath(name).name) from None


def _refuse_bombs(path: Path, name: str, entries: Sequence[zipfile.ZipInfo]) -> None:
    whole = sum(entry.file_size for entry in entries)
    bomb = whole > _SUSPICIOUS and whole > _RATIO * path.stat().st_size
    if bomb or whole > _ARCHIVE or len(entries) > _MEMBERS:
        raise UserError(
            _("“{file}” would unpack to far more than it should hold.").format(file=PurePosixPath(name).name),
            _("If you trust it, unpack it yourself, then import the folder."),
        )


def _name_of(entry: zipfile.ZipInfo) -> str:
    """The member's name; archives made on Windows in Chinese do not say in what they write theirs."""
    if entry.flag_bits & 0x800 or entry.filename.isascii():
        return entry.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return entry.filename.encode("cp437").decode(encoding)
        except UnicodeError:
            continue
    return entry.filename


def _why_not(entry: zipfile.ZipInfo, name: str) -> UserError | None:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if ".." in parts or name.startswith(("/", "\\")) or (len(name) > 1 and name[1] == ":"):
        return UserError(
            _("“{file}” has a name that leads out of its archive.").format(file=name),
            _("It was not read. Somebody may have made the archive to do harm."),
        )
    if stat.S_ISLNK(entry.external_attr >> 16):
        why = _("“{file}” is a link and is not followed.").format(file=name)
        return UserError(why, _("Choose the file that it points at."))
    if entry.flag_bits & 1:
        return UserError(
            _("“{file}” is locked with a password.").format(file=name),
            _("Save it without the password, then import it again."),
        )
    if entry.file_size > _MEMBER:
        return UserError(_("“{file}” is larger than 1 GB.").format(file=name), _("Unpack it and split it."))
    return None


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, copy: Path) -> Iterator[Tick]:
    left = entry.file_size
    with archive.open(entry) as packed, copy.open("wb") as file:
        while piece := packed.read(_PIECE):
            left -= len(piece)
            if left < 0:
                raise zipfile.BadZipFile("more comes out than the archive says")
            file.write(piece)
            yield Tick()


def _broken(name: str) -> UserError:
    return UserError(
        _("“{file}” is a damaged archive.").format(file=name), _("Make it again, or import the unpacked folder.")
    )
