"""Many asks answered at once: what is decoded in each step, who gets a free slot, and what comes out."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from desktop.core.steps import Ask, Finish, Reply, Sample
from desktop.engine.native import Context, DecodeAbortedError, DecodeError, Grammar, Vocabulary
from desktop.engine.prefixes import Match, Prefix, Prefixes
from desktop.engine.preparing import Prepared
from desktop.engine.protocol import Done, Figures, More
from desktop.engine.sampling import Sampler, draw_allowed
from desktop.engine.writing import Writer

_STEP_SECONDS = 0.5
"""A prompt is decoded in chunks of about this length, so that nobody waits long for somebody else's prompt."""

_WORTH_WAITING = 16
"""Tokens that a prompt must share with one that is being decoded to wait for it."""

_SAY_EVERY = 0.05
"""Seconds between two messages about the same sample's text."""

Say: TypeAlias = Callable[[Done | More], None]


@dataclass(frozen=True, slots=True)
class Room:
    """How much there is to share out."""

    slots: int  # samples that are written side by side
    kept: int  # prompts that are remembered beside them
    cells: int  # tokens that fit in memory


@dataclass(slots=True)
class _Request:
    ticket: int
    ask: Ask
    random_seed: int
    prepared: Prepared
    waiting: deque[int]  # samples that have not begun
    prefix: Prefix | None = None  # all of the prompt but its last token
    live: int = 0  # samples that are being written
    ended: dict[int, Sample] = field(default_factory=dict)


@dataclass(slots=True)
class _Running:
    request: _Request
    number: int
    sequence: int
    place: int  # of `token`, in its sequence
    token: int  # the newest one, not decoded yet
    sampler: Sampler
    writer: Writer
    grammar: Grammar | None
    began: float
    row: int = 0  # in the batch
    drawn: int = 0
    said: int = 0  # characters of the text that were reported
    said_at: float = 0.0


