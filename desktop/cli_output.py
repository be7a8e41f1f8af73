"""What the command line says: results on standard output, everything else on standard error."""

import json
import math
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from signal import SIGINT, SIGTERM, getsignal, signal
from types import FrameType
from typing import TextIO, TypeVar

from desktop.core.errors import UserError
from desktop.core.i18n import _, ngettext
from desktop.core.progress import Event, Landed, Progress, Said
from desktop.core.records import JsonObject

T = TypeVar("T")

_OFTEN = 0.2  # seconds between two states of the last line of a terminal
_SELDOM = 10.0  # seconds between two lines of progress where there is no terminal


@dataclass
class Output:
    """Two streams, and whether results are for a program or for a person."""

    as_json: bool
    out: TextIO = field(default_factory=lambda: sys.stdout)
    err: TextIO = field(default_factory=lambda: sys.stderr)
    clock: Callable[[], float] = time.monotonic
    _told: float = -math.inf
    _shows_progress: bool = False

    def result(self, value: JsonObject, words: str) -> None:
        """One result: the object on a line of its own, or the words."""
        self._clear()
        text = json.dumps(value, ensure_ascii=False, default=list) if self.as_json else words
        self.out.write(f"{text}\n")
        self.out.flush()

    def note(self, text: str) -> None:
        """A message for a person."""
        self._clear()
        self.err.write(f"{text}\n")
        self.err.flush()

    def progress(self, text: str) -> None:
        """How far a job is; said now and then, in a terminal in place of what was said before."""
        now = self.clock()
        if now - self._told < (_OFTEN if self.err.isatty() else _SELDOM):
            return
        self._told = now
        if not self.err.isatty():
            self.note(text)
            return
        self.err.write(f"\r\x1b[K{text}")
        self.err.flush()
        self._shows_progress = True

    def _clear(self) -> None:
        if self._shows_progress:
            self.err.write("\r\x1b[K")
            self._shows_progress = False


def follow(job: Generator[Event, None, T], output: Output, on_landed: Callable[[Landed], None] | None = None) -> T:
    """Run a job to its end, saying how far it is, and return its result.

    Ctrl-C closes the job between two events, so that it puts its affairs in order; a second one ends at once.
    """
    with _interrupts() as interrupted:
        while True:
            if interrupted():
                job.close()
                raise UserError(_("Stopped."), _("What was done until here is kept."))
            try:
                event = next(job)
            except StopIteration as end:
                result: T = end.value
                return result
            if isinstance(event, Progress):
                output.progress(words_of(event))
            elif isinstance(event, Said):
                output.note(event.sentence)
            elif isinstance(event, Landed) and on_landed is not None:
                on_landed(event)


def words_of(progress: Progress) -> str:
    """Progress in one line: "Generating · 12 of 20 · 14 rows a minute · 45 tokens a second · about 2 min left"."""
    parts = [progress.what]
    if progress.total:
        parts.append(_("{done} of {total}").format(done=progress.done, total=progress.total))
    elif progress.done:
        parts.append(str(progress.done))
    if progress.rows_per_minute is not None:
        parts.append(_("{count} rows a minute").format(count=f"{progress.rows_per_minute:.1f}"))
    if progress.tokens_per_second is not None:
        parts.append(_("{count} tokens a second").format(count=f"{progress.tokens_per_second:.0f}"))
    if progress.seconds_left is not None:
        parts.append(time_left(progress.seconds_left))
    return " · ".join(parts)


def time_left(seconds: float) -> str:
    """A remaining time as a person says it."""
    if seconds < 90:
        return _("about {seconds} s left").format(seconds=max(1, round(seconds)))
    minutes = round(seconds / 60)
    if minutes < 90:
        return _("about {minutes} min left").format(minutes=minutes)
    hours = round(minutes / 60)
    return ngettext("about {hours} hour left", "about {hours} hours left", hours).format(hours=hours)


@contextmanager
def _interrupts() -> Iterator[Callable[[], bool]]:
    """Turn the first Ctrl-C (or SIGTERM) into a question that can be asked at leisure."""
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    asked: list[int] = []
    before = {number: getsignal(number) for number in (SIGINT, SIGTERM)}

    def note(number: int, _frame: FrameType | None) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)

    for number in before:
        signal(number, note)
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal(number, handler)
