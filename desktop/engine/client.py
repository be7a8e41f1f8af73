"""The engine as jobs see it: a model in a worker process that is watched and started again."""

import atexit
import logging
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any, cast

from desktop.core.confinement.confine import Held
from desktop.core.engine import Answered, EngineLost, Model, Refused, Report, Streamed
from desktop.core.errors import UserError
from desktop.core.i18n import N_, _, sentences
from desktop.core.steps import Asked
from desktop.engine import hardware, protocol
from desktop.engine.child import Child
from desktop.engine.endings import CARD_NOT_TAKEN, UNKNOWN, ending, is_lasting
from desktop.engine.fingerprint import fingerprint, known_fingerprint
from desktop.engine.gguf import Header, read_header, title
from desktop.engine.protocol import (
    Cancel,
    Done,
    Figures,
    FromWorker,
    Hello,
    Load,
    Loaded,
    LoadFailed,
    Loading,
    More,
    Pong,
    Refuse,
    Shape,
    Submit,
    Trouble,
)
from desktop.engine.pulse import PING_EVERY, Pulse
from desktop.engine.remembered import recall, remember
from desktop.engine.sizing import EngineSettings, Plan, plan

_MOST_STARTS = 3  # in a row without a loaded model
_MOST_STARTS_AGAIN = 5  # of a model that was loaded before, and is therefore sound
_MOST_DEATHS = 6  # in a row without one word of an answer
_MOST_DEATHS_AGAIN = 12  # of a model that has written before
_MOST_ENDLESS = 3  # prompts that a chat template did not come to an end with

_HUNG = N_("The process that runs the model stopped answering.")
_ENDLESS = Trouble(N_("The model's chat template does not come to an end."), N_("Choose another model."))
_GONE = N_("The process that runs the model ends as soon as it is started.")
_BARREN = N_("The process that runs the model ends again and again before it has answered anything.")

_SHAPE = "shape"  # the kind of what is remembered

_log = logging.getLogger(__name__)


