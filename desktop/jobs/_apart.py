"""Work on many things in processes of its own, so that every core takes part, and their answers in order."""

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import TypeVar

from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.jobs._packing import packed, unpacked

WORTH_IT = 5_000
"""Rows from which processes are started: they take a second or two to come up."""

_WAIT = 0.04  # seconds between two signs of life
_AHEAD = 4  # handfuls for each process: what is being stored here keeps nobody there waiting

T = TypeVar("T")
R = TypeVar("R")


def worked_apart(
    things: Iterator[T],
    at_once: int,
    work: Callable[[list[T]], list[R]],
    start: Callable[..., None],
    *given: object,
) -> Generator[tuple[T, R] | None, None, None]:
    """Each of `things` with what `work`, handed `at_once` of them, says of it; None is a sign of life.

    `start` is called with `given` in each process before anything else. Raises UserError where `work` does, or where
    a process was ended from outside.
    """
    workers = max(os.cpu_count() or 1, 1)
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), start, given)
    waiting: deque[tuple[list[T], Future[bytes]]] = deque()
    try:
        while True:
            while len(waiting) < _AHEAD * workers and (some := list(islice(things, at_once))):
                waiting.append((some, pool.submit(_worked, work, packed(some))))
            if not waiting:
                return
            sent, future = waiting.popleft()
            while not wait([future], _WAIT).done:
                yield None
            yield from zip(sent, unpacked(future.result()), strict=True)
    except BrokenProcessPool:
        raise UserError(
            _("A process that reads rows was ended from outside, perhaps for want of memory."),
            _("Begin again: what was stored until here is kept."),
        ) from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _worked(work: Callable[[list[T]], list[R]], things: bytes) -> bytes:
    return packed(work(unpacked(things)))
