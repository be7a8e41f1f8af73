"""A confined process cannot do what is said to be held; each is tried in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.core.confinement.confine import Held

SCRIPT = """
import dataclasses, errno, json, os, socket, subprocess, sys, threading
from desktop.core.confinement import confine, landlock, seccomp
{before}
def tried(action):
    try:
        action()
    except OSError as error:
        return errno.errorcode[error.errno]
    except MemoryError:
        return "MemoryError"
    return "done"
log = open(sys.argv[1] + "/open", "w")
held = confine.confine({memory})
found = {{
    "tcp": tried(lambda: socket.socket()),
    "udp": tried(lambda: socket.socket(type=socket.SOCK_DGRAM).connect(("192.0.2.1", 9))),
    "tcp6": tried(lambda: socket.socket(socket.AF_INET6)),
    "raw": tried(lambda: socket.socket(socket.AF_PACKET)),
    "local": tried(lambda: socket.socketpair()),
    "write": tried(lambda: open(sys.argv[1] + "/new", "w")),
    "append": tried(lambda: open(sys.argv[1] + "/old", "a")),
    "truncate": tried(lambda: os.truncate(sys.argv[1] + "/old", 0)),
    "remove": tried(lambda: os.remove(sys.argv[1] + "/old")),
    "rename": tried(lambda: os.rename(sys.argv[1] + "/old", sys.argv[1] + "/moved")),
    "read": tried(lambda: open(sys.argv[1] + "/old").read()),
    "null": tried(lambda: open("/dev/null", "w").write("x")),
    "log": tried(lambda: print("still", file=log, flush=True)),
    "program": tried(lambda: subprocess.run(["/bin/true"])),
    "signal": tried(lambda: os.kill(os.getppid(), 0)),
    "memory": tried(lambda: bytearray(2**30)),
}}
thread = threading.Thread(target=lambda: found.update(thread=tried(lambda: socket.socket())))
thread.start(); thread.join()
sys.stdout.write(json.dumps([dataclasses.asdict(held), found]))
sys.stdout.flush()
{after}
"""


def confined(folder: Path, *, before: str = "", memory: int = 0, after: str = "") -> tuple[Held, dict[str, str], int]:
    """What a process holds after `confine`, what it may then do, and how it ends."""
    (folder / "old").write_text("old", encoding="utf-8")
    script = SCRIPT.format(before=before, memory=memory, after=after)
    done = subprocess.run([sys.executable, "-c", script, str(folder)], capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    held, found = json.loads(done.stdout)
    return Held(**held), found, done.returncode


@pytest.mark.skipif(sys.platform != "linux", reason="what other systems hold is said by the worker")
def test_a_confined_process_has_no_network_writes_nothing_and_starts_nothing(tmp_path: Path) -> None:
    held, found, _status = confined(tmp_path, memory=300_000_000)
    if held.network == "seccomp":
        assert {found[way] for way in ("tcp", "udp", "tcp6", "raw", "thread")} == {"EACCES"}
    if held.files:
        assert {found[way] for way in ("write", "append", "truncate", "remove", "rename")} == {"EACCES"}
        assert (tmp_path / "old").read_text(encoding="utf-8") == "old"
    if held.programs:
        assert found["program"] == "EACCES"
        assert found["signal"] in ("EACCES", "EPERM")
    if held.memory:
        assert found["memory"] == "MemoryError"
    assert {found[way] for way in ("read", "log", "null", "local")} == {"done"}


@pytest.mark.skipif(sys.platform != "linux", reason="what other systems hold is said by the worker")
def test_what_the_system_does_not_know_is_not_said_to_hold(tmp_path: Path) -> None:
    cannot = "landlock.install = lambda: False; seccomp.install = lambda: False; confine._network_of_its_own = str"
    held, found, _status = confined(tmp_path, before=cannot)
    assert held == Held()
    assert found["write"] == found["program"] == found["memory"] == "done"


@pytest.mark.skipif(sys.platform != "linux", reason="what other systems hold is said by the worker")
def test_what_was_set_but_does_not_hold_is_not_said_to_hold(tmp_path: Path) -> None:
    claims = "landlock.install = lambda: True; seccomp.install = lambda: True; confine._network_of_its_own = str"
    assert confined(tmp_path, before=claims)[0] == Held()


@pytest.mark.skipif(sys.platform != "linux", reason="what other systems hold is said by the worker")
def test_without_the_filter_an_empty_network_is_tried(tmp_path: Path) -> None:
    held, found, _status = confined(tmp_path, before="seccomp.install = lambda: False")
    if held.network == "network namespace":
        assert found["udp"] == "ENETUNREACH"


@pytest.mark.skipif(sys.platform == "win32", reason="signals are Unix's")
def test_a_confined_process_can_still_abort(tmp_path: Path) -> None:
    assert confined(tmp_path, after="os.abort()")[2] == -6
