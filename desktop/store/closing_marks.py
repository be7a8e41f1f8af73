"""Which project files this installation closed itself, as they were then: those need no check when they open."""

import contextlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_KEPT = 200  # projects


def is_ours(folder: Path, project: Path) -> bool:
    """Whether the file is just as this installation left it."""
    marks = _read(folder)
    return marks.get(str(project.resolve())) == _state_of(project)


def is_known(folder: Path, project: Path) -> bool:
    """Whether there is a note of the file: nobody here has opened it for writing since, or they closed it again."""
    return str(project.resolve()) in _read(folder)


def remember(folder: Path, project: Path) -> None:
    """Note how the file is now that it is closed and whole; nothing is noted of one that was deleted meanwhile."""
    try:
        state = _state_of(project)
    except OSError:
        forget(folder, project)
        return
    marks = dict(_read(folder))
    marks.pop(str(project.resolve()), None)
    marks[str(project.resolve())] = state
    _write(folder, dict(list(marks.items())[-_KEPT:]))


def forget(folder: Path, project: Path) -> None:
    """Drop the note: the file is being written, and who knows how that ends."""
    marks = dict(_read(folder))
    if marks.pop(str(project.resolve()), None) is not None:
        _write(folder, marks)


def _state_of(project: Path) -> list[int]:
    status = project.stat()
    return [status.st_size, status.st_mtime_ns]


def _read(folder: Path) -> Mapping[str, Any]:
    try:
        marks = json.loads((folder / "closed.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return marks if isinstance(marks, dict) else {}


def _write(folder: Path, marks: Mapping[str, Any]) -> None:
    # Without a note the next opening checks the file: slower, never wrong. So a full disk is no reason to fail here.
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / f"closed.json.{os.getpid()}"
        unfinished.write_text(json.dumps(marks, ensure_ascii=False, indent=1), encoding="utf-8")
        unfinished.replace(folder / "closed.json")
