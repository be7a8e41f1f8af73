"""The speed test: what a model does on this machine in two minutes of the work that runs are made of."""

import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field

from desktop.core.engine import Answered, Engine, EngineLost, Refused, Report, Streamed
from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.core.progress import Event, Progress, Tick
from desktop.core.speed import Speed
from desktop.core.steps import Ask, Reply
from desktop.jobs import _speed_prompts as prompts

_READ_MOST = 60.0  # seconds for all reading
_READ_ABOUT = 8.0  # seconds that the long prompt should take
_FIRST_WORDS, _LONGEST_WORDS = 40, 700
_ALONE_MOST, _ALONE_TOKENS = 15.0, 3 * prompts.WRITTEN
_TOGETHER = 45.0
_POLL = 0.04


def measure_speed(engine: Engine, clock: Callable[[], float] = time.monotonic) -> Generator[Event, None, Speed]:
    """Have the model read, write alone, and write with all slots at work; a row is an answer and its judgement.

    A row reads its share of a prompt with eight examples and four samples, has at most 96 tokens written, and is
    judged after a long rubric in at most 8. Closing the generator drops what is being written. Raises UserError
    where the model does not write, gets lost, or is too slow to be measured in two minutes.
    """
    if not engine.model.writes:
        raise UserError(
            _("“{name}” does not write text, so there is no speed of writing to measure.").format(
                name=engine.model.name
            ),
            _("Choose a model that writes."),
        )
    test = _Test(engine, clock)
    try:
        read = yield from test.read()
        alone = yield from test.write_alone()
        return (yield from test.write_together(read, alone))
    finally:
        test.drop()


@dataclass(slots=True)
class _Heard:
    """What has come of one ask."""

    ask: Ask
    began: float
    first: float | None = None  # when the first of its text came, and how many tokens that was
    first_tokens: int = 0
    last: float = 0.0
    tokens: dict[int, int] = field(default_factory=dict)  # by sample
    reply: Reply | None = None

    @property
    def written(self) -> int:
        return sum(self.tokens.values())

    def rows(self) -> float:
        """Samples that are done, and the parts that are written of the others."""
        if self.reply is not None:
            return len(self.reply.samples)
        return sum(min(1.0, tokens / self.ask.sampling.max_tokens) for tokens in self.tokens.values())


