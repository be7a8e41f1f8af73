"""Many questions answered at once: what is decoded in each step, who gets a free slot, and what comes out.

Every slot is a sequence. A prompt is decoded once in one slot; the other samples of its question go on from what that
slot holds, and so does every later prompt that begins alike (holding.py). A slot that is done is taken by the next
question at once. Prompts are decoded in chunks between the steps of the texts that are being written: a chunk of one
prompt alone, since llama.cpp passes through the weights once more for each unlike length.
"""

import math
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from desktop.core.steps import Ask, Choose, Chosen, Reply, Score, Scored, Told
from desktop.engine.holding import WORTH_SHARING, Holding
from desktop.engine.native import Context, DecodeAbortedError, DecodeError, Logits, Vocabulary
from desktop.engine.prefixes import Match
from desktop.engine.preparing import Prepared
from desktop.engine.protocol import Figures, More
from desktop.engine.runs import Scoring, Writing
from desktop.engine.slots import Part, Request, Run, Slot

_STEP_SECONDS = 0.5
"""About so long prompts are decoded before the texts go on, so that nobody waits long for somebody else's prompt."""

_LOOKED_AT = 32
"""Questions that wait, of which the one is taken next that shares most with what is held."""

_PASSED_OVER = 200
"""How often a question may be passed over for others that share more."""

_SAY_EVERY = 0.1
"""Seconds between two messages about the same sample's text."""

Say: TypeAlias = Callable[[More], None]
Tell: TypeAlias = Callable[[int, Told], None]
"""Takes a ticket and its answer."""


