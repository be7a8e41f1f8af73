"""The project file: made, opened, checked and closed here."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock as Guard
from types import TracebackType

from desktop.core import paths
from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.store import closing_marks, counts, lock, migrations, search, soundness
from desktop.store.candidates import Candidates
from desktop.store.chain import Chain
from desktop.store.connections import Connections, Database, Mode
from desktop.store.counts import Counts
from desktop.store.dataset import Dataset
from desktop.store.exports import Exports
from desktop.store.insights import Insights
from desktop.store.likenesses import Likenesses
from desktop.store.lists import Lists
from desktop.store.making import make
from desktop.store.moments import Moments
from desktop.store.passages import Passages
from desktop.store.prompts import Prompts
from desktop.store.ratings import Ratings
from desktop.store.runs import Runs
from desktop.store.schema import VERSION
from desktop.store.seeds import Seeds
from desktop.store.settings import Settings
from desktop.store.sources import Sources
from desktop.store.trouble import in_plain_words, read_only
from desktop.store.user import UserWriter
from desktop.store.verdicts import Verdicts


class Project:
    """An open project file. Every method may be called from any thread; each has a connection of its own."""

    def __init__(self, connections: Connections, held: lock.Lock | None, clock: Callable[[], float]) -> None:
        """Use `create` or `open`."""
        self.path = connections.path
        self.writable = held is not None
        self._connections = connections
        self._held = held
        self._guard = Guard()
        self._user: UserWriter | None = None
        self._moments = Moments()
        self._closed = False
        self.sources = Sources(connections, clock)
        self.passages = Passages(connections)
        self.seeds = Seeds(connections)
        self.runs = Runs(connections, clock)
        self.candidates = Candidates(connections, self._moments)
        self.verdicts = Verdicts(connections, self._moments)
        self.likenesses = Likenesses(connections)
        self.insights = Insights(connections)
        self.chain = Chain(connections)
        self.dataset = Dataset(connections)
        self.exports = Exports(connections, clock)
        self.ratings = Ratings(connections)
        self.settings = Settings(connections)
        self.prompts = Prompts(connections)
        self.lists = Lists(connections)

    @classmethod
    def create(cls, path: Path, *, title: str, language: str, clock: Callable[[], float] = time.time) -> "Project":
        """A new project file, opened for writing. UserError where a file of this name is there already."""
        with in_plain_words(path):
            if path.exists():
                raise UserError(
                    _("There is already a file “{name}”.").format(name=path),
                    _("Open it, or choose another name for the new project."),
                )
            make(path, title, language, clock())
        closing_marks.remember(paths.data(), path)
        return cls.open(path, clock=clock)

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
        soundness.read_header(path)
        if write and not os.access(path, os.W_OK):
            raise read_only(path)  # SQLite would go on, and keep what is written in a second file for ever
        held = lock.take(path) if write else None
        connections = Connections(path, _mode(path, write), search.keep_in_step, search.bring_in_step)
        try:
            version = _examine(connections, write or not lock.is_held(path), on_check)
            if write:
                _prepare_writing(connections, version)
        except BaseException:
            connections.close()
            if held is not None:
                held.release()
            raise
        return cls(connections, held, clock)

    @property
    def title(self) -> str:
        """The project's name as the user gave it."""
        title: str = self._connections.here().value("SELECT title FROM project")
        return title

    @property
    def language(self) -> str:
        """The language that chooses the prompts: "en", "zh", …"""
        language: str = self._connections.here().value("SELECT language FROM project")
        return language

    @property
    def user(self) -> UserWriter:
        """The writer of the user's changes. UserError where the project was opened for reading."""
        if not self.writable:
            raise UserError(
                _("“{name}” is open for reading only.").format(name=self.path.name),
                _("Close the window that writes to it, then open it again."),
            )
        with self._guard:
            if self._user is None:
                self._user = UserWriter(self._connections, self._moments)
            return self._user

    def counts(self) -> Counts:
        """How many rows stand at each stage, of one moment."""
        with self._connections.reading() as database:
            return counts.count(database)

    def check(self, on_progress: Callable[[float], None] | None = None) -> None:
        """Read the whole file and raise UserError where it is damaged; for the background of an open project."""
        soundness.quick_check(self._connections.here(), self.path, on_progress)

    def close(self) -> None:
        """Finish the user's changes, close every connection and give the lock back. May be called twice."""
        if self._closed:
            return
        self._closed = True
        if self._user is not None:
            self._user.close()
        self._connections.close()
        if self._held is not None or closing_marks.is_known(paths.data(), self.path):
            # A reader too may have changed the file: it notes what it exported.
            closing_marks.remember(paths.data(), self.path)
        if self._held is not None:
            self._held.release()

    def __enter__(self) -> "Project":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _mode(path: Path, write: bool) -> Mode:
    if write:
        return "write"
    if not os.access(path.parent, os.W_OK) and not path.with_name(path.name + "-wal").exists():
        # SQLite cannot make the files by which readers and a writer find each other, and they are not there already:
        # nobody writes, and the file can be read as it lies.
        return "frozen"
    return "read" if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK) else "guest"


def _examine(connections: Connections, alone: bool, on_check: Callable[[float], None] | None) -> int:
    """See that the file is a sound project, before anything is written; returns its schema's version."""
    path = connections.path
    database = Database(path, connections.mode)
    try:
        version = soundness.version_of(database, path)
        if version == VERSION:
            soundness.compare_objects(database, path)
        elif connections.mode != "write":
            raise UserError(
                _("“{name}” was made by an older Seedbed.").format(name=path.name),
                _("Open it once for writing: it is brought up to date, and a copy of it is kept."),
            )
        # Whoever holds the lock has checked the file already.
        if alone and not closing_marks.is_ours(paths.data(), path):
            soundness.quick_check(database, path, on_check)
            closing_marks.remember(paths.data(), path)
    finally:
        database.close()
    return version


def _prepare_writing(connections: Connections, version: int) -> None:
    path = connections.path
    closing_marks.forget(paths.data(), path)
    if version < VERSION:
        migrations.upgrade(path, version)
    database = connections.here()
    database.run("PRAGMA journal_mode = WAL")
    with connections.writing():
        # A file that cannot be written to says so here, and not at the user's first change.
        if database.value("SELECT words FROM project") != search.RULE:
            search.rebuild(database)
        # Nobody else can be at work while we hold the lock: a run that says it goes on has died with its process.
        database.run("UPDATE runs SET state = 'paused' WHERE state = 'running'")
