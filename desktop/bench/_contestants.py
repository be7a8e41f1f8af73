"""Who takes part in the generate benchmark: this engine, and its peers in processes of their own."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Any, TypeAlias, cast

from desktop.bench._machine import Others
from desktop.bench._workloads import Tasks
from desktop.core.engine import Engine
from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.core.progress import Tick
from desktop.core.records import JsonObject
from desktop.core.steps import Answer, Ask, Reply, Steps
from desktop.engine.protocol import Figures
from desktop.jobs.asking import Asking, GaveUp, Task

_PEER = Path(__file__).with_name("_peer.py")
_OFTEN = 0.1  # seconds between two moments at which a person can stop it

Lengths: TypeAlias = tuple[tuple[int, ...], ...]
"""The tokens to write for each sample of each ask, in the order of the asks."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one contestant did of one repeat, and in which time."""

    seconds: float
    rows: int
    generated: int  # tokens
    prompt_decoded: int  # tokens
    prompt_tokens: int = 0  # of all prompts, each counted once for its samples; the engine alone says it
    decode_seconds: float = 0.0  # of the engine's worker; 0 for others
    busy_seconds: float = 0.0
    others: float = 0.0  # 0 to 1: of all cores, what programs that take no part used meanwhile

    @property
    def rows_per_minute(self) -> float:
        """Samples in a minute."""
        return self.rows / self.seconds * 60

    @property
    def tokens_per_second(self) -> float:
        """Generated tokens in a second of the whole, prompts included."""
        return self.generated / self.seconds

    @property
    def outside_decoding(self) -> float | None:
        """The share of the worker's busy time that is not llama.cpp's; None where nobody counted."""
        return 1 - self.decode_seconds / self.busy_seconds if self.busy_seconds else None


# ── this engine ──────────────────────────────────────────────────────────────────────────────────


def engine_does(
    engine: Engine, figures: Callable[[], Figures], tasks: Tasks, random_seed: int, worker: int = 0
) -> Generator[Tick, None, tuple[Measured, Lengths]]:
    """Have this engine do it by the scheduler that all jobs use; returns how long each text became, too.

    `worker` is the process that computes; 0: this one.
    """
    replies: dict[int, Sequence[Reply]] = {}
    waiting = [
        Task(number, number, _seed(random_seed, number), _steps(number, asks, replies), lambda _request: None)
        for number, asks in enumerate(tasks)
    ]
    waiting.reverse()
    asking = Asking(engine)
    others = Others(worker)
    before, began = figures(), time.perf_counter()
    try:
        while waiting or not asking.idle:
            while waiting and asking.hungry:
                asking.start(waiting.pop())
            for happening in asking.turn(_OFTEN):
                if isinstance(happening, GaveUp):
                    raise UserError(happening.why, _("Choose another model, or leave this workload out."))
            yield Tick()
    finally:
        asking.close()
    seconds, after = time.perf_counter() - began, figures()
    samples = [reply.samples for number in range(len(tasks)) for reply in replies[number]]
    measured = Measured(
        seconds,
        rows=sum(map(len, samples)),
        generated=sum(sample.reply_tokens for each in samples for sample in each),
        prompt_decoded=after.prompt_decoded - before.prompt_decoded,
        prompt_tokens=after.prompt_tokens - before.prompt_tokens,
        decode_seconds=after.decode_seconds - before.decode_seconds,
        busy_seconds=after.busy_seconds - before.busy_seconds,
        others=others.share(),
    )
    # An end costs a decode of its own, as one more token does.
    lengths = tuple(tuple(max(1, one.reply_tokens + (one.finish == "stop")) for one in each) for each in samples)
    return measured, lengths


def _steps(number: int, asks: Sequence[Ask], replies: dict[int, Sequence[Reply]]) -> Steps:
    answers = yield list(asks)
    replies[number] = cast("list[Reply]", cast("list[Answer]", answers))
    return []


def _seed(random_seed: int, number: int) -> int:
    return (random_seed + 7919 * number) % 2**31


# ── peers ────────────────────────────────────────────────────────────────────────────────────────


class Peer:
    """Another program's way to do the same, loaded once; it is held still while it has nothing to do."""

    def __init__(self, python: Path, loading: JsonObject, environment: Mapping[str, str]) -> None:
        """Start it. Raises OSError."""
        self._build = ""
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as this object
        self._process = subprocess.Popen(
            [python, "-P", str(_PEER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={**os.environ, **environment},
        )
        self._lines: SimpleQueue[bytes] = SimpleQueue()
        threading.Thread(target=self._read, args=(self._process.stdout,), name="peer reader", daemon=True).start()
        self._say(loading)

    @property
    def build(self) -> str:
        """The library it runs on, and the instructions that it uses; known once it is loaded."""
        return self._build

    def load(self) -> Generator[Tick, None, str]:
        """Wait until it is loaded; returns why it cannot be, else nothing."""
        told = yield from self._hear()
        self._build = str(told.get("build", ""))
        self._hold(True)
        return str(told.get("lacks", ""))

    def does(self, tasks: Tasks, lengths: Lengths, random_seed: int) -> Generator[Tick, None, Measured]:
        """Have it write as much as the engine wrote."""
        asks = [(number, ask) for number, together in enumerate(tasks) for ask in together]
        work = [
            {
                "prompt": ask.prompt,
                "lengths": wanted if ask.schema is None else [ask.sampling.max_tokens] * ask.n,
                "seed": _seed(random_seed, number),
                "sampling": _drawing(ask),
                "schema": ask.schema,
            }
            for (number, ask), wanted in zip(asks, lengths, strict=True)
        ]
        self._hold(False)
        others = Others(self._process.pid)
        began = time.perf_counter()
        self._say({"asks": work})
        told = yield from self._hear()
        seconds = time.perf_counter() - began
        share = others.share()
        self._hold(True)
        rows = sum(ask.n for _number, ask in asks)
        return Measured(seconds, rows, generated=told["generated"], prompt_decoded=told["decoded"], others=share)

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._log):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def _say(self, told: Mapping[str, Any]) -> None:
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):  # it is gone; hearing says so
                self._process.stdin.write(json.dumps(told).encode() + b"\n")
                self._process.stdin.flush()

    def _hear(self) -> Generator[Tick, None, dict[str, Any]]:
        while True:
            try:
                line = self._lines.get(timeout=_OFTEN)
            except Empty:
                yield Tick()
                continue
            if not line:
                self._log.seek(0)
                last = self._log.read().decode("utf-8", "replace").strip().splitlines()[-1:]
                raise UserError(
                    _("A program that is compared with ended unexpectedly ({why}).").format(why=" ".join(last)),
                    _("Run the benchmark again, or make that program anew: python3 packaging/bootstrap.py peers"),
                )
            return cast("dict[str, Any]", json.loads(line))

    def _read(self, stream: IO[bytes] | None) -> None:
        with contextlib.suppress(ValueError, OSError):
            for line in stream or ():
                self._lines.put(line)
        self._lines.put(b"")

    def _hold(self, still: bool) -> None:
        """Stop the process, threads that wait by spinning included, or let it go on."""
        import psutil

        with contextlib.suppress(psutil.Error):
            process = psutil.Process(self._process.pid)
            process.suspend() if still else process.resume()


def _drawing(ask: Ask) -> dict[str, Any]:
    """The sampling under the names that llama.cpp's libraries share, its length aside."""
    drawing = asdict(ask.sampling)
    del drawing["max_tokens"]
    return drawing


def interpreter(folder: Path) -> Path:
    """The Python of a virtual environment."""
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
