"""The engine as jobs see it where a server runs the model: the same questions, to the one address the user allowed."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from desktop.core.address import Address
from desktop.core.engine import Answered, EngineLost, Model, Refused, Report, Streamed
from desktop.core.errors import UserError
from desktop.core.i18n import _, sentences
from desktop.core.steps import Ask, Asked, Reply, Sample, Told
from desktop.engine import llama_server, ollama_server, openai_server
from desktop.engine.dialect import GarbledError, RejectedError, Server
from desktop.engine.line import AbortedError, GoneError, Line, LostError, Patience

_FIRST_PATIENCE = Patience(silence=30.0, gone=0.0, busy=20.0)
_FAREWELL = 2.0  # seconds that closing waits for the threads
_KEY_LETTERS = frozenset(map(chr, range(33, 127)))

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Question:
    """A question in flight, and what has come of it so far."""

    ask: Asked
    random_seed: int
    ended: dict[int, tuple[Sample, int]] = field(default_factory=dict)  # by sample, with the prompt's tokens
    lines: set[Line] = field(default_factory=set)  # that are at work on it


@dataclass(frozen=True, slots=True)
class _Part:
    """What one thread works on: a sample, or a question that is no Ask."""

    ticket: int
    question: _Question
    sample: int
    line: Line


class RemoteEngine:
    """A model server's model; implements core.engine.Engine. Its methods may be called from any thread.

    Each sample is a request of its own, so that it has a random seed of its own, as many side by side as the server has
    room for. What the server itself cannot answer is refused in plain words.
    """

    def __init__(
        self,
        address: Address,
        key: str = "",
        on_load: Callable[[float], None] | None = None,
        patience: Patience | None = None,
    ) -> None:
        """Find out what answers at `address`. `key` is sent to it, and shown nowhere.

        Raises UserError: nothing answers, it is no model server, it wants a key, or a model must be chosen.
        """
        if not set(key) <= _KEY_LETTERS:
            raise UserError(
                _("The key for the model server has letters that no key has."),
                _("Copy it again, without spaces and line ends."),
            )
        self._address = address
        self._key = key
        self._patience = patience or Patience()
        self._server = _find(address, Line(address, key, patience or _FIRST_PATIENCE))
        self._changed = threading.Condition()  # guards all that follows
        self._reports: deque[Report] = deque()
        self._questions: dict[int, _Question] = {}
        self._parts: deque[_Part] = deque()
        self._tickets = 0
        self._heard = time.monotonic()  # when the server last answered
        self._trouble: UserError | None = None
        self._closing = False
        self._threads = [
            threading.Thread(target=self._work, name=f"server line {number}", daemon=True)
            for number in range(self._server.slots)
        ]
        for thread in self._threads:
            thread.start()
        if on_load is not None:
            on_load(1.0)

    @property
    def model(self) -> Model:
        """The model that answers; without a fingerprint, for a server does not show its file."""
        return self._server.model

    @property
    def slots(self) -> int:
        """Samples that are written side by side."""
        return self._server.slots

    def submit(self, ask: Asked, random_seed: int) -> int:
        """Queue a question and return its ticket. Sample k of an Ask is drawn with `random_seed` + k."""
        with self._changed:
            self._tickets += 1
            question = self._questions[self._tickets] = _Question(ask, random_seed)
            for sample in range(ask.n if isinstance(ask, Ask) else 1):
                line = Line(self._address, self._key, self._patience, self._last_heard)
                question.lines.add(line)
                self._parts.append(_Part(self._tickets, question, sample, line))
            self._changed.notify_all()
            return self._tickets

    def poll(self, timeout: float) -> Sequence[Report]:
        """What happened since the last call; waits up to `timeout` seconds for the first thing.

        Raises UserError where the server is gone for good.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._reports or self._trouble is not None, timeout)
            if not self._reports and self._trouble is not None:
                raise self._trouble
            reports = tuple(self._reports)
            self._reports.clear()
            return reports

    def cancel(self, ticket: int) -> None:
        """Drop an ask; nothing more is reported of it. Its connections are closed at once."""
        with self._changed:
            self._drop(ticket)
            self._reports = deque(report for report in self._reports if report.ticket != ticket)

    def close(self) -> None:
        """Close every connection. Nothing may be asked after that."""
        with self._changed:
            self._closing = True
            for ticket in list(self._questions):
                self._drop(ticket)
            self._changed.notify_all()
        deadline = time.monotonic() + _FAREWELL
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    # ── on the lines' threads ────────────────────────────────────────────────────────────────────

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._parts or self._closing)
                if self._closing:
                    return
                part = self._parts.popleft()
            try:
                self._answer(part)
            except AbortedError:
                continue
            except GoneError as gone:
                self._give_up(gone.error)
            except LostError as lost:
                self._lose(part.ticket, lost.why)
            except GarbledError as garbled:
                self._lose(part.ticket, _garbled(self._address, garbled))
            except RejectedError as rejected:
                if rejected.status >= 500 and rejected.status != 501:
                    self._lose(part.ticket, str(rejected.as_user_error()))
                else:
                    self._refuse(part.ticket, str(rejected.as_user_error()))
            except UserError as refusal:
                self._refuse(part.ticket, str(refusal))

    def _answer(self, part: _Part) -> None:
        ask, question = part.question.ask, part.question
        if not isinstance(ask, Ask):
            self._finish(part.ticket, self._server.answer(part.line, ask))
            return

        def say(text: str, tokens: int) -> None:
            self._say(Streamed(part.ticket, part.sample, text, tokens))

        written = self._server.write(part.line, ask, question.random_seed + part.sample, say)
        with self._changed:
            question.ended[part.sample] = written
            question.lines.discard(part.line)
            if len(question.ended) < ask.n:
                return
        samples = tuple(question.ended[sample][0] for sample in range(ask.n))
        self._finish(part.ticket, Reply(samples, max(tokens for _sample, tokens in question.ended.values())))

    # ── what is reported ─────────────────────────────────────────────────────────────────────────

    def _say(self, streamed: Streamed) -> None:
        with self._changed:
            self._heard = time.monotonic()
            if streamed.ticket not in self._questions:
                return
            for place, report in enumerate(self._reports):  # nobody needs the shorter text any more
                if isinstance(report, Streamed) and (report.ticket, report.sample) == (
                    streamed.ticket,
                    streamed.sample,
                ):
                    self._reports[place] = streamed
                    return
            self._reports.append(streamed)
            self._changed.notify_all()

    def _finish(self, ticket: int, told: Told) -> None:
        self._heard = time.monotonic()
        self._report(Answered(ticket, told))

    def _refuse(self, ticket: int, why: str) -> None:
        self._report(Refused(ticket, why))

    def _lose(self, ticket: int, why: str) -> None:
        _log.info("an answer of the model server was lost: %s", why)
        self._report(EngineLost(ticket, why))

    def _report(self, report: Answered | Refused | EngineLost) -> None:
        """The last that is said of a question."""
        with self._changed:
            if self._drop(report.ticket):
                self._reports.append(report)
                self._changed.notify_all()

    def _give_up(self, trouble: UserError) -> None:
        with self._changed:
            self._trouble = trouble
            self._changed.notify_all()

    def _drop(self, ticket: int) -> bool:
        """Forget a question and cut its lines; whether it was still in flight."""
        question = self._questions.pop(ticket, None)
        if question is None:
            return False
        for line in question.lines:
            line.abort()
        self._parts = deque(part for part in self._parts if part.ticket != ticket)
        return True

    def _last_heard(self) -> float:
        return self._heard


def _find(address: Address, line: Line) -> Server:
    """What answers at an address. Raises UserError."""
    try:
        found: Server | None = (
            llama_server.found(line, address)
            or ollama_server.found(line, address)
            or openai_server.found(line, address)
        )
    except GoneError as gone:
        raise gone.error from None
    except LostError as lost:
        raise UserError(lost.why, _("Start the server again, or check the address.")) from None
    except RejectedError as rejected:
        raise rejected.as_user_error() from None
    except GarbledError as garbled:
        raise UserError(_garbled(address, garbled), _("Check the address.")) from None
    if found is None:
        raise UserError(
            _("What answers at {place} is no model server that Seedbed knows.").format(place=address.place),
            _("Check the address. llama-server, vLLM, LM Studio and Ollama are known."),
        )
    return found


def _garbled(address: Address, error: GarbledError) -> str:
    what = _("The model server at {place} cannot be understood.").format(place=address.place)
    return sentences(what, _(str(error)))