class _Test:
    def __init__(self, engine: Engine, clock: Callable[[], float]) -> None:
        self._engine = engine
        self._clock = clock
        self._began = clock()
        self._working: dict[int, _Heard] = {}

    def drop(self) -> None:
        """Let go of what is being written."""
        for ticket in self._working:
            self._engine.cancel(ticket)
        self._working.clear()

    def read(self) -> Generator[Event, None, float]:
        """Tokens of a prompt that are read in a second; first of a short one, which also wakes the model up."""
        what = _("Reading a prompt")
        rate = yield from self._read(what, _FIRST_WORDS, 1)
        rate = max(rate, (yield from self._read(what, _FIRST_WORDS, 2)))
        room = self._engine.model.context // 3
        words = int(min(_LONGEST_WORDS, room, rate * _READ_ABOUT / 1.3))  # a word has 1.3 tokens or so
        return (yield from self._read(what, words, 3)) if words > _FIRST_WORDS else rate

    def write_alone(self) -> Generator[Event, None, float]:
        """Tokens that are written in a second, one text at a time."""
        began, tokens, seconds, number = self._clock(), 0, 0.0, 0
        while tokens < _ALONE_TOKENS and (left := began + _ALONE_MOST - self._clock()) > 0:
            heard = self._submit(prompts.alone(number))
            rate = tokens / seconds if seconds else None
            yield from self._until(_("Writing one text"), heard, left, rate)
            more, took = _pace_of(heard)
            tokens, seconds, number = tokens + more, seconds + took, number + 1
            self.drop()
        if not tokens or seconds <= 0:
            raise _too_slow(self._engine.model.name)
        return tokens / seconds

    def write_together(self, read: float, alone: float) -> Generator[Event, None, Speed]:
        """All slots at work, prompts and judgements included: tokens a second and rows an hour."""
        began, number, all_heard = self._clock(), 0, list[_Heard]()
        while (left := began + _TOGETHER - self._clock()) > 0:
            while sum(heard.ask.n for heard in self._working.values()) < self._engine.slots + prompts.SAMPLES:
                all_heard += [self._submit(ask) for ask in _unit(number)]
                number += 1
            rate = sum(heard.written for heard in all_heard) / max(self._clock() - began, 1.0)
            yield from self._turn(_("Writing {n} texts at once").format(n=self._engine.slots), left, left, rate)
        seconds = self._clock() - began
        written = sum(heard.written for heard in all_heard)
        rows = sum(heard.rows() for heard in all_heard if heard.ask.step == "examples")
        if not rows:
            raise _too_slow(self._engine.model.name)
        return Speed(
            read_per_second=read,
            alone_per_second=alone,
            together_per_second=written / seconds,
            slots=self._engine.slots,
            rows_per_hour=rows / seconds * 3600,
            row_tokens=round(written / rows),
            measured_at=time.time(),
        )

    # ── asking ───────────────────────────────────────────────────────────────────────────────────

    def _read(self, what: str, words: int, number: int) -> Generator[Event, None, float]:
        heard = self._submit(prompts.reading(words, number))
        yield from self._until(what, heard, self._began + _READ_MOST - self._clock())
        if heard.reply is None or not heard.reply.prompt_tokens:
            raise _too_slow(self._engine.model.name)
        return heard.reply.prompt_tokens / max(heard.last - heard.began, 1e-6)

    def _submit(self, ask: Ask) -> _Heard:
        self._working[self._engine.submit(ask, 1)] = heard = _Heard(ask, self._clock())
        return heard

    def _until(self, what: str, heard: _Heard, most: float, rate: float | None = None) -> Generator[Event, None, None]:
        """Wait for an answer, `most` seconds at most."""
        end = self._clock() + most
        while heard.reply is None and (left := end - self._clock()) > 0:
            after = _TOGETHER + (_READ_ABOUT + _ALONE_MOST if heard.ask.step == "reading" else left)
            yield from self._turn(what, left, after, rate)

    def _turn(self, what: str, most: float, left: float, rate: float | None) -> Generator[Event, None, None]:
        """Hear for a moment; `left` is what the test will take from now on, about."""
        gone = self._clock() - self._began
        yield Progress(what, int(gone), int(gone + left), tokens_per_second=rate, seconds_left=left)
        self._hear(self._engine.poll(min(_POLL, most)))
        yield Tick()

    def _hear(self, reports: Sequence[Report]) -> None:
        for report in reports:
            heard = self._working.get(report.ticket)
            if heard is None:
                continue
            heard.last = self._clock()
            match report:
                case Streamed():
                    heard.tokens[report.sample] = report.tokens
                    if heard.first is None:
                        heard.first, heard.first_tokens = heard.last, report.tokens
                case Answered():
                    assert isinstance(report.reply, Reply)
                    heard.reply = report.reply
                    heard.tokens = {at: sample.reply_tokens for at, sample in enumerate(report.reply.samples)}
                    del self._working[report.ticket]
                case Refused() | EngineLost():
                    del self._working[report.ticket]
                    raise UserError(report.why, _("The speed test was broken off; nothing of it is kept."))


def _unit(number: int) -> list[Ask]:
    """The asks of four rows."""
    marks = [prompts.judgement(prompts.SAMPLES * number + at) for at in range(prompts.SAMPLES)]
    return [prompts.examples(number), *marks]


def _pace_of(heard: _Heard) -> tuple[int, float]:
    """Tokens of a text, and the seconds they took; of one that is not done as far as it was heard."""
    if heard.reply is not None:
        sample = heard.reply.samples[0]
        return sample.reply_tokens, sample.seconds or heard.last - heard.began
    if heard.first is None:
        return 0, 0.0
    return heard.written - heard.first_tokens, heard.last - heard.first


def _too_slow(name: str) -> UserError:
    return UserError(
        _("“{name}” is too slow on this computer to be measured in two minutes.").format(name=name),
        _("Choose a smaller model."),
    )
