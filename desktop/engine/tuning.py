"""How a model runs best on this machine, found by measuring: form of attention, texts at once, threads, memories.

Each way decodes a few steps of the usual work (texts of some hundred tokens, side by side) in a small context. What is
measured is remembered by the client, so this happens once for a model and a machine.
"""

import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace

from desktop.engine.groups import GROUP_TEXTS
from desktop.engine.native import Context, DecodeError, Size, Weights
from desktop.engine.protocol import Shape

_HELD = 320  # tokens in each text before the first step
_HELD_TOGETHER = 640  # where texts begin alike; they do so for the sake of a passage or a rubric
_STEPS_LEAST, _STEPS_MOST, _SECONDS_LEAST, _SECONDS_MOST = 3, 200, 0.4, 6.0
_CONTEXT_LEAST = 2_048  # tokens for each text that more texts at once must leave
_AS_GOOD = 0.9
"""A smaller number of texts or threads that comes this near the best is taken: it leaves memory and cores to others."""

_WORTH_ROUNDING = 1.15
"""Keys in 8 bits change what a model says a little; they must be this much faster."""

_WORTH_SHARING = 1.2
"""One memory makes prompts slower that are read beside texts; its steps must be this much faster."""

_TURNS = 12  # steps of each way, in turn: so that what else the machine does hits both

_SMALL = 100.0
"""Tokens a second that a model must write to be looked at so: what is slower spends its time on its weights."""

_OWN = 32  # tokens that each text has beside what all begin with, where they share a memory


def best_shape(weights: Weights, given: Shape, on_progress: Callable[[float], None]) -> Shape:
    """The shape that writes most tokens a second; `on_progress` hears the share that is done."""
    done = 0

    def speed(shape: Shape) -> float:
        nonlocal done
        found = tokens_per_second(weights, shape)
        done += 1
        on_progress(min(1.0, done / 8))
        return found

    shape, best = given, speed(given)
    for other, needed in ((replace(given, flash=True), 1.0), (replace(given, small_keys=True), _WORTH_ROUNDING)):
        if (found := speed(other)) > best * needed:
            shape, best = other, found
    speeds = {shape: best} | {other: speed(other) for other in _other_slots(shape)}
    shape = _least_of(speeds, lambda each: each.slots)
    speeds = {shape: speeds[shape]} | {other: speed(other) for other in _other_threads(shape)}
    shape = _least_of(speeds, lambda each: each.threads)
    small = weights.shares and speeds[shape] >= _SMALL
    return replace(shape, together=small and sharing_gain(weights, shape) > _WORTH_SHARING)


def tokens_per_second(weights: Weights, shape: Shape) -> float:
    """What all texts together gain in a second; 0 where it cannot be done at all."""
    try:
        with closing(_Texts(weights, shape, _HELD)) as texts:
            began = time.perf_counter()
            for steps in range(_STEPS_MOST):
                gone = time.perf_counter() - began
                if (steps > _STEPS_LEAST and gone > _SECONDS_LEAST) or gone > _SECONDS_MOST:
                    return texts.count * steps / gone
                texts.step()
            return texts.count * _STEPS_MOST / (time.perf_counter() - began)
    except (MemoryError, DecodeError):
        return 0.0


def sharing_gain(weights: Weights, shape: Shape) -> float:
    """How many times as fast texts that begin alike gain tokens in one memory; 0 where it cannot be done at all."""
    try:
        with (
            closing(_Texts(weights, shape, _HELD_TOGETHER)) as apart,
            closing(_Texts(weights, replace(shape, together=True), _HELD_TOGETHER)) as together,
        ):
            turns = [(apart.step(), together.step()) for _turn in range(_TURNS)]
            alone = statistics.median(seconds for seconds, _ in turns) / apart.count
            return alone / statistics.median(seconds for _, seconds in turns) * together.count
    except (MemoryError, DecodeError):
        return 0.0


class _Texts:
    """As many texts as a shape writes at once, side by side; where they share a memory, a group that begins alike."""

    def __init__(self, weights: Weights, shape: Shape, held: int) -> None:
        """`held`: tokens behind each. Raises MemoryError and DecodeError."""
        self.count = GROUP_TEXTS if shape.together else shape.slots
        room = held + (self.count if shape.together else 1) * (_OWN + _STEPS_MOST)
        size = Size(shape.threads, self.count, room, self.count, shape.flash, shape.small_keys, shape.together)
        self._context = Context(weights, size)
        self._words = weights.vocabulary.tokens("The history of the town is told in many books. " * 100, special=False)
        self._place = 0
        try:
            self._begin(held, shape.together)
        except (MemoryError, DecodeError):
            self.close()
            raise

    def step(self) -> float:
        """Let every text gain a token; the seconds that it took."""
        began = time.perf_counter()
        self._decode(range(self.count), 1)
        return time.perf_counter() - began

    def close(self) -> None:
        """Give the memory back."""
        self._context.close()

    def _begin(self, held: int, together: bool) -> None:
        while self._place < held:
            self._decode((0,), min(_HELD, held - self._place))
        state = None if together else self._context.save(0)
        for sequence in range(1, self.count):
            if state is None:
                self._context.share(0, sequence, held)
            else:
                self._context.restore(state, sequence)
        if together:
            self._decode(range(self.count), _OWN)

    def _decode(self, sequences: Iterable[int], tokens: int) -> None:
        """Let some texts go on by so many tokens."""
        batch = self._context.batch
        batch.clear()
        for sequence in sequences:
            batch.add(self._words[self._place : self._place + tokens], self._place, sequence, 1)
        self._context.decode()
        self._place += tokens


def _other_slots(shape: Shape) -> Iterator[Shape]:
    for slots in (shape.slots // 2, shape.slots * 2):
        context = min(shape.context, shape.context * shape.slots // slots)
        if slots and context >= min(_CONTEXT_LEAST, shape.context):
            yield replace(shape, slots=slots, context=context)


def _other_threads(shape: Shape) -> Iterator[Shape]:
    for threads in {shape.threads // 2, shape.threads - 1}:
        if threads and threads < shape.threads:
            yield replace(shape, threads=threads)


def _least_of(speeds: dict[Shape, float], of: Callable[[Shape], int]) -> Shape:
    best = max(speeds.values())
    return min((shape for shape, speed in speeds.items() if speed >= best * _AS_GOOD), key=of)
