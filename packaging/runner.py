"""Runs the steps of the set-up: each is said, timed, logged, and skipped once it is done."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

LAST_LINES = 15
HEARTBEAT = 15.0  # seconds between two lines of progress where there is no terminal


class StepError(Exception):
    """A step that could not be done: what failed, what to do, and the last lines that its command wrote."""

    def __init__(self, what: str, remedy: str, tail: Sequence[str] = (), log: Path | None = None) -> None:
        super().__init__(what, remedy)
        self.what = what
        self.remedy = remedy
        self.tail = tuple(tail)
        self.log = log


@dataclass(frozen=True)
class Console:
    """Where the set-up says what it does; a terminal sees the last line change, a log gets a line now and then."""

    write: Callable[[str], object]
    is_terminal: bool
    clock: Callable[[], float] = time.monotonic

    @contextmanager
    def step(self, title: str) -> Iterator[Callable[[str], None]]:
        """Say that a step begins and how long it took; yields a function that says how far it is."""
        started = spoken = self.clock()
        self._line(f"{title} …", final=False)

        def progress(state: str) -> None:
            nonlocal spoken
            now = self.clock()
            if now - spoken >= (0.2 if self.is_terminal else HEARTBEAT):
                spoken = now
                self._line(f"{title} … {state}, {in_words(now - started)}", final=False)

        yield progress
        self._line(f"{title}: done in {in_words(self.clock() - started)}", final=True)

    def say(self, text: str) -> None:
        """One line of its own."""
        self._line(text, final=True)

    def _line(self, text: str, *, final: bool) -> None:
        if self.is_terminal:
            self.write("\r\x1b[K" + text + ("\n" if final else ""))
        else:
            self.write(text + "\n")


def standard_console() -> Console:
    """The console of this process: standard error, so that a command's own output stays clean."""

    def write(text: str) -> None:
        encoding = sys.stderr.encoding or "ascii"
        sys.stderr.write(text.encode(encoding, "replace").decode(encoding))
        sys.stderr.flush()

    return Console(write, sys.stderr.isatty())


def in_words(seconds: float) -> str:
    """A duration a person reads at a glance: "0.4 s", "38 s", "4 min 05 s"."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{int(seconds) // 60} min {int(seconds) % 60:02d} s"


def run(
    command: Sequence[str | Path],
    log: Path,
    *,
    what: str,
    remedy: str,
    on_line: Callable[[str], None] = lambda line: None,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> None:
    """Run a command to its end with all it writes kept in `log`; StepError(what, remedy) where it fails."""
    log.parent.mkdir(parents=True, exist_ok=True)
    tail: deque[str] = deque(maxlen=LAST_LINES)
    words = [str(word) for word in command]
    with log.open("w", encoding="utf-8") as kept:
        kept.write(" ".join(words) + "\n")
        try:
            process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(environment or {})},
                cwd=folder,
                encoding="utf-8",
                errors="replace",
            )
        except OSError as error:
            raise StepError(what, remedy, [str(error)], log) from None
        with process:
            for line in process.stdout or ():
                kept.write(line)
                tail.append(line.rstrip()[:400])
                on_line(line)
    if process.returncode != 0:
        raise StepError(what, remedy, tail, log)


def count_ninja(progress: Callable[[str], None]) -> Callable[[str], None]:
    """Reads ninja's "[123/456]" and says it."""

    def on_line(line: str) -> None:
        found = re.match(r"\s*\[(\d+)/(\d+)\]", line)
        if found:
            progress(f"{found[1]} of {found[2]} files")

    return on_line


def count_packages(progress: Callable[[str], None], total: int) -> Callable[[str], None]:
    """Reads pip's "Collecting name" and says how many of `total` there were."""
    seen: set[str] = set()

    def on_line(line: str) -> None:
        found = re.match(r"\s*(?:Collecting|Requirement already satisfied:) ([\w.-]+)", line)
        if found:
            seen.add(found[1])
            progress(f"{found[1]}, {len(seen)} of {total}")

    return on_line


def is_done(folder: Path, step: str, key: str) -> bool:
    """Whether `step` was last finished for exactly this `key`."""
    stamp = folder / "seedbed" / step
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == key


def mark_done(folder: Path, step: str, key: str) -> None:
    """Remember that `step` is finished for this `key`."""
    stamp = folder / "seedbed" / step
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(key, encoding="utf-8")
