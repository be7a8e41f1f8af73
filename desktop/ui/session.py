"""What the window works on: the open project, the model, the jobs, and the one signal that says data changed."""

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.core.options import OptionError
from desktop.ui import opening, preferences, report
from desktop.ui.edits import Edits
from desktop.ui.job_thread import JobThread, Make
from desktop.ui.loaded_model import LoadedModel, State, chosen_model, chosen_server
from desktop.ui.preferences import Preferences
from desktop.ui.questions import Questions

if TYPE_CHECKING:
    from desktop.core.engine import Engine
    from desktop.core.progress import Event
    from desktop.jobs.judging_by_model import Ready
    from desktop.store.project import Project

T = TypeVar("T")

_MODELS = "models"  # the speed test's name, after the page that starts it
_GATHER = 400  # milliseconds in which a job's rows become one `changed`


class Session(QObject):
    """Everything the pages share. Lives on the main thread; nothing here waits."""

    project_changed = Signal()  # another project is open, or none
    changed = Signal(object, object)  # Changes, origin: stored data changed, by the window, undo or a job
    engine_changed = Signal()  # the model was chosen, is loading, ready, or gone
    job_changed = Signal()  # a job began or ended
    progressed = Signal(object)  # Progress of any job
    preferences_changed = Signal(object)  # frozenset of the names that changed
    failed = Signal(object)  # UserError, for a message
    noticed = Signal(str, bool)  # a sentence to show for a while, and whether it can be undone

    _opened = Signal(object)  # from the opener's thread to the main thread

    def __init__(self, preferences_path: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.project: Project | None = None
        self.read_only_because = ""  # why the project cannot be changed here; empty: it can
        self.opening: Path | None = None
        self.jobs: dict[str, JobThread] = {}
        self._asking: set[str] = set()  # the jobs that ask the model: one at a time, for an engine has one listener
        self._preferences_path = preferences_path or preferences.usual_path()
        self.preferences: Preferences = preferences.load(self._preferences_path)
        self.model = LoadedModel(self)
        self.model.changed.connect(self.engine_changed)
        self._model_titles: dict[Path, str] = {}
        self._questions = Questions(self)
        self._questions.failed.connect(self.failed)
        self.edits = Edits(self)
        self.edits.changed.connect(self.changed)
        self.edits.failed.connect(self.failed)
        self.edits.noticed.connect(self.noticed)
        self._opener = ThreadPoolExecutor(1, thread_name_prefix="open")
        self._gathered: set[str] = set()
        self._gather = QTimer(self, singleShot=True, interval=_GATHER)
        self._gather.timeout.connect(self._on_gathered)
        self._opened.connect(self._on_opened)
        QTimer.singleShot(0, self, self._read_model_title)  # once the window is painted

    # ── projects ─────────────────────────────────────────────────────────────────────────────────

    def open_project(self, path: Path) -> None:
        """Open `path` off the main thread; `project_changed` or `failed` says how it ended.

        Where it cannot be changed here (open in another window, a folder without leave to write) it is
        opened for reading, and `read_only_because` says why.
        """
        self._open(path, partial(opening.open_project, path))

    def new_project(self, path: Path, title: str, language: str, seeds: Path | None = None) -> None:
        """Make a project file, perhaps with the seeds of a file, and open it, off the main thread."""
        self._open(path, partial(opening.new_project, path, title, language, seeds))

    def close_project(self) -> None:
        """Pause what works on the project, wait for it to put its affairs in order, then close it."""
        project, self.project = self.project, None
        self.read_only_because = ""
        self.edits.work_on(None)
        self.pause_jobs()
        for job in list(self.jobs.values()):
            job.wait()
        if project is not None:
            self._questions.forget(project)  # a connection must not be closed under a thread that reads from it
            project.close()
            self.project_changed.emit()

    @property
    def writable(self) -> bool:
        """Whether a project is open that can be changed here."""
        return self.project is not None and self.project.writable

    def shut_down(self) -> None:
        """Close everything; the session is of no use afterwards."""
        self.opening = None
        self.close_project()
        self._opener.shutdown(wait=True, cancel_futures=True)
        self._questions.close()
        self.model.close()

    # ── reading ──────────────────────────────────────────────────────────────────────────────────

    def read(
        self,
        query: "Callable[[Project], T]",
        then: Callable[[T], None],
        key: str = "",
        failed: Callable[[UserError], None] | None = None,
    ) -> None:
        """Ask the project something off the main thread; `then`, a method of a QObject, gets the answer.

        Of several questions with one receiver and key only the newest is answered. Nothing is answered
        once the receiver or the project is gone. Without `failed` an error is shown as a message.
        """
        if self.project is not None:
            self._questions.ask(partial(query, self.project), then, key, failed, about=self.project)

    def fetch(
        self,
        work: Callable[[], T],
        then: Callable[[T], None],
        key: str = "",
        failed: Callable[[UserError], None] | None = None,
    ) -> None:
        """Like `read`, for what needs no project: the models on this disk, this computer's memory."""
        self._questions.ask(work, then, key, failed)

    # ── jobs ─────────────────────────────────────────────────────────────────────────────────────

    def start_job(self, name: str, make: Make) -> JobThread:
        """Run a job on its own thread; connect to what is returned at once, in the same turn of the loop.

        Raises UserError while a job of that name works.
        """
        if name in self.jobs:
            raise UserError(_("This is still working."), _("Wait until it is done, or stop it first."))
        job = JobThread(name, make, self)
        self.jobs[name] = job
        job.landed.connect(self._on_landed)
        job.settled.connect(self._on_settled)
        job.progressed.connect(self.progressed)
        job.said.connect(self._on_said)
        job.failed.connect(self._on_job_failed)
        job.finished.connect(self._on_job_ended)
        QTimer.singleShot(0, job, job.start)
        self.job_changed.emit()
        return job

    def start_model_job(
        self, name: str, work: "Callable[[Project, Engine], Iterator[Event]]", *, model: Path | None = None
    ) -> JobThread:
        """Run a job that needs a model (the chosen one unless said); it is loaded first, on the job's thread, and kept.

        Raises UserError where no project is open, it can only be read, or a job of that name works.
        """
        return self.start_asking_job(name, partial(_with_engine, work=work), model=model)

    def start_asking_job(
        self, name: str, work: "Callable[[Project, Ready], Iterator[Event]]", *, model: Path | None = None
    ) -> JobThread:
        """The same for a job that makes the model ready itself, once it knows that it needs one."""
        if self.project is None:
            raise UserError(_("No project is open."), _("Open one on the Home page."))
        if not self.project.writable:
            raise UserError(self.read_only_because, _("Nothing was started."))
        if _MODELS in self.jobs:
            raise UserError(_("A speed test is at work."), _("Wait until it is done, or stop it on the Models page."))
        if self._asking - {name}:
            raise UserError(_("The model is at work on something else."), _("Wait until it is done, or stop it first."))
        wanted = replace(self.preferences, model=str(model), use_endpoint=False) if model else self.preferences
        job = self.start_job(name, partial(self._asks, wanted, partial(work, self.project)))
        self._asking.add(name)
        return job

    def start_speed_test(self, model: Path, work: "Callable[[Engine], Iterator[Event]]") -> JobThread:
        """Load a model, whether it is the chosen one or not, and run `work` with it; no project is needed.

        Raises UserError while any other job works: there is room for one model, and it would be measured wrongly.
        """
        if self.jobs:
            raise UserError(
                _("The speed of a model cannot be measured while something else is at work."),
                _("Wait until it is done, or pause it."),
            )
        wanted = replace(self.preferences, model=str(model), use_endpoint=False)
        return self.start_job(_MODELS, partial(self._asks, wanted, partial(_measured, work)))

    @property
    def model_is_free(self) -> bool:
        """Whether no job asks the model."""
        return not self._asking and _MODELS not in self.jobs

    @property
    def speed_test(self) -> JobThread | None:
        """The job that measures a model, while it works."""
        return self.jobs.get(_MODELS)

    def pause_jobs(self) -> None:
        """Ask every job to put its affairs in order and end; `job_changed` when one has."""
        for job in self.jobs.values():
            job.pause()

    @property
    def generate_job(self) -> JobThread | None:
        """The job that generates, while it works."""
        return self.jobs.get("generate")

    def model_state(self) -> tuple[State, str]:
        """Whether the chosen model is there and loaded, and its name."""
        server, serving = chosen_server(self.preferences), self.model.server
        if serving is not None and (serving == server or self.jobs):
            return self.model.state, self.model.loaded_name or serving.place
        chosen, held = chosen_model(self.preferences), self.model.path
        if server is not None and not (held is not None and self.jobs):
            return "idle", server.place
        if held is not None and (held == chosen or self.jobs):
            return self.model.state, self.model.loaded_name or self._model_titles.get(held) or held.stem
        if not chosen.is_file():
            return "none", ""
        return "idle", self._model_titles.get(chosen) or chosen.stem

    def _read_model_title(self) -> None:
        path = chosen_model(self.preferences)
        if path not in self._model_titles:
            self.fetch(partial(opening.title_of, path), self._on_model_title)

    def _on_model_title(self, named: tuple[Path, str]) -> None:
        path, title = named
        self._model_titles[path] = title
        self.engine_changed.emit()

    # ── preferences ──────────────────────────────────────────────────────────────────────────────

    @property
    def folder(self) -> Path:
        """Where what is this user's own lies, whatever the project."""
        return self._preferences_path.parent

    def prefer(self, **values: Any) -> None:
        """Change preferences by name and save them; `preferences_changed` says which."""
        names = frozenset(name for name, value in values.items() if getattr(self.preferences, name) != value)
        if not names:
            return
        self.preferences = replace(self.preferences, **values)
        try:
            preferences.save(self.preferences, self._preferences_path)
        except OSError as error:
            self.failed.emit(
                UserError(
                    _("Your settings could not be saved: {why}").format(why=error.strerror or error),
                    _("They hold until the window is closed."),
                )
            )
        if "model" in names:
            self._read_model_title()
        if names & {"model", "threads", "endpoint", "endpoint_key", "use_endpoint"} and not self.jobs:
            self.model.let_go()
        self.preferences_changed.emit(names)

    # ── behind it ────────────────────────────────────────────────────────────────────────────────

    def _open(self, path: Path, opener: "Callable[[], tuple[Project, str]]") -> None:
        self.close_project()
        self.opening = path
        self.project_changed.emit()
        self._opener.submit(opener).add_done_callback(lambda ended: self._opened.emit((path, ended)))

    @Slot(object)
    def _on_opened(self, opened: "tuple[Path, Future[tuple[Project, str]]]") -> None:
        path, future = opened
        if path != self.opening:  # another one was asked for meanwhile, or the window was closed
            if not future.exception():
                future.result()[0].close()
            return
        self.opening = None
        if error := future.exception():
            self.project_changed.emit()
            self.failed.emit(report.as_user_error(error))
            return
        self.project, self.read_only_because = future.result()
        self.edits.work_on(self.project, self.read_only_because)
        self.prefer(recent=preferences.with_recent(self.preferences, self.project.path))
        self.project_changed.emit()

    def _asks(self, wanted: Preferences, work: "Callable[[Ready], Iterator[Event]]") -> "Generator[Event, None, Any]":
        """On the job's thread: the work, which is handed the way to make the model ready."""
        try:
            return (yield from work(partial(self.model.ready, wanted)))  # what the job returns is the thread's result
        except OptionError:
            raise  # the engine is sound
        except UserError:
            self.model.let_go()  # it may be the engine that cannot go on; the next job starts a fresh one
            raise

    @Slot(list)
    def _on_landed(self, _rows: object) -> None:
        self._tell_soon("candidates", "runs")

    @Slot(str, bool)
    def _on_said(self, sentence: str, undoable: bool) -> None:
        self.noticed.emit(sentence, undoable)
        self._tell_soon("chain")

    @Slot(object)
    def _on_job_failed(self, error: UserError) -> None:
        if not isinstance(error, OptionError):  # that is told beside its field
            self.failed.emit(error)

    @Slot()
    def _on_settled(self) -> None:
        self._tell_soon("candidates")

    @Slot()
    def _on_job_ended(self) -> None:
        job = self.sender()
        if not isinstance(job, JobThread):
            return
        self.jobs.pop(job.name, None)
        self._asking.discard(job.name)
        self.job_changed.emit()
        self._tell_soon("sources", "passages", "seeds", "candidates", "reviews", "runs", "exports")
        job.wait()  # `finished` is emitted a moment before the thread has ended
        job.setParent(None)

    def _tell_soon(self, *stages: str) -> None:
        self._gathered.update(stages)
        if not self._gather.isActive():
            self._gather.start()

    @Slot()
    def _on_gathered(self) -> None:
        from desktop.store.undo import Changes

        stages, self._gathered = frozenset(self._gathered), set()
        if self.project is not None:
            self.changed.emit(Changes("", stages, {}), "job")


def _with_engine(
    project: "Project", ready: "Ready", work: "Callable[[Project, Engine], Iterator[Event]]"
) -> "Generator[Event, None, Any]":
    """The model is made ready, then the work goes on with it."""
    engine = yield from ready()
    return (yield from work(project, engine))


def _measured(work: "Callable[[Engine], Iterator[Event]]", ready: "Ready") -> "Generator[Event, None, Any]":
    """The same for work that needs no project."""
    engine = yield from ready()
    return (yield from work(engine))
