"""The SHA-256 of a model file, remembered as long as the file is the same."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

from desktop.core import paths

_BLOCK = 4 * 2**20


def fingerprint(path: Path, on_progress: Callable[[float], None] | None = None) -> str:
    """SHA-256, in hex. A file of the same place, size and time of change is not read again. Raises OSError."""
    state = path.stat()
    key = f"{path.resolve()}|{state.st_size}|{state.st_mtime_ns}"
    known = _remembered()
    if key not in known:
        known = {name: value for name, value in known.items() if not name.startswith(f"{path.resolve()}|")}
        known[key] = _digest(path, state.st_size, on_progress)
        _remember(known)
    return known[key]


def _digest(path: Path, size: int, on_progress: Callable[[float], None] | None) -> str:
    digest = hashlib.sha256()
    done = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            done += len(block)
            if on_progress is not None:
                on_progress(min(1.0, done / max(size, 1)))
    return digest.hexdigest()


def _store() -> Path:
    return paths.cache() / "fingerprints.json"


def _remembered() -> dict[str, str]:
    try:
        found = json.loads(_store().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # it can all be computed again
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def _remember(known: dict[str, str]) -> None:
    store = _store()
    fresh = store.with_name(f"{store.name}.{os.getpid()}")
    try:
        store.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps(known, indent=1), encoding="utf-8")
        fresh.replace(store)
    except OSError:
        fresh.unlink(missing_ok=True)  # a cache that cannot be written only costs time