class LocalEngine:
    """A GGUF model on this machine; implements core.engine.Engine. Its methods may be called from any thread."""

    def __init__(
        self,
        path: Path,
        settings: EngineSettings | None = None,
        on_load: Callable[[float], None] | None = None,
        command: Sequence[str] = (),
        *,
        only_words: bool = False,
        tune: bool = False,
    ) -> None:
        """Load the model; `on_load` hears how far it is, 0 to 1. Returns when it answers.

        `only_words`: load the vocabulary alone, which answers Count and Render: the tokenizer of a model to be trained.
        `tune`: run it in the shape that was measured as the best on this machine, or measure first, some seconds long.

        Raises UserError: no GGUF, damaged, cut off, does not fit, or the library does not start.
        `command` starts the worker; usually it is this very program with --worker.
        """
        header = read_header(path)
        self._path = path.resolve()
        self._plan = plan(header, settings or EngineSettings(), path)
        self._tune = tune and not only_words
        if self._tune and (known := _remembered_shape(self._path, self._plan.shape)) is not None:
            own = settings.threads if settings and settings.threads else known.threads
            self._plan, self._tune = replace(self._plan, shape=replace(known, threads=own)), False
        self._size = header.size
        self._command = tuple(command) or _own_command()
        self._only_words = only_words
        self._changed = threading.Condition()  # guards all that follows
        self._reports: deque[Report] = deque()
        self._asks: dict[int, dict[int, str]] = {}  # by ticket, what each sample says so far
        self._tickets = 0
        self._starts = 0
        self._note = ""  # on how it was loaded, in words to be translated
        self._most_starts = _MOST_STARTS
        self._deaths = 0  # since the last word of an answer
        self._most_deaths = _MOST_DEATHS
        self._endless = 0  # prompts with which the chat template did not come to an end
        self._progress = 0.0
        self._loaded: Loaded | None = None
        self._figures = Figures()
        self._hung = False  # the worker did, and was ended for it
        self._trouble: UserError | None = None
        self._closing = False
        self._start()
        self._reader = threading.Thread(target=self._listen, name="engine reader", daemon=True)
        self._reader.start()
        atexit.register(self.close)
        try:
            self._model = self._wait(header, on_load or (lambda _fraction: None))
        except BaseException:
            self.close()
            raise

    @property
    def model(self) -> Model:
        """The model that answers."""
        return self._model

    @property
    def slots(self) -> int:
        """Samples that are written side by side."""
        return self._plan.shape.slots

    @property
    def plan(self) -> Plan:
        """What the worker was told to make."""
        return self._plan

    @property
    def figures(self) -> Figures:
        """What the present worker has counted, as of its last sign of life."""
        return self._figures

    @property
    def process(self) -> int:
        """The worker's process id."""
        return self._child.pid

    def submit(self, ask: Asked, random_seed: int) -> int:
        """Queue a question and return its ticket. Sample k of an Ask is drawn with `random_seed` + k."""
        with self._changed:
            self._tickets += 1
            self._asks[self._tickets] = {}
            self._child.send(Submit(self._tickets, ask, random_seed))
            return self._tickets

    def poll(self, timeout: float) -> Sequence[Report]:
        """What happened since the last call; waits up to `timeout` seconds for the first thing.

        Raises UserError where the engine cannot be brought back.
        """
        deadline = time.monotonic() + timeout
        with self._changed:
            while not self._reports:
                if self._trouble is not None:
                    raise self._trouble
                left = deadline - time.monotonic()
                if left <= 0:
                    break
                self._watch()
                self._changed.wait(min(left, PING_EVERY))
            self._watch()
            reports = tuple(self._reports)
            self._reports.clear()
            return reports

    def cancel(self, ticket: int) -> None:
        """Drop an ask; nothing more is reported of it."""
        with self._changed:
            if self._asks.pop(ticket, None) is not None:
                self._child.send(Cancel(ticket))
            self._reports = deque(report for report in self._reports if report.ticket != ticket)

    def close(self) -> None:
        """End the worker. Nothing may be asked after that."""
        with self._changed:
            self._closing = True
            child = self._child
        child.close()
        atexit.unregister(self.close)
        if threading.current_thread() is not self._reader:
            self._reader.join(2)

    # ── the worker's life ────────────────────────────────────────────────────────────────────────

    def _start(self) -> None:
        """Start a worker and have it load the model."""
        self._starts += 1
        self._loaded = None
        self._hung = False
        self._child = Child(self._command)
        self._pulse = Pulse(self._child, self._size)
        self._child.send(
            Load(
                protocol.VERSION,
                str(self._path),
                self._plan.shape,
                self._plan.saved,
                self._plan.together,
                only_words=self._only_words,
                tune=self._tune,
            )
        )

    def _listen(self) -> None:
        """The reader thread: hear one worker after the other until the end."""
        while True:
            child = self._child
            try:
                for message in child.messages():
                    with self._changed:
                        self._hear(message)
                        self._changed.notify_all()
            except ValueError:
                if not self._closing:
                    _log.exception("the worker does not speak the protocol")
                    child.kill()
            with self._changed:
                if self._closing:
                    return
                said = child.last_words()
                child.close()
                _log.warning("worker %d ended (%s): %s", child.pid, child.status, said)
                self._lose(child.status, said)
                self._changed.notify_all()
                if self._trouble is not None:
                    return

    def _lose(self, status: int | None, said: str) -> None:
        """The worker is gone: say so for every ask in flight, and start another one."""
        cause, lasting = UNKNOWN if self._hung else ending(status, said), is_lasting(status)
        why = _(_HUNG if self._hung else cause.what)
        self._reports.extend(EngineLost(ticket, why) for ticket in self._asks)
        self._asks.clear()
        self._deaths += 1
        if self._starts >= self._most_starts and self._spare_card():
            self._starts = 0
        if self._trouble is None and (self._starts >= self._most_starts or lasting):
            self._trouble = UserError(why if lasting else sentences(_(_GONE), why), _(cause.remedy))
        if self._trouble is None and self._deaths >= self._most_deaths:
            self._trouble = UserError(sentences(_(_BARREN), why), _(cause.remedy))
        if self._trouble is None:
            try:
                self._start()
            except OSError as error:
                _log.warning("the worker cannot be started: %s", error)
                self._trouble = UserError(_(_GONE), _(cause.remedy))

    def _spare_card(self) -> bool:
        """Load it on the processor alone from now on, where a graphics card may be what failed; else False."""
        if self._most_starts > _MOST_STARTS or not self._plan.shape.gpu_layers or not hardware.uses_cards():
            return False
        self._plan = replace(self._plan, shape=replace(self._plan.shape, gpu_layers=0))
        self._note = CARD_NOT_TAKEN
        return True

    def _watch(self) -> None:
        """Ask a silent worker for a sign of life; end one that hangs."""
        if self._pulse.is_silent():
            self._end_hung()

    def _end_hung(self) -> None:
        """The reader thread sees the end."""
        self._hung = True
        self._child.kill()

    # ── what the worker says ─────────────────────────────────────────────────────────────────────

    def _hear(self, message: FromWorker) -> None:
        match message:
            case Hello():
                if message.version != protocol.VERSION:
                    raise ValueError("another version")
            case Loading():
                self._progress = (message.fraction + message.tuned) / 2 if self._tune else message.fraction
                self._pulse.came_further()
            case Loaded():
                self._loaded = message
                self._starts, self._most_starts = 0, _MOST_STARTS_AGAIN
            case LoadFailed():
                if not self._spare_card():
                    self._trouble = _user_error(message.trouble)
            case Pong():
                self._figures = message.figures
                self._judge(message)
            case More() if message.ticket in self._asks:
                self._deaths, self._most_deaths = 0, _MOST_DEATHS_AGAIN
                self._report_more(message)
            case Done() if self._asks.pop(message.ticket, None) is not None:
                self._figures = message.figures
                self._deaths, self._most_deaths = 0, _MOST_DEATHS_AGAIN
                self._reports.append(Answered(message.ticket, message.reply))
            case Refuse() if self._asks.pop(message.ticket, None) is not None:
                self._reports.append(Refused(message.ticket, str(_user_error(message.trouble))))

    def _report_more(self, message: More) -> None:
        texts = self._asks[message.ticket]
        texts[message.sample] = texts.get(message.sample, "") + message.text
        streamed = Streamed(message.ticket, message.sample, texts[message.sample], message.tokens)
        for place, report in enumerate(self._reports):  # nobody needs the shorter text any more
            if isinstance(report, Streamed) and (report.ticket, report.sample) == (message.ticket, message.sample):
                self._reports[place] = streamed
                return
        self._reports.append(streamed)

    def _judge(self, pong: Pong) -> None:
        """End a worker that is stuck, and say what of it is the model's fault."""
        if not self._pulse.is_stuck(pong):
            return
        if pong.doing == "prepare":
            if self._asks.pop(pong.ticket, None) is not None:
                self._reports.append(Refused(pong.ticket, str(_user_error(_ENDLESS))))
            self._endless += 1
            if self._endless >= _MOST_ENDLESS:
                self._trouble = _user_error(_ENDLESS)
        elif pong.doing == "load":
            what = _("“{name}” cannot be loaded: loading it does not come to an end.")
            self._trouble = UserError(what.format(name=self._path.name), _("Copy or download the file again."))
        self._end_hung()

    def _wait(self, header: Header, on_load: Callable[[float], None]) -> Model:
        """Until the model answers; meanwhile the file's fingerprint is taken. Raises UserError."""
        try:
            digest = fingerprint(self._path, lambda fraction: on_load(fraction / 2))
        except OSError as error:
            raise UserError(
                _("“{name}” cannot be read ({why}).").format(name=self._path.name, why=error.strerror or error),
                _("Check that the file is there and that you may read it."),
            ) from None
        shown = 0.0
        while True:
            with self._changed:
                if self._trouble is not None:
                    raise self._trouble
                loaded, progress = self._loaded, self._progress
                if loaded is None and progress == shown:
                    self._watch()
                    self._changed.wait(PING_EVERY)
            if loaded is not None:
                break
            shown = progress
            on_load(0.5 + progress / 2)
        on_load(1.0)
        if self._tune:  # a worker that is started again need not measure again
            self._plan, self._tune = replace(self._plan, shape=loaded.shape), False
            remember(digest, _SHAPE, asdict(loaded.shape))
        return Model(
            title(self._path, header),
            str(self._path),
            digest,
            loaded.shape.context,
            loaded.has_chat_template,
            loaded.writes,
            _(note) if (note := loaded.note or self._note) else "",
        )


