"""The engine's process: loads one model, answers asks, ends when its input ends."""

import contextlib
import os
import queue
import signal
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NoReturn

from desktop.core.confinement.confine import confine
from desktop.core.i18n import N_
from desktop.engine import hardware, protocol
from desktop.engine.endings import SHORT, lacks_memory
from desktop.engine.protocol import (
    Cancel,
    FromWorker,
    Hello,
    Load,
    LoadFailed,
    Ping,
    Pong,
    Submit,
    Trouble,
)

if TYPE_CHECKING:
    from desktop.engine.answering import Answering

_REPAIR = N_("Run the bootstrap again: python3 packaging/bootstrap.py")


def main() -> NoReturn:
    """Serve one client until it closes our input."""
    worker = _Worker(_private_output())
    _offer_to_die_first()
    held = confine(hardware.free_memory())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is meant for the client
    threading.Thread(target=worker.listen, args=(sys.stdin.buffer,), daemon=True).start()
    try:
        worker.say(Hello(protocol.VERSION, held))
        worker.serve()
    except Exception:  # noqa: BLE001 - the last line of this process; the client logs what is printed
        traceback.print_exc()
    sys.stderr.flush()
    os._exit(1)  # at once: threads and llama.cpp's own clean-up may hang


class _CannotLoad(Exception):  # noqa: N818 - a reason on its way to the client
    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.what)
        self.trouble = trouble


class _Worker:
    def __init__(self, output: int) -> None:
        self._output = output
        self._output_lock = threading.Lock()
        self._inbox: queue.SimpleQueue[Load | Submit | Cancel] = queue.SimpleQueue()
        self._doing = ("nothing", 0, time.monotonic())
        self._answering: Answering | None = None

    def say(self, message: FromWorker) -> None:
        """Write one line; from any thread."""
        line = memoryview(protocol.encode(message))
        with self._output_lock:
            while line:
                line = line[os.write(self._output, line) :]

    def listen(self, stream: BinaryIO) -> None:
        """Read what the client says; in a thread, so that a ping is answered in the middle of a decode."""
        try:
            for line in stream:
                match protocol.decode_to_worker(line):
                    case Ping():
                        self.say(self._pong())
                    case Load() | Submit() as message:
                        self._inbox.put(message)
                    case Cancel() as message:
                        self._inbox.put(message)
                        if self._answering is not None:
                            self._answering.abort(True)
        finally:
            os._exit(0)  # the client is gone; llama.cpp may be in the middle of anything

    def serve(self) -> None:
        """Load the model, then answer questions for ever."""
        load = self._inbox.get()
        if not isinstance(load, Load):
            raise TypeError("the first message must be Load")
        self._now("load")
        try:
            answering = self._load(load)
        except _CannotLoad as error:
            self.say(LoadFailed(error.trouble))
            return
        self._now("nothing")
        self.say(answering.loaded)
        while True:
            self._take(answering)
            if not answering.idle:
                self._now("decode")
                answering.step()
                self._now("nothing")

    def _take(self, answering: "Answering") -> None:
        """Take in what came; wait for it where there is nothing else to do."""
        answering.abort(False)  # before the inbox is read: a cancel that comes later aborts anew
        while True:
            try:
                message = self._inbox.get(block=answering.idle)
            except queue.Empty:
                return
            match message:
                case Cancel():
                    answering.cancel(message.ticket)
                case Submit():
                    self._now("prepare", message.ticket)
                    answering.submit(message)
                    self._now("nothing")

    def _load(self, load: Load) -> "Answering":
        """Load what `load` names. Raises _CannotLoad."""
        if load.version != protocol.VERSION:
            raise _CannotLoad(Trouble(N_("Two versions of Seedbed are mixed up."), _REPAIR))
        try:
            from desktop.engine import native
            from desktop.engine.answering import Answering, CannotAnswer
        except (AttributeError, ImportError, OSError, RuntimeError) as error:
            if lacks_memory(str(error)):
                raise _CannotLoad(SHORT) from None
            why = str(error).strip().rpartition("\n")[2]  # numpy puts a page of advice before it
            what = N_("The library that runs models does not start ({why}).")
            raise _CannotLoad(Trouble(what, _REPAIR, {"why": why[:300]})) from None
        said: list[str] = []

        def note(text: str) -> None:
            said.append(text)
            _note(text)

        self._log = native.start(note)
        try:
            self._answering = Answering(load, self.say, note)
        except CannotAnswer as error:  # llama.cpp refuses a file that it has no room for as it does a damaged one
            raise _CannotLoad(SHORT if lacks_memory("\n".join(said)) else error.trouble) from None
        return self._answering

    def _now(self, doing: str, ticket: int = 0) -> None:
        self._doing = (doing, ticket, time.monotonic())

    def _pong(self) -> Pong:
        doing, ticket, since = self._doing
        figures = self._answering.figures if self._answering is not None else protocol.Figures()
        return Pong(doing, ticket, time.monotonic() - since, figures)


def _note(text: str) -> None:
    """Leave a line for the client's log."""
    sys.stderr.write(f"{text}\n")


def _private_output() -> int:
    """Keep standard output for the protocol, and send what anybody prints there to standard error."""
    sys.stdout.flush()
    private = os.dup(1)
    os.dup2(2, 1)
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(private, os.O_BINARY)
    return private


def _offer_to_die_first() -> None:
    """Where memory runs out, Linux should take this process rather than the window."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("800", encoding="ascii")
