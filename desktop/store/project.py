"""The project file: made, opened, checked and closed here."""

import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from desktop.store.candidates import Candidates
from desktop.store.chain import Chain
from desktop.store.counts import Counts
from desktop.store.dataset import Dataset
from desktop.store.exports import Exports
from desktop.store.lists import Lists
from desktop.store.prompts import Prompts
from desktop.store.runs import Runs
from desktop.store.seeds import Seeds
from desktop.store.settings import Settings
from desktop.store.user import UserWriter
from desktop.store.verdicts import Verdicts


class Project:
    """An open project file. Every method may be called from any thread; each has a connection of its own."""

    path: Path
    writable: bool
    seeds: Seeds
    runs: Runs
    candidates: Candidates
    verdicts: Verdicts
    chain: Chain
    dataset: Dataset
    exports: Exports
    settings: Settings
    prompts: Prompts
    lists: Lists

    @classmethod
    def create(cls, path: Path, *, title: str, language: str, clock: Callable[[], float] = time.time) -> "Project":
        """A new project file, opened for writing. UserError where a file of this name is there already."""
        raise NotImplementedError

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        write: bool = True,
        on_check: Callable[[float], None] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> "Project":
        """Open a project file; `on_check` is told how far the check of a foreign file is, 0 to 1.

        Raises UserError where the file is missing, no project, newer than this Seedbed, damaged, or, for writing, open
        elsewhere. With `write` False it takes no lock and works beside a process that writes.
        """
        raise NotImplementedError

    @property
    def title(self) -> str:
        """The project's name as the user gave it."""
        raise NotImplementedError

    @property
    def language(self) -> str:
        """The language that chooses the prompts: "en", "zh", …"""
        raise NotImplementedError

    @property
    def user(self) -> UserWriter:
        """The writer of the user's changes. UserError where the project was opened for reading."""
        raise NotImplementedError

    def counts(self) -> Counts:
        """How many rows stand at each stage, of one moment."""
        raise NotImplementedError

    def check(self, on_progress: Callable[[float], None] | None = None) -> None:
        """Read the whole file and raise UserError where it is damaged; for the background of an open project."""
        raise NotImplementedError

    def close(self) -> None:
        """Finish the user's changes, close every connection and give the lock back. May be called twice."""
        raise NotImplementedError

    def __enter__(self) -> "Project":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
