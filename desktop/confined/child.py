"""The confined process itself: takes one task after another, says what comes of it, ends when its input ends."""

import json
import math
import os
import signal
import sys
import time
import traceback
from typing import Any, NoReturn

from desktop.core import i18n
from desktop.core.errors import UserError
from desktop.core.records import JsonObject

_TOLD = 2_000  # characters of a failure


def main() -> NoReturn:
    """Serve one runner until it closes our input."""
    output = _private_output()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is meant for the runner
    _close_doors(int(sys.argv[2]))
    for line in sys.stdin.buffer:
        message = json.loads(line)
        i18n.use(message["language"])
        _say(output, _work(message, output))
    os._exit(0)  # at once: libraries may hang in what they do at the end


def _work(message: dict[str, Any], output: int) -> JsonObject:
    """Do a task and say what it says; returns how it ended."""
    from desktop.confined.tasks import TASKS

    seconds = float(message["seconds"])
    try:
        _allow(seconds)
        for said in TASKS[message["task"]](message["given"]):
            _say(output, {"said": said})
            _allow(seconds)
    except UserError as refusal:
        return {"refused": [refusal.what, refusal.remedy]}
    except Exception:  # noqa: BLE001 - libraries fail over a damaged file in any way; the runner is told
        return {"failed": traceback.format_exc()[-_TOLD:]}
    return {"done": True}


def _say(output: int, value: JsonObject) -> None:
    line = memoryview(json.dumps(value, separators=(",", ":")).encode() + b"\n")
    while line:
        line = line[os.write(output, line) :]


def _private_output() -> int:
    """Keep standard output for the protocol, and let what anybody else prints there vanish."""
    private = os.dup(1)
    os.dup2(2, 1)
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(private, os.O_BINARY)
    return private


def _close_doors(memory: int) -> None:
    """Give up what no task needs: memory without end, writing files, leaving a core; all before the first task.

    This is also the place to have the system forbid the network.
    """
    if sys.platform == "win32":
        return  # the runner watches memory and time by itself
    import resource

    limits = [(resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)]
    if sys.platform == "linux":
        # Address space; libraries that are mapped count as well, hence the room beside what is used.
        limits.append((resource.RLIMIT_AS, 2 * memory + (1 << 30)))
    for limit, value in limits:
        resource.setrlimit(limit, (value, value))


def _allow(seconds: float) -> None:
    """Let the task use so many more seconds of the processor, from now on."""
    if sys.platform == "win32":
        return
    import resource

    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(time.process_time() + seconds), hard))
