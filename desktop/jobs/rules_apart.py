"""The rules of a chain in processes of their own, so that every core judges rows."""

import multiprocessing
import os
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import TypeAlias

from desktop.core.catalogue import filters, find
from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.core.records import Candidate, ChainLink
from desktop.core.shapes import FilterContext
from desktop.jobs.judging import Chain, Ruled

WORTH_IT = 5_000
"""Rows from which processes are started: they take a second or two to come up."""

_AT_ONCE = 250  # families that are sent together
_WAIT = 0.04  # seconds between two signs of life

Family: TypeAlias = Sequence[Candidate]
RuledFamily: TypeAlias = tuple[Family, Sequence[Ruled] | None]


def ruled_here(families: Iterable[Family]) -> Iterator[RuledFamily | None]:
    """The families as they come; the chain rules them itself."""
    return ((family, None) for family in families)


def ruled_apart(
    families: Iterator[Family], links: Sequence[ChainLink], context: FilterContext, every_row: bool
) -> Generator[RuledFamily | None, None, None]:
    """The families in the same order, each with what the rules say of it; None is a sign of life.

    Raises UserError where a filter does, or where a process was ended from outside.
    """
    rules = [link for link in links if link.enabled and not find(filters(), link.filter).remembers]
    # Whether instructions are offered hangs on the other filters; without their memory they are cheap to start.
    offering = [link for link in links if link.enabled and find(filters(), link.filter).judges_lead]
    workers = max(os.cpu_count() or 1, 1)
    pool = ProcessPoolExecutor(
        workers, multiprocessing.get_context("spawn"), _start, ((*rules, *offering), context, every_row)
    )
    waiting: deque[tuple[list[Family], Future[list[list[Ruled]]]]] = deque()
    try:
        while True:
            while len(waiting) < workers + 2 and (some := list(islice(families, _AT_ONCE))):
                waiting.append((some, pool.submit(_rule, some)))
            if not waiting:
                return
            sent, future = waiting.popleft()
            while not wait([future], _WAIT).done:
                yield None
            yield from zip(sent, future.result(), strict=True)
    except BrokenProcessPool:
        raise UserError(
            _("A process that judges rows was ended from outside, perhaps for want of memory."),
            _("Run the filters again: they go on where they stopped."),
        ) from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


class _Worker:
    """What a process of the pool holds between two batches."""

    chain: Chain


def _start(links: Sequence[ChainLink], context: FilterContext, every_row: bool) -> None:
    _Worker.chain = Chain(links, context, every_row)


def _rule(families: Sequence[Family]) -> list[list[Ruled]]:
    return [_Worker.chain.rule(family) for family in families]
