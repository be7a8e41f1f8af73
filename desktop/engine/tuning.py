"""How a model runs best on this machine, found by measuring: form of attention, texts at once, threads, memories.

Each way decodes a few steps of the usual work (texts of some hundred tokens, side by side) in a small context. What is
measured is remembered by the client, so this happens once for a model and a machine.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from desktop.engine.groups import GROUP_TEXTS
from desktop.engine.native import Context, DecodeError, Size, Weights
from desktop.engine.protocol import Shape

_HELD = 320  # tokens in each text before the first step
_STEPS_LEAST, _STEPS_MOST, _SECONDS_LEAST, _SECONDS_MOST = 3, 200, 0.4, 6.0
_ROOM = 768  # tokens for each text
_CONTEXT_LEAST = 2_048  # tokens for each text that more texts at once must leave
_AS_GOOD = 0.9
"""A smaller number of texts or threads that comes this near the best is taken: it leaves memory and cores to others."""

_WORTH_ROUNDING = 1.15
"""Keys in 8 bits change what a model says a little; they must be this much faster."""

_WORTH_SHARING = 1.15
"""One memory makes prompts slower that are read beside texts; its steps must be this much faster."""

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
    shared = replace(shape, together=True)
    return shared if weights.rewinds and speed(shared) > speeds[shape] * _WORTH_SHARING else shape


def tokens_per_second(weights: Weights, shape: Shape) -> float:
    """What all texts together gain in a second; 0 where it cannot be done at all.

    Where they share a memory they are a group that begins alike.
    """
    context, texts = None, GROUP_TEXTS if shape.together else shape.slots
    room = _ROOM + texts * (_OWN + _STEPS_MOST) if shape.together else _ROOM
    try:
        size = Size(shape.threads, texts, room, texts, shape.flash, shape.small_keys, shape.together)
        context = Context(weights, size)
        return _measured(context, weights, texts, shape.together)
    except (MemoryError, DecodeError):
        return 0.0
    finally:
        if context is not None:
            context.close()


def _measured(context: Context, weights: Weights, texts: int, together: bool) -> float:
    words = weights.vocabulary.tokens("The history of the town is told in many books. " * 60, special=False)
    _decode(context, {0: words[:_HELD]}, 0)
    held = _HELD + _OWN if together else _HELD
    if together:
        for sequence in range(1, texts):
            context.share(0, sequence, _HELD)
        for sequence in range(texts):
            _decode(context, {sequence: words[_HELD:held]}, _HELD)
    else:
        state = context.save(0)
        for sequence in range(1, texts):
            context.restore(state, sequence)
    began = time.perf_counter()
    for steps in range(_STEPS_MOST):
        gone = time.perf_counter() - began
        if (steps > _STEPS_LEAST and gone > _SECONDS_LEAST) or gone > _SECONDS_MOST:
            return texts * steps / gone
        _decode(context, dict.fromkeys(range(texts), words[held + steps :][:1]), held + steps)
    return texts * _STEPS_MOST / (time.perf_counter() - began)


def _decode(context: Context, tokens: Mapping[int, Sequence[int]], place: int) -> None:
    """Decode tokens of some sequences, which stand from `place` on."""
    context.batch.clear()
    for sequence, its in tokens.items():
        context.batch.add(its, place, sequence, 1)
    context.decode()


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
