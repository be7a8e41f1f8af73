"""What a row of a list shows: plain texts with their marks and badges, ready to be painted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from desktop.ui.widgets.badge import Tone

Stretch: TypeAlias = tuple[int, int]
"""[start, end) in characters of a text."""

_LONGEST = 700  # characters of a text that are ever laid out; more than the lines of a row can show
_BREAKS = {ord(each): " " for each in "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A bold lead over a muted detail, each of a few lines, then badges and a muted sentence beside them.

    `marks` lie in the lead, `detail_marks` in the detail. With `caret` the lead is being written: its end is
    shown rather than its beginning. Build it with `entry`, which keeps its texts short.
    """

    lead: str
    detail: str = ""
    badges: tuple[tuple[str, Tone], ...] = ()
    meta: str = ""
    marks: tuple[Stretch, ...] = ()
    detail_marks: tuple[Stretch, ...] = ()
    caret: bool = False

    def spoken(self) -> str:
        """The row as a screen reader says it."""
        parts = [self.lead, *(text for text, _tone in self.badges), self.meta, self.detail]
        return ". ".join(part for part in parts if part)


def entry(
    lead: str,
    detail: str = "",
    badges: Sequence[tuple[str, Tone]] = (),
    meta: str = "",
    marks: Sequence[Stretch] = (),
    detail_marks: Sequence[Stretch] = (),
    *,
    caret: bool = False,
) -> Entry:
    """An Entry of any texts: only as much of them as can be seen, on one line until it is broken to fit."""
    kept, kept_marks = (_tail(lead), ()) if caret else _beginning(lead, marks)
    below, below_marks = _beginning(detail, detail_marks)
    said = tuple((_beginning(text)[0], tone) for text, tone in badges)
    return Entry(kept, below, said, _beginning(meta)[0], kept_marks, below_marks, caret)


def _beginning(text: str, marks: Sequence[Stretch] = ()) -> tuple[str, tuple[Stretch, ...]]:
    """The beginning of `text` with each break as one blank, so that marks stay where they are."""
    blank = len(text) - len(text.lstrip())
    kept = text[blank : blank + _LONGEST].translate(_BREAKS).rstrip()
    inside = ((max(0, start - blank), min(end - blank, len(kept))) for start, end in marks)
    return kept, tuple(sorted((start, end) for start, end in inside if start < end))


def _tail(text: str) -> str:
    return " ".join(text[-_LONGEST:].split())
