"""Regular expressions that a person wrote, matched without ever hanging.

Python's `re` may need longer than the universe lasts for one short text, and nothing can interrupt it. A pattern
that cannot do that, because it repeats nothing but single characters and those a bounded number of times, runs
here. Any other one runs in a process of its own, which is killed where it takes too long.
"""

import multiprocessing
import re
import sys
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any, TypeAlias

from desktop.core.errors import UserError
from desktop.core.i18n import _

Matches: TypeAlias = "list[tuple[int, int]]"
Finder: TypeAlias = Callable[[str], Matches]
"""Every match in a text, [start, end) each."""

_PATIENCE = 2.0  # seconds for one text
_STARTING = 30.0  # and for the process to come up, on a machine that is busy
_MOST_WAYS = 200  # in which bounded repetitions and alternatives may be combined
_MOST_FOUND = 100


def finder(patterns: Sequence[str], ignore_case: bool) -> Finder:
    """Looks for any of the patterns. Raises UserError for one that is none, and later for one that takes too long."""
    flags = re.IGNORECASE if ignore_case else re.NOFLAG
    compiled = [_compiled(pattern, flags) for pattern in patterns]
    if all(_is_harmless(pattern.pattern) for pattern in compiled):
        return lambda text: _found(compiled, text)
    return _Elsewhere([pattern.pattern for pattern in compiled], flags)


def _compiled(pattern: str, flags: re.RegexFlag) -> re.Pattern[str]:
    try:
        return re.compile(pattern, flags)
    except (re.error, RecursionError, OverflowError) as error:
        raise UserError(
            _("“{pattern}” is not a regular expression: {why}.").format(pattern=pattern, why=error),
            _("A sign such as ( or + that stands for itself is written \\( or \\+."),
        ) from None


def _found(patterns: Sequence[re.Pattern[str]], text: str) -> Matches:
    found = [match.span() for pattern in patterns for match in pattern.finditer(text)]
    return sorted(span for span in found if span[0] < span[1])[:_MOST_FOUND]


# ── which patterns are harmless ──────────────────────────────────────────────────────────────────


def _is_harmless(pattern: str) -> bool:
    """Whether it repeats single characters alone, and so few ways lead through it that no text can make it slow.

    What this does not understand is not harmless.
    """
    ways = 1
    for repeated in re.finditer(r"(\\.|\[(?:\\.|[^\]\\])+\]|[^\\\[(])([*+?]|\{(\d*)(,?)(\d*)\})", pattern):
        item, how, low, comma, high = repeated.groups()
        if how in "*+" or item in ")}*+?" or (comma and not high) or len(high or low or "") > 3:
            return False
        ways *= max(int(high or low or 2), 1)
        if ways > _MOST_WAYS:
            return False
    if "(" in pattern:
        ways *= 2 ** min(pattern.count("|"), 30)
    refers_back = re.search(r"\\[1-9]|\(\?P=|\(\?\(|\(\?[a-zA-Z]*x", pattern)
    return ways <= _MOST_WAYS and not refers_back


# ── the others ───────────────────────────────────────────────────────────────────────────────────


class _Elsewhere:
    """Matches in a process of its own, which starts with the first text and lives as long as this does."""

    def __init__(self, patterns: Sequence[str], flags: re.RegexFlag) -> None:
        self._patterns = list(patterns)
        self._flags = flags
        self._child: Any = None  # a SpawnProcess, which typeshed knows under no public name
        self._line: Connection | None = None

    def __call__(self, text: str) -> Matches:
        line = self._line or self._start()
        try:
            line.send(text)
            if line.poll(_PATIENCE):
                found: Matches = line.recv()
                return found
        except (OSError, EOFError):
            self._stop()
            raise UserError(
                _("The process that looks for your patterns has ended."), _("Run the filters again.")
            ) from None
        self._stop()
        raise UserError(
            _("The pattern {patterns} takes too long on some text: “{text}…”.").format(
                patterns=" | ".join(self._patterns), text=text[:40]
            ),
            _("Write it without a repetition inside a repetition, such as (a+)+, or with an upper bound."),
        )

    def _start(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        self._line, theirs = context.Pipe()
        self._child = context.Process(target=_serve, args=(theirs, self._patterns, self._flags.value), daemon=True)
        self._child.start()
        theirs.close()
        if not self._line.poll(_STARTING) or self._line.recv() != _READY:
            self._stop()
            raise UserError(_("The process that looks for your patterns did not start."), _("Run the filters again."))
        return self._line

    def _stop(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.join()
            self._child.close()
        if self._line is not None:
            self._line.close()
        self._child = self._line = None

    def __del__(self) -> None:
        # A process that is being torn down ends its daemons by itself.
        if not sys.is_finalizing():
            self._stop()


_READY = "ready"


def _serve(line: Connection, patterns: Sequence[str], flags: int) -> None:
    """Answer texts with their matches until the other end is gone."""
    compiled = [re.compile(pattern, flags) for pattern in patterns]
    try:
        line.send(_READY)
        while True:
            line.send(_found(compiled, line.recv()))
    except (EOFError, OSError, KeyboardInterrupt):
        return
