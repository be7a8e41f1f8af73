"""The rules of a chain in processes of their own, so that every core judges rows."""

import gc
import multiprocessing
import os
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache
from itertools import islice
from typing import TypeAlias

from desktop.core.catalogue import filters, find
from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.core.records import Candidate, ChainLink, Verdict
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
    waiting: deque[tuple[list[Family], Future[list[list[_Sent]]]]] = deque()
    try:
        while True:
            while len(waiting) < workers + 2 and (some := list(islice(families, _AT_ONCE))):
                waiting.append((some, pool.submit(_rule, some)))
            if not waiting:
                return
            sent, future = waiting.popleft()
            while not wait([future], _WAIT).done:
                yield None
            for family, said in zip(sent, future.result(), strict=True):
                yield family, [_received(each) for each in said]
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
    gc.freeze()  # what is here stays: the collector need not look at it again and again


def _rule(families: Sequence[Family]) -> list[list["_Sent"]]:
    return [[_to_send(each) for each in _Worker.chain.rule(family)] for family in families]


# Most verdicts pass and say their value alone, and as such they are sent: to send them whole would cost as much as a
# third of the judging.

_Told: TypeAlias = tuple[dict[str, float | None], dict[str, Verdict]]
_Sent: TypeAlias = tuple[_Told, _Told | None]


def _to_send(ruled: Ruled) -> _Sent:
    return _told(ruled.verdicts), None if ruled.of_lead is None else _told(ruled.of_lead)


def _told(verdicts: Mapping[str, Verdict]) -> _Told:
    values: dict[str, float | None] = {}
    others: dict[str, Verdict] = {}
    for id, verdict in verdicts.items():
        if verdict.passed and verdict.fix is None and not verdict.likenesses:
            values[id] = verdict.value
        else:
            others[id] = verdict
    return values, others


def _received(sent: _Sent) -> Ruled:
    told, of_lead = sent
    return Ruled(_verdicts(told), None if of_lead is None else _verdicts(of_lead))


def _verdicts(told: _Told) -> dict[str, Verdict]:
    values, others = told
    return {id: _passed(value) for id, value in values.items()} | others


@lru_cache(maxsize=4096)  # zeros and small counts, mostly
def _passed(value: float | None) -> Verdict:
    return Verdict(True, value)
