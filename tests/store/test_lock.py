"""One process writes; the lock names it, and ends with it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.core.errors import UserError
from desktop.store import lock
from desktop.store.project import Project

HOLD = """
import sys
from pathlib import Path
from desktop.store import lock
held = lock.take(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_lock_is_held_until_it_is_released(path: Path) -> None:
    assert not lock.is_held(path)
    held = lock.take(path)
    assert lock.is_held(path)
    held.release()
    assert not lock.is_held(path)
    assert list(path.parent.iterdir()) == []


def test_another_process_is_named_and_its_death_frees_the_lock(path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    with pytest.raises(UserError, match=rf"\(process {child.pid}\)"):
        lock.take(path)
    child.kill()
    child.wait()
    child.stdin.close()
    child.stdout.close()
    lock.take(path).release()


def test_a_lock_file_that_was_left_behind_is_no_lock(path: Path) -> None:
    lock.beside(path).write_text("1", encoding="ascii")
    held = lock.take(path)
    assert lock.beside(path).read_text(encoding="ascii") == str(os.getpid())
    held.release()


def test_a_project_that_could_not_be_opened_is_not_left_locked(path: Path) -> None:
    path.write_bytes(b"no project")
    with pytest.raises(UserError):
        Project.open(path)
    path.unlink()
    Project.create(path, title="", language="en").close()
