"""How the bytes of a text file become characters: UTF-8 first, then other marks, then a guess."""

import codecs
import re
from pathlib import Path
from typing import BinaryIO, Protocol, TextIO

from desktop.core.errors import UserError
from desktop.core.files import unreadable
from desktop.core.i18n import _

_WINDOW = 1 << 20  # bytes that decide
_LOOKED_AT = 64  # windows at most; a file that is ASCII so far is read as UTF-8
_TOLERATED = (
    0.2  # share of broken characters that still leaves a file UTF-8 with damaged rows; elsewhere nearly all are
)


class Source(Protocol):
    """A file as UTF-8 bytes, whatever it was written in."""

    def read(self, size: int = -1, /) -> bytes:
        """About `size` more bytes; all of them where it is negative."""

    def readline(self, size: int = -1, /) -> bytes:
        """The next line with its ending, or about its first `size` bytes."""

    def close(self) -> None:
        """Let go of the file."""


def open_bytes(path: Path) -> BinaryIO:
    """The file, opened; a UserError where it cannot be."""
    try:
        return path.open("rb")
    except OSError as error:
        raise unreadable(path, error) from None


def encoding_of(path: Path) -> str:
    """The codec that reads this file. Raises UserError where it is not text at all."""
    with open_bytes(path) as file:
        window = file.read(_WINDOW)
        if not window:
            raise UserError(_("“{file}” is empty.").format(file=path.name), _("Choose a file that holds rows."))
        marked = _marked(window)
        if marked:
            return marked
        if b"\0" in window[:4096]:
            raise UserError(
                _("“{file}” is not a text file.").format(file=path.name),
                _("Choose a JSON, JSON Lines, CSV or Excel file."),
            )
        # Plain ASCII tells nothing: look on until something else comes.
        for _window in range(_LOOKED_AT):
            if not window.isascii() or not (more := file.read(_WINDOW)):
                break
            window = more
    return _guess(window, path)


def open_text(path: Path, encoding: str) -> TextIO:
    """The file as text, its line endings untouched.

    What is not valid UTF-8 comes as lone surrogates, so that the reader can name the row; in a guessed
    encoding it comes as U+FFFD.
    """
    errors = "surrogateescape" if encoding == "utf-8-sig" else "replace"
    try:
        return path.open(encoding=encoding, errors=errors, newline="")
    except OSError as error:
        raise unreadable(path, error) from None


def open_source(path: Path, encoding: str) -> Source:
    """The file as UTF-8 bytes without a byte order mark."""
    if encoding != "utf-8-sig":
        return _Recoded(path.open(encoding=encoding, errors="replace", newline="\n"))
    file = open_bytes(path)
    if file.read(3) != b"\xef\xbb\xbf":
        file.seek(0)
    return file


def decode(start: bytes) -> str:
    """The start of a file as text, to tell its format by; never fails."""
    encoding = _marked(start) or "utf-8"
    return start.decode(encoding, "ignore").replace("\ufeff", "")


class _Recoded:
    """A file in another encoding, read as UTF-8."""

    def __init__(self, text: TextIO) -> None:
        self._text = text

    def read(self, size: int = -1, /) -> bytes:
        return self._text.read(size).encode("utf-8", "replace")

    def readline(self, size: int = -1, /) -> bytes:
        return self._text.readline(size).encode("utf-8", "replace")

    def close(self) -> None:
        self._text.close()


def _marked(start: bytes) -> str:
    if start.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    # The first character of a table or of JSON is ASCII far more often than not, and in UTF-16 half of it is 0.
    head = start[:2]
    if len(head) == 2 and start[:4096].count(0) * 8 > min(len(start), 4096):
        if head[0] and not head[1]:
            return "utf-16-le"
        if head[1] and not head[0]:
            return "utf-16-be"
    return ""


def _guess(window: bytes, path: Path) -> str:
    # The window may end inside a character, and the file may hold a true U+FFFD.
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(window)
    broken = text.count("\ufffd") - window.count(b"\xef\xbf\xbd")
    if broken and broken > _TOLERATED * sum(char > "\x7f" for char in text):
        return _guess_other(window, path)
    return "utf-8-sig"


def _guess_other(window: bytes, path: Path) -> str:
    import chardet

    telling = re.search(rb"[\x80-\xff]", window)
    start = max(0, telling.start() - 1000) if telling else 0
    # Short Chinese texts in GBK get a low confidence and the right answer; so the best guess is taken.
    found = chardet.detect(window[start : start + (1 << 16)]).get("encoding")
    try:
        return codecs.lookup(str(found)).name
    except LookupError:
        raise UserError(
            _("“{file}” is in an encoding that Seedbed does not know.").format(file=path.name),
            _("Save it again as UTF-8."),
        ) from None
