"""The chosen model as the window holds it: loaded when first needed, kept until another is chosen."""

import os
import threading
from collections.abc import Generator
from concurrent import futures
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from PySide6.QtCore import QObject, Signal

from desktop.core import paths
from desktop.core.address import Address, address_of
from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.ui.preferences import Preferences

if TYPE_CHECKING:
    from desktop.core.engine import Engine
    from desktop.core.progress import Event
    from desktop.engine.client import LocalEngine
    from desktop.engine.remote import RemoteEngine

State: TypeAlias = Literal["none", "idle", "loading", "ready"]


@dataclass(frozen=True, slots=True)
class _Key:
    """What must be the same for a loaded model to be the chosen one."""

    place: str  # a file's path, or a server's address
    threads: int = 0
    file: tuple[int, int] = (0, 0)  # size and time of change: another model may lie there by now


_NOTHING = _Key("")


class LoadedModel(QObject):
    """Holds at most one loaded model. `ready` runs on a job's thread; everything else on the main one."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state: State = "idle"
        self.loaded_name = self.loaded_note = ""
        self.loaded_part = 0.0  # how much of the model is loaded, 0 to 1
        self.path: Path | None = None  # of the model that is loaded, or being loaded
        self.server: Address | None = None  # likewise, where a server runs it
        self._lock = threading.Lock()
        self._engine: LocalEngine | RemoteEngine | None = None
        self._key = _NOTHING
        self._loader = futures.ThreadPoolExecutor(1, thread_name_prefix="load")

    def ready(self, wanted: Preferences) -> "Generator[Event, None, Engine]":
        """Load the chosen model unless it is there; returns the engine. Raises UserError.

        Closing the generator leaves the loading to end by itself; the model is then there for the next job.
        """
        from desktop.core.progress import Progress, Tick

        server = chosen_server(wanted)
        key = _Key(str(server)) if server else _key_of(chosen_model(wanted), wanted.threads)
        with self._lock:
            engine = self._engine if self._key == key else None
        if engine is not None:
            return engine
        self._say("loading", 0.0)
        future = self._loader.submit(self._load, key, server, wanted.endpoint_key)
        what = _("Asking the model server") if server else _("Loading the model")
        while not future.done():
            yield Progress(what, int(self.loaded_part * 100), 100)
            futures.wait([future], timeout=0.04)
            yield Tick()
        return future.result()

    def let_go(self) -> None:
        """Give the memory back; the next job loads what is chosen then. Does not wait."""
        self._loader.submit(self._drop)

    def close(self) -> None:
        """End the worker; waits for a model that is being loaded."""
        self._loader.shutdown(wait=True, cancel_futures=True)
        self._drop()

    def _load(self, key: _Key, server: Address | None, server_key: str) -> "Engine":
        self._drop()
        self.path, self.server = (None, server) if server else (Path(key.place), None)
        try:
            engine = _remote(server, server_key) if server else self._local(Path(key.place), key.threads)
        except BaseException:
            self.path = self.server = None
            self._say("idle")
            raise
        with self._lock:
            self._engine, self._key = engine, key
        self.loaded_name, self.loaded_note = engine.model.name, engine.model.note
        self._say("ready", 1.0)
        return engine

    def _local(self, path: Path, threads: int) -> "LocalEngine":
        from desktop.engine.client import LocalEngine
        from desktop.engine.sizing import EngineSettings

        return LocalEngine(path, EngineSettings(threads=threads or None), on_load=self._on_load, tune=True)

    def _drop(self) -> None:
        with self._lock:
            engine, self._engine, self._key = self._engine, None, _NOTHING
        self.loaded_name = self.loaded_note = ""
        self.path = self.server = None
        if engine is not None:
            engine.close()
            self._say("idle")

    def _on_load(self, part: float) -> None:
        self._say("loading", part)

    def _say(self, state: State, part: float = 0.0) -> None:
        self.state, self.loaded_part = state, part
        self.changed.emit()


def _key_of(path: Path, threads: int) -> _Key:
    try:
        state = path.stat()
    except OSError:
        return _Key(str(path), threads)
    return _Key(str(path), threads, (state.st_size, state.st_mtime_ns))


def chosen_model(wanted: Preferences) -> Path:
    """The model file that a job would use; it may be missing."""
    return Path(wanted.model) if wanted.model else paths.starter_model()


def allowed_address(wanted: Preferences) -> Address | None:
    """The one address that may be asked; None where none is allowed."""
    try:
        return address_of(wanted.endpoint) if wanted.endpoint else None
    except UserError:
        return None  # a settings file that was written by hand


def chosen_server(wanted: Preferences) -> Address | None:
    """The server that a job would ask; None where a model file is chosen."""
    return allowed_address(wanted) if wanted.use_endpoint else None


def _remote(server: Address, key: str) -> "RemoteEngine":
    from desktop.engine.remote import RemoteEngine

    return RemoteEngine(server, key or os.environ.get("SEEDBED_API_KEY", "").strip())
