"""The SHA-256 of a model file, remembered as long as the file is the same."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from desktop.engine.cached import read_cached, write_cached
from desktop.engine.gguf import parts_by_name

_BLOCK = 4 * 2**20
_STORE = "fingerprints.json"


def fingerprint(path: Path, on_progress: Callable[[float], None] | None = None) -> str:
    """SHA-256, in hex; of a model that is split over several files, that of all of them one after the other.

    Files of the same place, size and time of change are not read again. Raises OSError.
    """
    if found := known_fingerprint(path):
        return found
    key, digest = _key(path), _digest(_files(path), on_progress)
    known = {name: each for name, each in read_cached(_STORE).items() if not name.startswith(f"{path.resolve()}|")}
    write_cached(_STORE, {**known, key: digest})
    return digest


def known_fingerprint(path: Path) -> str:
    """The fingerprint where it was taken before; empty where the files would have to be read. Raises OSError."""
    found = read_cached(_STORE).get(_key(path))
    return found if isinstance(found, str) else ""


def _files(path: Path) -> Sequence[Path]:
    return [each for each in parts_by_name(path) if each == path or each.is_file()]


def _key(path: Path) -> str:
    states = [each.stat() for each in _files(path)]
    return "|".join((str(path.resolve()), *(f"{state.st_size}|{state.st_mtime_ns}" for state in states)))


def _digest(files: Sequence[Path], on_progress: Callable[[float], None] | None) -> str:
    digest = hashlib.sha256()
    done, size = 0, sum(each.stat().st_size for each in files)
    for each in files:
        with each.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
                done += len(block)
                if on_progress is not None:
                    on_progress(min(1.0, done / max(size, 1)))
    return digest.hexdigest()
