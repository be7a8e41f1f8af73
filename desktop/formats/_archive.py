"""Files that are zip archives inside: checked before a library unpacks them."""

import zipfile
from pathlib import Path

from desktop.core.errors import UserError
from desktop.core.i18n import _

_UNPACKED = 512 << 20  # bytes of all parts
_PART = 256 << 20
_PARTS = 20_000


def check(path: Path) -> None:
    """Raise UserError where the archive is none, is locked, or would unpack to more than memory should hold."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        raise damaged(path) from None
    sizes = [entry.file_size for entry in entries]
    if sum(sizes) > _UNPACKED or max(sizes, default=0) > _PART or len(sizes) > _PARTS:
        raise UserError(
            _("“{file}” unpacks to more than Seedbed takes into memory.").format(file=path.name),
            _("Save it again without pictures, or in several parts."),
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise locked(path)


def damaged(path: Path) -> UserError:
    """What to tell of a file that breaks the rules of its format."""
    return UserError(
        _("“{file}” is damaged, or not of the kind that its name says.").format(file=path.name),
        _("Open it in the program that made it and save it again."),
    )


def locked(path: Path) -> UserError:
    """What to tell of a file that asks for a password."""
    return UserError(
        _("“{file}” is locked with a password.").format(file=path.name),
        _("Save it without the password, then import it again."),
    )
