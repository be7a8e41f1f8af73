"""Tries a freshly built llama.cpp once, in a process of its own: compilers can build what a processor cannot run."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import runner

_PATIENCE = 300.0  # seconds
_WRITE = """
import sys
from llama_cpp import Llama

model = Llama(sys.argv[1], n_ctx=1024, n_batch=512, verbose=False, seed=1)
written = model("The market opens at dawn. " * 100, max_tokens=40, temperature=0)  # 500 tokens to read, 40 to write
assert written["usage"]["prompt_tokens"] > 400, written
"""


def fault(python: Path, model: Path, log: Path) -> str:
    """What ends it, in a word or two; empty where it reads and writes. StepError where it does not even start."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as kept:
        try:
            status = subprocess.run(
                [python, "-c", _WRITE, model],
                stdin=subprocess.DEVNULL,
                stdout=kept,
                stderr=subprocess.STDOUT,
                timeout=_PATIENCE,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            return "it does not come to an end"
    if status > 0 and status < 0xC000_0000:
        tail = log.read_text(encoding="utf-8", errors="replace").splitlines()[-runner.LAST_LINES :]
        raise runner.StepError(
            "llama.cpp was built but does not start.", "The lines above say why; most often a library is missing.",
            tail, log,
        )  # fmt: skip
    return _in_words(status) if status else ""


def _in_words(status: int) -> str:
    """What ended a process: below 0 a signal; on Windows a large number."""
    if status == -getattr(signal, "SIGILL", 0) or status == 0xC000_001D:
        return "an instruction that this processor does not have"
    if status < 0:
        known = {each.value for each in signal.Signals}
        return signal.Signals(-status).name if -status in known else f"signal {-status}"
    return f"error {status:#x}"
