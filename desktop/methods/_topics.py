"""Items for the methods that start from a list: one an entry, in an order drawn anew for each round."""

from collections.abc import Iterator, Sequence
from itertools import count

from desktop.core.records import Item
from desktop.core.shapes import MethodContext


def items(context: MethodContext, entries: Sequence[str], name: str) -> Iterator[Item]:
    """Endless items with `name` in their data."""
    left: list[str] = []
    for ordinal in count() if entries else ():
        if not left:
            left = context.random.sample(entries, len(entries))
        yield Item(ordinal, context.random.getrandbits(31), data={name: left.pop()})
