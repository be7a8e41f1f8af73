"""The elements of a JSON array cut out of a stream one at a time, without parsing them.

A parser that follows the stream itself keeps its depth and its longest text in native memory, where a hostile file
makes the process die; here both are counted, and every element goes through a parser with limits of its own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from desktop.formats._text import Source

_CHUNK = 1 << 20
_DEEPEST = 1000
# A whole text, or what opens and closes levels; a lone quotation mark opens a text whose end is not read yet.
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|["\[\]{},]', re.DOTALL)


class TooLargeError(Exception):
    """An element goes on for longer than the limit."""


class TooDeepError(Exception):
    """An element holds more levels than any parser reads."""


class BrokenError(Exception):
    """The file ends inside the array, or goes on after it."""


@dataclass(slots=True)
class _Scan:
    """How far the stream is understood."""

    depth: int = 0  # 0 before and after the array, 1 between its elements
    start: int = 0  # where the current element begins in the buffer
    at: int = 0  # what comes before is scanned
    ended: bool = False


def elements(source: Source, limit: int) -> Iterator[bytes]:
    """Each element's bytes. Raises the errors above; an element may still be no valid JSON."""
    scan, buffer = _Scan(), b""
    # A text that is not at its end is scanned again, so as much again is read before that.
    while chunk := source.read(max(_CHUNK, len(buffer) - scan.at)):
        buffer = buffer[scan.start :] + chunk
        scan.at -= scan.start
        scan.start = 0
        if scan.ended:
            if buffer.strip():
                raise BrokenError
            continue
        for element in _scanned(scan, buffer):
            if len(element) > limit:
                raise TooLargeError
            yield element
        if len(buffer) - scan.start > limit:
            raise TooLargeError
    if not scan.ended or buffer[scan.start :].strip():
        raise BrokenError


def _scanned(scan: _Scan, buffer: bytes) -> Iterator[bytes]:
    position = scan.at
    for token in _TOKEN.finditer(buffer, position):
        position = token.end()
        if position - token.start() > 1:  # a text
            continue
        mark = buffer[position - 1]
        if mark == 0x22:  # its end is in a later chunk
            position -= 1
            break
        if mark == 0x2C:
            if scan.depth == 1:
                yield buffer[scan.start : position - 1]
                scan.start = position
        elif mark in b"[{":
            scan.depth += 1
            if scan.depth == 1:
                scan.start = position
            elif scan.depth > _DEEPEST:
                raise TooDeepError
        else:
            scan.depth -= 1
            if scan.depth == 0:
                if last := buffer[scan.start : position - 1].strip():
                    yield last
                scan.start, scan.ended = position, True
                break
    else:
        position = len(buffer)
    scan.at = position
