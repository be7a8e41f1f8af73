"""The one scheduler: it keeps many generators of requests in flight, so that the engine's slots are always full."""

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import TypeAlias

from desktop.core.engine import Answered, Engine, EngineLost, Refused, Report, Streamed
from desktop.core.records import Attempt, Row
from desktop.core.steps import Answer, Ask, Asked, Discard, Judged, Offer, Ran, Reply, Run, Steps, Told
from desktop.jobs._errands import Errands
from desktop.jobs._overrides import Overrides
from desktop.jobs._replies import attempts_of, digest, lost_attempt, told_again

MOST_LOSSES = 3
"""How often one ask may take the worker down before its task is set aside."""


# ── what goes in, and what comes out ─────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Task:
    """A generator of requests, and what it needs to go on where it was interrupted."""

    key: int  # names it in what happens: an item's id
    order: int  # the lowest is served first
    random_seed: int
    steps: Steps
    decide: Callable[[Offer | Discard], Judged | None]  # answers the requests that need no model
    stored: Sequence[Attempt] = ()  # its replies so far, in the order they came


@dataclass(frozen=True, slots=True)
class Writing:
    """A text so far. `sample` tells apart what a task asks together under one step."""

    key: int
    step: str
    sample: int
    text: str
    tokens: int


@dataclass(frozen=True, slots=True)
class Replied:
    """Replies came. They are acted on when the caller has come back for more: by then they should be stored."""

    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """A task returned its rows."""

    key: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class GaveUp:
    """A task can never end: the engine refused an ask, or died of it too often."""

    key: int
    why: str


Happening: TypeAlias = Writing | Replied | Ended | GaveUp


# ── the scheduler ────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Running:
    task: Task
    stored: dict[str, list[Attempt]]  # replies not yet taken up, by what was asked
    losses: dict[str, int]  # times the worker was lost, by what was asked
    asks: int = 0


