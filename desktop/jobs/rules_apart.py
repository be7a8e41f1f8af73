"""The rules of a chain in processes of their own, so that every core judges rows."""

import gc
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from desktop.core.catalogue import filters, find
from desktop.core.records import Candidate, ChainLink, Verdict, passing
from desktop.core.shapes import FilterContext, Reading
from desktop.jobs._apart import worked_apart
from desktop.jobs.judging import Chain, ReadRow, Ruled

_AT_ONCE = 250  # families that are sent together

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
    for each in worked_apart(families, _AT_ONCE, _rule, _start, links, context, every_row):
        yield None if each is None else (each[0], [_received(said) for said in each[1]])


def read_apart(
    rows: Iterator[Candidate], links: Sequence[ChainLink], context: FilterContext
) -> Generator[ReadRow | None, None, None]:
    """The rows in the same order, each with what the filters that remember read of it; None is a sign of life.

    Raises UserError as `ruled_apart` does.
    """
    remembering = [link for link in links if find(filters(), link.filter).remembers]
    yield from worked_apart(rows, _AT_ONCE, _read, _start, remembering, context, False)


class _Worker:
    """What a process of the pool holds between two batches."""

    chain: Chain


def _start(links: Sequence[ChainLink], context: FilterContext, every_row: bool) -> None:
    _Worker.chain = Chain(links, context, every_row, compares=False)
    gc.freeze()  # what is here stays: the collector need not look at it again and again


def _read(rows: Sequence[Candidate]) -> list[Mapping[str, Reading]]:
    return _Worker.chain.read(rows)


def _rule(families: Sequence[Family]) -> list[list["_Sent"]]:
    chain = _Worker.chain
    return [[_to_send(each) for each in family] for family in chain.rule(families, read=chain.reads_dearly)]


# Most verdicts pass and say their value alone, and as such they are sent: to send them whole would cost as much as a
# third of the judging.

_Told: TypeAlias = tuple[dict[str, float | None], dict[str, Verdict]]
_Sent: TypeAlias = tuple[_Told, _Told | None, Mapping[str, Reading]]


def _to_send(ruled: Ruled) -> _Sent:
    return _told(ruled.verdicts), None if ruled.of_lead is None else _told(ruled.of_lead), ruled.readings


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
    told, of_lead, readings = sent
    return Ruled(_verdicts(told), None if of_lead is None else _verdicts(of_lead), readings)


def _verdicts(told: _Told) -> dict[str, Verdict]:
    values, others = told
    return {id: passing(value) for id, value in values.items()} | others
