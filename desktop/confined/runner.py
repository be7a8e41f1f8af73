"""The confined process as jobs see it: started when there is work, watched, killed where it breaks a limit."""

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any, Literal

from desktop.core import i18n
from desktop.core.confined import USUAL, ConfinedLost, Limits
from desktop.core.errors import UserError
from desktop.core.records import JsonObject

_SIGN = 0.04  # seconds between two signs of life
_WEIGHED = 0.25  # seconds between two looks at the process's memory
_LONGEST = 64 << 20  # bytes of one object
_AHEAD = 64  # objects that wait to be taken; then the process waits
_NO_CONSOLE = 0x08000000 if sys.platform == "win32" else 0  # CREATE_NO_WINDOW
_OUT_OF_TIME = -24  # SIGXCPU, as `returncode` tells it


class ConfinedProcess:
    """Implements core.confined.Confined. The process stays for the next task, and is made anew when it was lost."""

    def __init__(self, command: Sequence[str] = ()) -> None:
        self._command = command or _own_command()
        self._child: _Child | None = None

    def __enter__(self) -> "ConfinedProcess":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def run(self, task: str, given: JsonObject, limits: Limits = USUAL) -> Iterator[JsonObject | None]:
        """See core.confined.Confined."""
        child = self._child or _Child(self._command, limits.memory)
        self._child = None  # it comes back to us where it ends its task in good order
        ended = False
        try:
            child.begin({"task": task, "given": given, "language": i18n.current(), "seconds": limits.seconds})
            for said in _listen(child, limits):
                if said is None or "said" in said:
                    yield said["said"] if said else None
                    continue
                ended = True
                if "refused" in said:
                    raise UserError(*said["refused"])
                if "failed" in said:
                    raise ValueError(said["failed"])
                return
        finally:
            if ended:
                self._child = child
            else:
                child.kill()

    def close(self) -> None:
        """End the process."""
        if self._child is not None:
            self._child.kill()
            self._child = None


def _listen(child: "_Child", limits: Limits) -> Iterator[dict[str, Any] | None]:
    """What the child says until its task ends; None now and then while it says nothing."""
    heard = weighed = time.monotonic()
    while True:
        try:
            line = child.lines.get(timeout=_SIGN)
        except queue.Empty:
            now = time.monotonic()
            if now - heard > limits.patience:
                raise ConfinedLost("time") from None
            if now - weighed > _WEIGHED:
                weighed = now
                if child.memory() > limits.memory:
                    raise ConfinedLost("memory") from None
            yield None
            heard += time.monotonic() - now  # the time that whoever listens took for something else
            continue
        if line is None:
            raise ConfinedLost(child.cause())
        try:
            value = json.loads(line)
        except ValueError:
            raise ConfinedLost("memory" if len(line) >= _LONGEST else "died") from None
        yield value
        heard = time.monotonic()


class _Child:
    """One life of the process."""

    def __init__(self, command: Sequence[str], memory: int) -> None:
        self._process = subprocess.Popen(
            [*command, str(memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # it may write no file, not even a log
            env={**os.environ, "PYTHONUTF8": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            creationflags=_NO_CONSOLE,
        )
        self.lines: queue.Queue[bytes | None] = queue.Queue(_AHEAD)
        self._over = threading.Event()
        threading.Thread(target=self._read, name="confined reader", daemon=True).start()

    def begin(self, message: dict[str, Any]) -> None:
        """Hand it a task. Raises ConfinedLost where it is gone already."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            self._process.stdin.flush()
        except OSError:
            raise ConfinedLost(self.cause()) from None

    def memory(self) -> int:
        """Bytes that it holds; 0 where the system does not say."""
        import psutil

        try:
            return int(psutil.Process(self._process.pid).memory_info().rss)
        except psutil.Error:
            return 0

    def cause(self) -> Literal["time", "died"]:
        """Why it has ended."""
        try:
            code = self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            return "died"
        return "time" if code == _OUT_OF_TIME else "died"

    def kill(self) -> None:
        """End it now."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    continue  # what was not written yet is of no use any more
        self._over.set()

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        try:
            while line := stream.readline(_LONGEST):
                self._hand_over(line)
        except (OSError, ValueError):
            return  # closed under us
        self._hand_over(None)

    def _hand_over(self, line: bytes | None) -> None:
        while not self._over.is_set():
            try:
                self.lines.put(line, timeout=1.0)
            except queue.Full:
                continue
            return


def _own_command() -> tuple[str, ...]:
    if getattr(sys, "frozen", False):
        return (sys.executable, "--confined")
    return (sys.executable, "-P", "-m", "desktop", "--confined")  # -P: code in the current folder is not run