class Batcher:
    """Decodes step by step. Not thread-safe, but for `Context.abort`."""

    def __init__(self, context: Context, holding: Holding, vocabulary: Vocabulary, say: Say, tell: Tell) -> None:
        self._context = context
        self._batch = context.batch
        self._holding = holding
        self._vocabulary = vocabulary
        self._say = say
        self._tell = tell
        self._queue: deque[Request] = deque()  # their prompt is not being decoded yet
        self._ready: deque[Request] = deque()  # their prompt is decoded, and runs wait for a slot
        self._parts: list[Part] = []  # of the step
        self._chunk = 128
        self._read = 0  # tokens of prompts since the texts went on
        self._steps = 0
        self.figures = Figures()

    @property
    def idle(self) -> bool:
        """Whether there is nothing to do."""
        return not (self._queue or self._ready or any(slot.request for slot in self._holding.slots))

    @property
    def tickets(self) -> frozenset[int]:
        """Of the questions that are not answered yet."""
        requests = (*self._queue, *self._ready, *(slot.request for slot in self._holding.slots))
        return frozenset(request.ticket for request in requests if request is not None)

    def submit(self, ticket: int, question: Ask | Score | Choose, random_seed: int, prepared: Prepared) -> None:
        """Queue a question."""
        runs: list[Run]
        if isinstance(question, Ask):
            numbers = range(question.n)
            runs = [Writing(question, prepared, self._vocabulary, random_seed + number) for number in numbers]
        else:
            runs = [Scoring(answer) for answer in prepared.answers]
        request = Request(ticket, question, prepared, runs, deque(range(len(runs))), open=len(runs))
        self._queue.append(request)

    def cancel(self, ticket: int) -> None:
        """Drop a question; nothing more is said of it."""
        self._queue = deque(each for each in self._queue if each.ticket != ticket)
        self._ready = deque(each for each in self._ready if each.ticket != ticket)
        for slot in self._holding.slots:
            if slot.request is not None and slot.request.ticket == ticket:
                self._holding.let_go(slot)

    def step(self) -> None:
        """Decode one batch. Raises DecodeError where llama.cpp cannot go on."""
        started = time.perf_counter()
        self._steps += 1
        self._assign()
        self._compose()
        if not self._parts:
            return
        decoding = time.perf_counter()
        try:
            self._context.decode()
        except DecodeAbortedError:
            return  # nothing of the batch is in memory, and every slot still knows what it wants
        except DecodeError as error:
            if not error.full:
                raise
            self._make_room()
            return
        decoded = time.perf_counter()
        self._count(decoded - decoding)
        logits = self._context.logits() if self._batch.rows else None
        for part in self._parts:
            self._advance(part, [] if logits is None else list(logits[part.row : part.row + part.wanted]))
        busy = self.figures.busy_seconds + time.perf_counter() - started
        self.figures = replace(self.figures, busy_seconds=busy, decode_seconds=self._context.seconds)

    # ── who gets a slot ──────────────────────────────────────────────────────────────────────────

    def _assign(self) -> None:
        while self._ready and self._begin_sibling(self._ready[0]):
            if not self._ready[0].waiting:
                self._ready.popleft()
        while self._queue and any(slot.request is None for slot in self._holding.slots):
            found = self._next_request()
            if found is None:
                break
            self._open(*found)
        if not self._queue and not self._ready:
            self._holding.close_ranks()

    def _begin_sibling(self, request: Request) -> bool:
        """Start another run behind a prompt that is decoded; False where there is no slot."""
        slot = self._holding.free()
        if slot is None:
            return False
        number = request.waiting.popleft()
        self._holding.clear(slot)
        if request.state is not None:
            self._context.restore(request.state, slot.sequence)
        slot.held = list(request.prepared.tokens)
        self._occupy(slot, request, number)
        if not request.waiting:
            request.state = None
        self._take_pending(slot)
        slot.due = self.figures.prompt_decoded + len(slot.pending)
        return True

    def _next_request(self) -> tuple[Request, Match | None] | None:
        """The question in the queue that shares most with what is held, and what it shares; the oldest of equals.

        None where all that may be taken had better wait for a prompt that is being decoded.
        """
        best: tuple[Request, Match | None] | None = None
        for request in list(self._queue)[:_LOOKED_AT]:
            match = self._holding.match(request.prepared.tokens)
            ready = match.ready if match else 0
            if self._holding.has_more_coming(request.prepared.tokens, ready):
                continue
            if best is None and 2 * ready >= len(request.prepared.tokens):
                self._queue.remove(request)  # the search would hardly find a better one
                return request, match
            if best is None or ready > (best[1].ready if best[1] else 0) + WORTH_SHARING:
                best = request, match
            if request.passed_over > _PASSED_OVER:
                break
        if best is not None:
            for request in self._queue:
                if request is best[0]:
                    break
                request.passed_over += 1
            self._queue.remove(best[0])
        return best

    def _open(self, request: Request, match: Match | None) -> None:
        """Let a slot read the prompt of a question, from what is held of it already."""
        tokens, ready = request.prepared.tokens, match.ready if match else 0
        slot = self._holding.taken(tokens, match)
        self._occupy(slot, request, request.waiting.popleft())
        slot.pending, slot.reading = list(tokens[ready:]), True
        slot.due = self.figures.prompt_decoded + len(slot.pending)
        self.figures = replace(self.figures, prompt_tokens=self.figures.prompt_tokens + len(tokens))

    def _occupy(self, slot: Slot, request: Request, number: int) -> None:
        slot.request, slot.number, slot.used = request, number, self._steps

    # ── what goes into a step ────────────────────────────────────────────────────────────────────

    def _compose(self) -> None:
        self._batch.clear()
        self._parts.clear()
        busy = [slot for slot in self._holding.slots if slot.request is not None]
        readers = sorted((slot for slot in busy if slot.reads), key=lambda slot: (slot.due, slot.sequence))
        if readers and (self._read < self._chunk or len(readers) == len(busy)):
            self._compose_reading(readers)
        else:
            self._read = 0
            self._compose_writing([slot for slot in busy if self._holding.apart or not slot.reads])

    def _compose_reading(self, readers: list[Slot]) -> None:
        """What is due first, and what is just as long; together they are one pass through the weights."""
        first = readers[0]
        most = min(self._chunk, self._context.outputs) if first.every else self._chunk
        amount = min(len(first.pending), most)
        same = [slot for slot in readers if len(slot.pending) == len(first.pending) and slot.every == first.every]
        for slot in sorted(same[: most // amount], key=lambda slot: slot.sequence):
            self._read += amount
            self._put(slot, amount)

    def _compose_writing(self, busy: list[Slot]) -> None:
        """Every text goes on; who reads adds a token where only neighbours are decoded together."""
        writing = sum(not slot.reads for slot in busy)
        budget = min(self._chunk, self._batch.room - len(busy))
        for slot in busy:
            amount = 1 if slot.reads else self._forced(slot, writing, budget)
            budget -= amount - 1
            self._put(slot, amount)

    def _put(self, slot: Slot, amount: int) -> None:
        wanted = amount if slot.every else 1 if amount == len(slot.pending) else 0
        row = self._batch.add(slot.pending[:amount], len(slot.held), slot.sequence, wanted)
        self._parts.append(Part(slot, amount, row, wanted))

    def _forced(self, slot: Slot, writing: int, budget: int) -> int:
        """How many tokens of a text to decode now.

        Several at once cost a pass of their own through the weights; one by one they ride along with the other texts.
        """
        waiting = len(slot.pending)
        return min(waiting, 1 + budget) if waiting * 2 >= writing else 1

    # ── what comes out of a step ─────────────────────────────────────────────────────────────────

    def _advance(self, part: Part, rows: Sequence[Logits]) -> None:
        slot = part.slot
        slot.held += slot.pending[: part.tokens]
        slot.pending = slot.pending[part.tokens :]
        slot.used = self._steps
        if not part.wanted:
            return
        if slot.reading:
            slot.reading = False
            self._prompt_is_read(slot, rows[0])
        else:
            slot.run.take(rows)
        self._take_pending(slot)

    def _prompt_is_read(self, slot: Slot, logits: Logits) -> None:
        """Let every run take what stands behind the prompt; those that need a sequence of their own get a copy."""
        request = slot.request
        if request is None:
            return
        behind = logits.copy()
        for run in request.runs:
            run.take([behind.copy()])
        for number in list(request.waiting):
            if not request.runs[number].pending:
                request.waiting.remove(number)
                self._end_run(request, number)
        if request.waiting:
            request.state = self._context.save(slot.sequence)
            self._ready.append(request)

    def _take_pending(self, slot: Slot) -> None:
        """Take over what the slot's run wants decoded; let go of one that has ended."""
        if slot.pending:
            return
        slot.pending = list(slot.run.pending)
        if slot.pending:
            self._report(slot)
            return
        request, number = slot.request, slot.number
        self._holding.let_go(slot)
        if request is not None:
            self._end_run(request, number)

    def _report(self, slot: Slot) -> None:
        run, request = slot.run, slot.request
        if not isinstance(run, Writing) or request is None:
            return
        now = time.perf_counter()
        if len(run.text) > run.said and now - run.said_at >= _SAY_EVERY:
            self._say(More(request.ticket, slot.number, run.text[run.said :], run.drawn))
            run.said, run.said_at = len(run.text), now

    def _end_run(self, request: Request, number: int) -> None:
        request.open -= 1
        if not request.open:
            self._tell(request.ticket, _answer(request))

    def _make_room(self) -> None:
        """The memory is full, against all reckoning: end the longest text."""
        texts = [slot for slot in self._holding.slots if slot.request is not None and isinstance(slot.run, Writing)]
        longest = max(texts, key=lambda slot: len(slot.held), default=None)
        if longest is None or longest.reading:
            raise DecodeError(1)
        longest.run.pending, longest.pending = [], []
        self._take_pending(longest)

    def _count(self, seconds: float) -> None:
        """Count a decoded step; choose the next chunk by how fast this one went."""
        prompt = sum(part.tokens for part in self._parts if part.slot.reading)
        drawn = sum(part.tokens for part in self._parts if not part.slot.reading and not part.slot.run.every)
        if 32 < prompt == self._batch.size:
            self._chunk = max(32, min(self._batch.room, int(self._batch.size / seconds * _STEP_SECONDS)))
        self.figures = replace(
            self.figures,
            prompt_decoded=self.figures.prompt_decoded + prompt,
            drawn=self.figures.drawn + drawn,
            steps=self.figures.steps + 1,
        )


def _answer(request: Request) -> Told:
    """What all runs of a question come to."""
    prepared, read = request.prepared, len(request.prepared.tokens)
    if isinstance(request.question, Ask):
        return Reply(tuple(run.sample() for run in request.runs if isinstance(run, Writing)), read)
    taken = [tuple(run.logprobs) for run in request.runs if isinstance(run, Scoring)]
    if isinstance(request.question, Score):
        return Scored(taken[0], read - prepared.unpredicted, prepared.unpredicted)
    return _chosen(taken, read)


def _chosen(options: list[tuple[float, ...]], read: int) -> Chosen:
    """The options' probabilities among themselves, and what they have of all."""
    sums = [math.fsum(logprobs) for logprobs in options]
    best = max(sums)
    weights = [math.exp(each - best) for each in sums]
    total = math.fsum(weights)
    return Chosen(tuple(each / total for each in weights), min(1.0, math.exp(best) * total), read)