@dataclass(slots=True)
class _Group:
    """Requests that are answered together."""

    running: _Running
    single: bool
    answers: list[Answer]
    missing: int = 0
    samples: int = 0


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an answer belongs."""

    group: _Group
    place: int


@dataclass(slots=True)
class _Wanted:
    """An ask that waits for its reply."""

    group: _Group
    place: int
    ask: Asked
    asked: str
    random_seed: int
    first_sample: int  # the number of its first sample among those of its group
    heard: list[int]  # tokens so far, by sample

    @property
    def running(self) -> _Running:
        return self.group.running

    @property
    def key(self) -> int:
        return self.running.task.key

    @property
    def samples(self) -> int:
        """The slots it takes."""
        return _samples(self.ask)

    def attempts(self, told: Told) -> Iterator[Attempt]:
        """What is stored of its answer."""
        return attempts_of(self.key, self.ask, self.asked, told, self.random_seed)

    @property
    def is_suspect(self) -> bool:
        """Whether the worker died of it, or beside it, so often that it must be tried alone."""
        return self.running.losses[self.asked] >= MOST_LOSSES - 1


@dataclass
class Asking:
    """Runs tasks on an engine. Older tasks come first, and what one task asks together stays together.

    Call `start` while it is `hungry`, and `turn` to let things happen. What a task's generator raises is raised by
    `start` or `turn`: it is a bug of its method, or a UserError for the person.
    """

    engine: Engine
    sampling: Overrides = field(default_factory=lambda: Overrides({}))
    errands: Errands["_Place"] = field(default_factory=Errands)  # what runs in the confined process
    tokens: int = 0  # written so far, those of texts that are not done included
    _tasks: dict[int, _Running] = field(default_factory=dict)
    _queue: list[tuple[int, int, _Wanted]] = field(default_factory=list)  # a heap by task order, then by arrival
    _replays: list[tuple[int, int, _Wanted, Told]] = field(default_factory=list)  # a heap by the attempt's id
    _in_flight: dict[int, _Wanted] = field(default_factory=dict)  # by ticket
    _happened: list[Happening] = field(default_factory=list)
    _arrivals: Iterator[int] = field(default_factory=count)

    @property
    def hungry(self) -> bool:
        """Whether a slot would soon idle: nothing waits behind those that are filled."""
        outstanding = sum(wanted.samples for _order, _arrival, wanted in self._queue) + self._samples_in_flight()
        outstanding += self.errands.waiting
        # What has happened may be all that is needed: it is looked at before more is begun.
        busy = self._replays or self._happened
        return not busy and outstanding < self.engine.slots + min(1, self._spare())

    @property
    def idle(self) -> bool:
        """Whether no task is left."""
        return not self._tasks and not self._happened

    def start(self, task: Task) -> None:
        """Take a task on. Replies it has stored are taken up in the order they came, across all tasks, by `turn`."""
        stored: dict[str, list[Attempt]] = defaultdict(list)
        losses: dict[str, int] = defaultdict(int)
        for attempt in task.stored:
            if attempt.finish == "lost":
                losses[attempt.asked] += 1
            else:
                stored[attempt.asked].append(attempt)
        self._tasks[task.key] = running = _Running(task, stored, losses)
        self._advance(running, None)

    def turn(self, timeout: float) -> Iterator[Happening]:
        """What happens next, waiting up to `timeout` seconds for it. Iterate to the end before the next call."""
        while self._replays:
            _order, _arrival, wanted, reply = heapq.heappop(self._replays)
            self._answer(wanted.group, wanted.place, reply)
        yield from self._drain()
        self._submit()
        if self.errands.waiting:
            timeout = 0.0  # an errand waits a little by itself
            for errand, ran in self.errands.go():
                self._answer(errand.group, errand.place, ran)
            yield from self._drain()
        if self._in_flight:
            yield from self._hear(self.engine.poll(timeout))
            yield from self._drain()
            # The next asks go out before the caller does anything else with its time.
            self._submit()

    def close(self) -> None:
        """Drop everything that is in flight."""
        for ticket in self._in_flight:
            self.engine.cancel(ticket)
        for running in self._tasks.values():
            running.task.steps.close()
        self.errands.close()
        self._in_flight.clear()
        self._queue.clear()
        self._replays.clear()
        self._tasks.clear()

    # ── from the generator to the engine ─────────────────────────────────────────────────────────

    def _advance(self, running: _Running, answer: Answer | list[Answer]) -> None:
        while True:
            try:
                request = running.task.steps.send(answer)
            except StopIteration as end:
                del self._tasks[running.task.key]
                self._happened.append(Ended(running.task.key, tuple(end.value)))
                return
            single = not isinstance(request, Sequence)
            requests = list(request) if isinstance(request, Sequence) else [request]
            group = _Group(running, single, [None] * len(requests))
            for place, each in enumerate(requests):
                if isinstance(each, Offer | Discard):
                    group.answers[place] = running.task.decide(each)
                elif isinstance(each, Run):
                    group.missing += 1
                    self.errands.take(_Place(group, place), each)
                else:
                    self._want(group, place, self.sampling.applied_to(each))
            if group.missing:
                return
            answer = group.answers[0] if single else group.answers

    def _want(self, group: _Group, place: int, ask: Asked) -> None:
        running = group.running
        group.missing += 1
        # Every ask of an item has a seed of its own, the same one when the item is done again.
        random_seed = (running.task.random_seed + 1_000_003 * running.asks) % 2**31
        running.asks += 1
        samples = _samples(ask)
        wanted = _Wanted(group, place, ask, digest(ask), random_seed, group.samples, [0] * samples)
        group.samples += samples
        stored = running.stored[wanted.asked]
        if len(stored) >= samples and not (isinstance(ask, Ask) and ask.logprobs):
            own, running.stored[wanted.asked] = stored[:samples], stored[samples:]
            heapq.heappush(self._replays, (own[-1].id, next(self._arrivals), wanted, told_again(ask, own)))
        else:
            self._enqueue(wanted)

    def _enqueue(self, wanted: _Wanted) -> None:
        heapq.heappush(self._queue, (wanted.running.task.order, next(self._arrivals), wanted))

    def _submit(self) -> None:
        """Hand the engine what its slots need, and a little more, so that none waits while a reply is stored."""
        limit = self.engine.slots + self._spare()
        while self._queue:
            wanted = self._queue[0][2]
            alone = wanted.is_suspect or any(each.is_suspect for each in self._in_flight.values())
            if self._in_flight and (alone or self._samples_in_flight() + wanted.samples > limit):
                return
            heapq.heappop(self._queue)
            self._in_flight[self.engine.submit(wanted.ask, wanted.random_seed)] = wanted

    def _spare(self) -> int:
        # A single slot is for those who want the same rows each time: nothing may overtake.
        return self.engine.slots if self.engine.slots > 1 else 0

    def _samples_in_flight(self) -> int:
        return sum(wanted.samples for wanted in self._in_flight.values())

    # ── from the engine to the generator ─────────────────────────────────────────────────────────

    def _hear(self, reports: Sequence[Report]) -> Iterator[Happening]:
        answered: list[tuple[_Wanted, Told]] = []
        lost: list[tuple[_Wanted, str]] = []
        refused: list[tuple[_Wanted, str]] = []
        for report in reports:
            wanted = self._in_flight.get(report.ticket)
            if wanted is None:
                continue
            match report:
                case Streamed():
                    yield self._hear_more(wanted, report)
                    continue
                case Answered():
                    if isinstance(report.reply, Reply):
                        for number, sample in enumerate(report.reply.samples):
                            self._count(wanted, number, sample.reply_tokens)
                    answered.append((wanted, report.reply))
                case EngineLost():
                    lost.append((wanted, report.why))
                case Refused():
                    refused.append((wanted, report.why))
            del self._in_flight[report.ticket]
        attempts = [each for wanted, told in answered for each in wanted.attempts(told)]
        attempts += [lost_attempt(wanted.key, wanted.ask, wanted.asked, wanted.random_seed) for wanted, _why in lost]
        if attempts:
            yield Replied(tuple(attempts))
        for wanted, reply in answered:
            self._answer(wanted.group, wanted.place, reply)
        for wanted, why in lost:
            self._lose(wanted, why)
        for wanted, why in refused:
            self._give_up(wanted.running, why)

    def _hear_more(self, wanted: _Wanted, report: Streamed) -> Writing:
        self._count(wanted, report.sample, report.tokens)
        sample = wanted.first_sample + report.sample
        return Writing(wanted.key, wanted.ask.step, sample, report.text, report.tokens)

    def _count(self, wanted: _Wanted, sample: int, tokens: int) -> None:
        self.tokens += tokens - wanted.heard[sample]
        wanted.heard[sample] = tokens

    def _answer(self, group: _Group, place: int, reply: Told | Ran) -> None:
        if group.running.task.key not in self._tasks:
            return  # given up while this reply was on its way
        group.answers[place] = reply
        group.missing -= 1
        if not group.missing:
            self._advance(group.running, group.answers[0] if group.single else group.answers)

    def _lose(self, wanted: _Wanted, why: str) -> None:
        if wanted.key not in self._tasks:
            return
        wanted.running.losses[wanted.asked] += 1
        if wanted.running.losses[wanted.asked] >= MOST_LOSSES:
            self._give_up(wanted.running, why)
        else:
            self._enqueue(wanted)

    def _give_up(self, running: _Running, why: str) -> None:
        if self._tasks.pop(running.task.key, None) is None:
            return
        self._queue = [each for each in self._queue if each[2].running is not running]
        heapq.heapify(self._queue)
        for ticket in [ticket for ticket, wanted in self._in_flight.items() if wanted.running is running]:
            self.engine.cancel(ticket)
            del self._in_flight[ticket]
        running.task.steps.close()
        self._happened.append(GaveUp(running.task.key, why))

    def _drain(self) -> Iterator[Happening]:
        happened, self._happened = self._happened, []
        yield from happened


def _samples(ask: Asked) -> int:
    return ask.n if isinstance(ask, Ask) else 1
