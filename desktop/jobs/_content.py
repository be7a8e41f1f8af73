"""What has been read of a file so far: its pages, its rows, and what could not be read."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO

from desktop.core.documents import DocumentPage, Entry, Opened, Part, from_json, to_json
from desktop.core.i18n import N_, _
from desktop.core.records import Json, Passage, Reason, Unread
from desktop.core.text import put_into_words
from desktop.jobs.cutting import Cutting, pieces_of

_LOST_PAGES = 3  # pages at which the confined process may be lost before the rest is given up
_LISTED = 200  # parts that could not be read, that a source keeps
_LONGEST_ROW = 1_000_000  # characters of a row
_LONG = 150  # characters of a row that may be more than a passage holds, in any script
_HEADING = 200  # characters

_GIVEN_UP = N_("too many pages before it could not be read")
_MORE = N_("and {n} more could not be read")
_LONG_ROW = N_("there is more text in it than a row can hold")


@dataclass(slots=True)
class Content:
    """What has been read of a file so far."""

    entries: IO[bytes]  # rows set aside on disk: there may be millions
    rows: int = 0
    total: int = 0  # pages that the file says it has
    pages: list[DocumentPage] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    characters: int = 0
    next: int = 1  # the page that comes next
    lost: int = 0
    has_long_rows: bool = False

    def take(self, part: Part) -> None:
        """Keep what the reader said."""
        match part:
            case Opened(pages):
                self.total = pages
            case DocumentPage(number):
                self.pages.append(part)
                self.next = number + 1
                self.characters += sum(len(each.text) for each in part.blocks)
                self.characters += sum(len(each.text) for each in part.lines)
            case Entry(_form, place, columns) if sum(map(_length, columns.values())) > _LONGEST_ROW:
                self.unread.append(Unread(place, Reason(_LONG_ROW)))
            case Entry():
                self.rows += 1
                self.has_long_rows |= sum(map(_length, part.columns.values())) > _LONG
                self.entries.write(json.dumps(to_json(part)).encode() + b"\n")
            case Unread():
                self.unread.append(part)

    def skip(self, why: str) -> None:
        """The page that comes next cannot be read."""
        self.lost += 1
        self.unread.append(Unread(_("page {number}").format(number=self.next), Reason(why)))
        self.next += 1
        if self.lost >= _LOST_PAGES and self.next <= self.total:
            place = _("pages {first} to {last}").format(first=self.next, last=self.total)
            self.unread.append(Unread(place, Reason(_GIVEN_UP)))
            self.next = self.total + 1

    def told(self) -> tuple[Unread, ...]:
        """What could not be read; the first of them where they are very many."""
        if len(self.unread) <= _LISTED:
            return tuple(self.unread)
        more = Unread("…", Reason(_MORE, {"n": len(self.unread) - _LISTED}))
        return (*self.unread[:_LISTED], more)

    def long_rows(self) -> Iterator[str]:
        """The words of the rows that may be longer than a passage."""
        for entry in self._entries() if self.has_long_rows else ():
            if len(words := _words(entry)) > _LONG:
                yield words

    def passages(self, cutting: Cutting, count: Callable[[str], int]) -> Iterator[Passage]:
        """The rows as passages, in their order; what is too long of a row follows as prose under its other columns."""
        for place, entry in enumerate(self._entries()):
            words = _words(entry)
            pieces = [words] if entry.form == "function" else pieces_of(words, cutting, count)
            for number, piece in enumerate(pieces):
                if number == 0:
                    yield Passage(0, 0, piece, entry.form, first=place, last=place, columns=entry.columns)
                else:
                    yield Passage(0, 0, piece, first=place, last=place, heading=_heading(entry))

    def _entries(self) -> Iterator[Entry]:
        self.entries.seek(0)
        for line in self.entries:
            if isinstance(entry := from_json(json.loads(line)), Entry):
                yield entry


def _words(entry: Entry) -> str:
    return (put_into_words.record if entry.form == "record" else put_into_words.function)(entry.columns)


def _length(value: Json) -> int:
    return len(value) if isinstance(value, str) else 0


def _heading(entry: Entry) -> str:
    """What its columns say beside the longest, where that is short enough to stand over the text."""
    longest = max(entry.columns, key=lambda name: _length(entry.columns[name]))
    words = put_into_words.record({name: value for name, value in entry.columns.items() if name != longest})
    return words if len(words) <= _HEADING else ""
