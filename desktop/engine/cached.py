"""Small JSON files in the cache folder, for what can be found out again."""

import json
import os
import threading
from contextlib import suppress
from typing import Any

from desktop.core import paths

_MOST_BYTES = 16 * 2**20


def read_cached(name: str) -> dict[str, Any]:
    """The object in the file; an empty one where the file is missing, damaged, or holds something else."""
    path = paths.cache() / name
    try:
        if path.stat().st_size > _MOST_BYTES:
            return {}
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def write_cached(name: str, values: dict[str, Any]) -> None:
    """Write the file whole or not at all; a cache that cannot be written only costs time.

    Of two who read and write at once, the later one wins.
    """
    path = paths.cache() / name
    fresh = path.with_name(f".{name}.{os.getpid()}.{threading.get_ident()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps(values, ensure_ascii=False, indent=1), encoding="utf-8")
        fresh.replace(path)
    except OSError:
        with suppress(OSError):
            fresh.unlink()