def held_here() -> Held:
    """What the system holds a worker to on this machine: one is started to say it, and ends at once."""
    try:
        child = Child(_own_command())
    except OSError:
        return Held()
    try:
        return next((message.held for message in child.messages() if isinstance(message, Hello)), Held())
    except ValueError:
        return Held()
    finally:
        child.close()


def _remembered_shape(path: Path, room: Shape) -> Shape | None:
    """The shape that was measured as the best, where its memory is within what there is now; None where it is not."""
    try:
        digest = known_fingerprint(path)
        found = cast("dict[str, Any]", recall(digest, _SHAPE)) if digest else None
        shape = Shape(**found) if found and found.keys() == {each.name for each in fields(Shape)} else None
    except (OSError, TypeError):
        return None
    if shape is None or shape.slots * shape.context > room.slots * room.context:
        return None
    return shape


def _own_command() -> tuple[str, ...]:
    if getattr(sys, "frozen", False):
        return (sys.executable, "--worker")
    return (sys.executable, "-P", "-m", "desktop", "--worker")  # -P: code in the current folder is not run


def _user_error(trouble: Trouble) -> UserError:
    """The worker's trouble in the user's language."""
    return UserError(_(trouble.what).format(**trouble.values), _(trouble.remedy).format(**trouble.values))
