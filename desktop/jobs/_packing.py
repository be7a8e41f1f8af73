"""Records as bytes for another process.

Pickle alone looks up the fields of each frozen dataclass again and again; told them once, it takes a third of the time.
"""

import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from io import BytesIO
from operator import attrgetter
from typing import Any

from desktop.core.records import (
    Candidate,
    Conversation,
    Evidence,
    Feedback,
    Instruction,
    Message,
    Preference,
    Reason,
    Ref,
    Span,
    Text,
    Twin,
    Verdict,
)

_KINDS: tuple[type, ...] = (
    Candidate, Instruction, Conversation, Preference, Feedback, Text, Message, Ref,
    Verdict, Reason, Evidence, Span, Twin,
)  # fmt: skip


def packed(things: object) -> bytes:
    """What `unpacked` makes the same things of."""
    written = BytesIO()
    pickler = pickle.Pickler(written, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = _REDUCED
    pickler.dump(things)
    return written.getvalue()


def unpacked(data: bytes) -> Any:
    """The things that `packed` was given, in this program or another one of ours."""
    return pickle.loads(data)


def _reduced(kind: type) -> Callable[[Any], tuple[Any, ...]]:
    values_of = attrgetter(*(field.name for field in fields(kind)))
    return lambda record: (_made, (kind, values_of(record)))


def _made(kind: type, values: Sequence[object]) -> object:
    # Slots are set past the frozen class's own `__init__`, as pickle does.
    record: object = object.__new__(kind)
    for put, value in zip(_SLOTS[kind], values, strict=True):
        put(record, value)
    return record


_REDUCED: Mapping[type, Callable[[Any], tuple[Any, ...]]] = {kind: _reduced(kind) for kind in _KINDS}
_SLOTS: Mapping[type, Sequence[Callable[[object, object], None]]] = {
    kind: [getattr(kind, field.name).__set__ for field in fields(kind)] for kind in _KINDS
}