class Batcher:
    """Decodes step by step. Not thread-safe, but for `Context.abort`.

    The prompt of a request, without its last token, is decoded into a prefix. Each sample is a sequence that
    shares the prefix and decodes that last token for itself: n samples cost one prompt and n - 1 tokens.
    """

    def __init__(self, context: Context, vocabulary: Vocabulary, room: Room, say: Say, *, rewinds: bool) -> None:
        self._context = context
        self._batch = context.batch
        self._vocabulary = vocabulary
        self._say = say
        self._cells = room.cells
        self._free = list(range(room.slots))
        self._rewinds = rewinds
        self._prefixes = Prefixes(range(room.slots, room.slots + room.kept), context.cut, rewinds=rewinds)
        self._queue: deque[_Request] = deque()  # not looked at yet
        self._filling: list[_Request] = []  # their prompt is being decoded
        self._ready: list[_Request] = []  # their prompt is decoded, samples wait for a slot
        self._running: list[_Running] = []
        self._begun: list[_Running] = []  # samples that begin in this step
        self._filled: list[tuple[_Request, int]] = []  # prompt tokens in this step
        self._chunk = 128
        self.figures = Figures()

    @property
    def idle(self) -> bool:
        """Whether there is nothing to do."""
        return not (self._queue or self._filling or self._ready or self._running)

    def submit(self, ticket: int, ask: Ask, random_seed: int, prepared: Prepared) -> None:
        """Queue an ask."""
        self._queue.append(_Request(ticket, ask, random_seed, prepared, deque(range(ask.n))))

    def cancel(self, ticket: int) -> None:
        """Drop an ask; nothing more is said of it."""
        self._queue = deque(each for each in self._queue if each.ticket != ticket)
        for request in self._open():
            if request.ticket == ticket:
                self._close(request)

    def step(self) -> None:
        """Decode one batch. Raises DecodeError where llama.cpp cannot go on."""
        started = time.perf_counter()
        self._compose()
        if not self._batch.size:
            return
        try:
            self._context.decode()
        except DecodeAbortedError:
            self._take_back()
            return
        except DecodeError as error:
            self._take_back()
            if not error.full:
                raise
            if not self._prefixes.evict():
                if not self._running:
                    raise
                self._finish(self._running[-1], "length")  # the memory is full, against all reckoning
            return
        decoded = time.perf_counter()
        self._count(decoded - started)
        for request, amount in self._filled:
            self._advance_prompt(request, amount)
        self._ready = [request for request in self._ready if request.waiting]
        for running in tuple(self._running):
            self._advance(running)
        self.figures = replace(self.figures, busy_seconds=self.figures.busy_seconds + time.perf_counter() - started)

    # ── what goes into a step ────────────────────────────────────────────────────────────────────

    def _compose(self) -> None:
        self._batch.clear()
        self._begun.clear()
        self._filled.clear()
        for running in self._running:
            running.row = self._batch.add((running.token,), running.place, (running.sequence,), wanted=True)
        for request in self._ready:
            while request.waiting and self._free and self._batch.left and self._may_begin(request):
                self._begin(request)
        budget = self._chunk
        for request in self._filling:
            budget -= self._fill(request, budget)
        while budget > 0 and self._batch.left > 1 and not any(request.waiting for request in self._ready):
            opened = self._open_next()
            if opened is None:
                break
            budget -= self._fill(opened, budget)

    def _begin(self, request: _Request) -> None:
        """Start a sample on the decoded part of its prompt; the caller has seen to the rest of it."""
        tokens, ask = request.prepared.tokens, request.ask
        number, sequence = request.waiting.popleft(), self._free.pop()
        if request.prefix is not None:
            self._context.share(request.prefix.sequence, sequence, None)
        running = _Running(
            request,
            number,
            sequence,
            place=len(tokens) - 1,
            token=tokens[-1],
            sampler=Sampler(ask.sampling, request.random_seed + number),
            writer=Writer(request.prepared.stops),
            grammar=self._grammar(request),
            began=time.perf_counter(),
        )
        request.live += 1
        self._running.append(running)
        self._begun.append(running)
        running.row = self._batch.add((running.token,), running.place, (sequence,), wanted=True)

    def _grammar(self, request: _Request) -> Grammar | None:
        """The sample's grammar, past the prefill where that belongs to the form."""
        if not request.prepared.rules:
            return None
        grammar = Grammar(self._vocabulary, request.prepared.rules)
        for token in self._vocabulary.tokens(request.ask.prefill, special=False):
            if not grammar.allows_one(token):
                grammar.close()
                return Grammar(self._vocabulary, request.prepared.rules)
            grammar.accept(token)
        return grammar

    def _fill(self, request: _Request, budget: int) -> int:
        """Add the next chunk of a prompt; with the last one its first sample begins in the same step."""
        prefix = request.prefix
        if prefix is None or prefix.whole:
            return 0
        first = prefix.ready
        chunk = prefix.tokens[first : first + max(0, min(budget, self._batch.left - 1))]
        if not chunk:
            return 0
        sequences: tuple[int, ...] = (prefix.sequence,)
        last = first + len(chunk) == len(prefix.tokens) and bool(self._free) and self._rewinds
        if last:
            sequences = (prefix.sequence, self._free[-1])
        self._batch.add(chunk, first, sequences, wanted=False)
        if last:
            self._begin(request)
        self._filled.append((request, len(chunk)))
        return len(chunk)

    def _open_next(self) -> _Request | None:
        """Take the next request from the queue, with a prefix to decode; None where it has to wait."""
        if not self._queue:
            return None
        request = self._queue[0]
        tokens = request.prepared.tokens[:-1]
        match = self._prefixes.best(tokens)
        if self._prefixes.coming(tokens) >= (match.ready if match else 0) + _WORTH_WAITING:
            return None
        if match and not self._room_beside(match, request):
            if any(self._open()):
                return None
            match = None  # it is so long that only one of the two fits
        if not match and not self._make_room(len(request.prepared.tokens) + request.prepared.limit):
            return None
        if tokens:
            request.prefix = self._prefix(tokens, match)
            if request.prefix is None:
                return None
        self._queue.popleft()
        whole = request.prefix is None or request.prefix.whole
        (self._ready if whole else self._filling).append(request)
        self._count_prompt(len(request.prepared.tokens))
        return request

    def _prefix(self, tokens: tuple[int, ...], match: Match | None) -> Prefix | None:
        """A pinned prefix for these tokens that has what `match` shares; None while there is no sequence for it."""
        if match and match.prefix.tokens == tokens and match.prefix.whole:
            self._prefixes.pin(match.prefix)
            return match.prefix
        if match and not match.prefix.pins and match.prefix.whole and match.ready == len(match.prefix.tokens):
            self._prefixes.extend(match.prefix, tokens)
            return match.prefix
        if match:
            self._prefixes.pin(match.prefix)
        prefix = self._prefixes.open(tokens)
        if match:
            if prefix is not None and match.ready:
                whole = match.ready == len(match.prefix.tokens)
                self._context.share(match.prefix.sequence, prefix.sequence, None if whole else match.ready)
                prefix.ready = match.ready
            self._prefixes.unpin(match.prefix)
        return prefix

    # ── room ─────────────────────────────────────────────────────────────────────────────────────

    def _open(self) -> Iterator[_Request]:
        """Every request that has left the queue and is not answered."""
        seen: set[int] = set()
        for request in (*self._filling, *self._ready, *(running.request for running in self._running)):
            if request.ticket not in seen:
                seen.add(request.ticket)
                yield request

    def _may_begin(self, request: _Request) -> bool:
        """Whether there is room for one more sample; each open request is promised room for its first."""
        return not request.live or self._make_room(request.prepared.limit + 1)

    def _room_beside(self, match: Match, request: _Request) -> bool:
        """Whether there is room for a request beside the prefix that it shares."""
        self._prefixes.pin(match.prefix)
        more = len(request.prepared.tokens) - match.ready + request.prepared.limit
        fits = self._make_room(more)
        self._prefixes.unpin(match.prefix)
        return fits

    def _make_room(self, cells: int) -> bool:
        """Forget kept prompts until so many more tokens fit."""
        promised = sum(max(1, request.live) * (request.prepared.limit + 1) for request in self._open())
        while self._prefixes.cells() + promised + cells > self._cells:
            if not self._prefixes.evict():
                return False
        return True

    # ── what comes out of a step ─────────────────────────────────────────────────────────────────

    def _take_back(self) -> None:
        """Undo what `_compose` began; the batch was not decoded."""
        for running in reversed(self._begun):
            running.request.waiting.appendleft(running.number)
            self._release(running)

    def _advance_prompt(self, request: _Request, amount: int) -> None:
        prefix = request.prefix
        if prefix is None:
            return
        prefix.ready += amount
        if prefix.whole:
            self._filling.remove(request)
            self._ready.append(request)

    def _advance(self, running: _Running) -> None:
        """Draw the sample's next token."""
        logits = self._context.logits(running.row)
        running.sampler.penalise(logits)
        if running.grammar is None:
            token = running.sampler.draw(logits)
        else:
            token = draw_allowed(running.sampler, logits, running.grammar.allows)
        if token < 0 or self._vocabulary.ends(token):
            self._finish(running, "stop")
            return
        running.drawn += 1
        running.sampler.accept(token)
        if running.grammar is not None:
            running.grammar.accept(token)
        running.writer.push(self._vocabulary.piece(token))
        if running.writer.stopped:
            self._finish(running, "stop")
        elif running.drawn >= running.request.prepared.limit:
            self._finish(running, "length")
        else:
            running.place += 1
            running.token = token
            self._tell(running)

    def _tell(self, running: _Running) -> None:
        now = time.perf_counter()
        text = running.writer.text
        if len(text) > running.said and now - running.said_at >= _SAY_EVERY:
            self._say(More(running.request.ticket, running.number, text[running.said :], running.drawn))
            running.said, running.said_at = len(text), now

    def _finish(self, running: _Running, finish: Finish) -> None:
        request = running.request
        request.ended[running.number] = Sample(
            text=running.writer.finish(),
            finish=finish,
            random_seed=request.random_seed + running.number,
            reply_tokens=running.drawn,
            seconds=time.perf_counter() - running.began,
        )
        self._release(running)
        if len(request.ended) == request.ask.n:
            self._close(request)
            samples = tuple(request.ended[number] for number in range(request.ask.n))
            self._say(Done(request.ticket, Reply(samples, len(request.prepared.tokens)), self.figures))

    def _release(self, running: _Running) -> None:
        """Give a sample's slot back."""
        running.request.live -= 1
        self._running.remove(running)
        self._context.cut(running.sequence)
        self._free.append(running.sequence)
        if running.grammar is not None:
            running.grammar.close()

    def _close(self, request: _Request) -> None:
        """Forget a request; its prompt stays in memory as long as there is room."""
        for running in [each for each in self._running if each.request is request]:
            self._release(running)
        for line in (self._filling, self._ready):
            if request in line:
                line.remove(request)
        if request.prefix is not None:
            self._prefixes.unpin(request.prefix)

    # ── figures ──────────────────────────────────────────────────────────────────────────────────

    def _count_prompt(self, tokens: int) -> None:
        self.figures = replace(self.figures, prompt_tokens=self.figures.prompt_tokens + tokens)

    def _count(self, seconds: float) -> None:
        """Count a decoded step; choose the next chunk by how fast this one went."""
        prompt = self._batch.size - len(self._running) + len(self._begun)
        if prompt > 32:
            self._chunk = max(32, min(self._batch.room, int(self._batch.size / seconds * _STEP_SECONDS)))
        self.figures = replace(
            self.figures,
            prompt_decoded=self.figures.prompt_decoded + prompt,
            drawn=self.figures.drawn + len(self._running),
            steps=self.figures.steps + 1,
            decode_seconds=self.figures.decode_seconds + seconds,
        )
