"""One life of the worker process: how it is started, spoken to, listened to and ended."""

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from queue import SimpleQueue

from desktop.engine import protocol
from desktop.engine.protocol import FromWorker, ToWorker

ENVIRONMENT = {
    # llama.cpp's threads wait for each other by spinning. Without a bound that collapses as soon as anything else
    # wants a core: 5 to 40 tokens a second instead of 150 (135M parameters, two cores).
    "GOMP_SPINCOUNT": "1000",
    "KMP_BLOCKTIME": "0",
    "GGML_NO_BACKTRACE": "1",  # or an abort would first start a debugger
    "PYTHONUTF8": "1",
}
_LOG_TAIL = 2_000  # bytes
_NO_CONSOLE = 0x08000000 if sys.platform == "win32" else 0  # CREATE_NO_WINDOW


class Child:
    """A running worker. `send` never blocks, so that a hung worker cannot hang its client."""

    def __init__(self, command: Sequence[str]) -> None:
        """Start it. Raises OSError."""
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as this object
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={**os.environ, **ENVIRONMENT},
            creationflags=_NO_CONSOLE,
        )
        self._outbox: SimpleQueue[ToWorker | None] = SimpleQueue()
        self.heard = time.monotonic()  # when it last said something
        threading.Thread(target=self._write, name="engine writer", daemon=True).start()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def status(self) -> int | None:
        """How it ended: its exit status, or below 0 the signal that ended it; None while it runs."""
        return self._process.returncode

    def send(self, message: ToWorker) -> None:
        """Say something to it, soon."""
        self._outbox.put(message)

    def messages(self) -> Iterator[FromWorker]:
        """What it says, until it ends. Raises ValueError for a line that is none of the protocol's."""
        if self._process.stdout is None:
            return
        for line in self._process.stdout:
            self.heard = time.monotonic()
            yield protocol.decode_from_worker(line)

    def stopped(self) -> bool:
        """Whether the system keeps it from running, as after SIGSTOP."""
        import psutil

        try:
            return psutil.Process(self.pid).status() in (psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP)
        except psutil.Error:
            return False

    def processor(self) -> float:
        """Seconds of processor time that it has used."""
        import psutil

        try:
            return float(sum(psutil.Process(self.pid).cpu_times()[:2]))
        except psutil.Error:
            return 0.0

    def wants_processor(self) -> bool:
        """Whether it would work now if it were let: it computes, reads from a disk, or waits for others to be done."""
        import psutil

        try:
            return psutil.Process(self.pid).status() in (psutil.STATUS_RUNNING, psutil.STATUS_DISK_SLEEP)
        except psutil.Error:
            return False

    def kill(self) -> None:
        """End it now; `messages` ends with it."""
        self._process.kill()

    def close(self, patience: float = 0.5) -> None:
        """Let it end, and give everything back."""
        self._outbox.put(None)
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._log.close()

    def last_words(self) -> str:
        """The end of what it wrote to standard error."""
        with contextlib.suppress(OSError, ValueError):
            size = self._log.seek(0, os.SEEK_END)
            self._log.seek(max(0, size - _LOG_TAIL))
            return self._log.read().decode("utf-8", "replace").strip()
        return ""

    def _write(self) -> None:
        stream = self._process.stdin
        with contextlib.suppress(OSError, ValueError):
            while stream is not None and (message := self._outbox.get()) is not None:
                stream.write(protocol.encode(message))
                stream.flush()
        with contextlib.suppress(OSError):
            if stream is not None:
                stream.close()
