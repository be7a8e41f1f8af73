"""Sources: the files that were imported, with their text page by page."""

from array import array
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.core.documents import Block, PlacedPage
from desktop.core.records import Passage, Reason, Source, Unread
from desktop.store.connections import AMONG, Connections, these
from desktop.store.encoding import dumps, loads, plain
from desktop.store.passages import in_batches, insert_passages

_COLUMNS = "id, path, fingerprint, format, pages, unread, imported"
_AT_ONCE = 500  # rows stored between two signs of life


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source with how many passages it gave."""

    source: Source
    passages: int
    excluded: int  # of them


class Sources:
    """Reads and imports sources; appends on the calling thread's own connection. The user's writer removes them."""

    def __init__(self, connections: Connections, clock: Callable[[], float]) -> None:
        self._connections = connections
        self._clock = clock

    def all(self) -> tuple[Source, ...]:
        """Every source, in id order."""
        return tuple(map(_source, self._connections.here().rows(f"SELECT {_COLUMNS} FROM sources ORDER BY id")))

    def ids(self) -> "array[int]":
        """Every id, in order."""
        return self._connections.here().ids("SELECT id FROM sources ORDER BY id")

    def get(self, ids: Sequence[int]) -> tuple[SourceView, ...]:
        """These sources in this order, each with its passages counted; ids that are not there are left out."""
        rows = self._connections.here().rows(
            f"SELECT {_COLUMNS}, (SELECT count(*) FROM passages WHERE source = sources.id), "
            "(SELECT count(*) FROM passages WHERE source = sources.id AND excluded = 1) "
            f"FROM sources WHERE id {AMONG}",
            [these(ids)],
        )
        found = {row[0]: SourceView(_source(row[:-2]), *row[-2:]) for row in rows}
        return tuple(found[id] for id in ids if id in found)

    def known(self, fingerprint: str) -> Source | None:
        """The source that is this very file, where it was imported before."""
        row = self._connections.here().row(
            f"SELECT {_COLUMNS} FROM sources WHERE fingerprint = ? ORDER BY id LIMIT 1", [fingerprint]
        )
        return None if row is None else _source(row)

    def count(self) -> int:
        """How many there are."""
        count: int = self._connections.here().value("SELECT count(*) FROM sources")
        return count

    def store(
        self, source: Source, pages: Iterable[PlacedPage], passages: Iterable[Passage]
    ) -> Generator[int, None, None]:
        """Store a source with all that is in it, whole or not at all; the ids and time are given here.

        Yields the number of passages stored so far; nothing is kept where the iterator is closed before its end.
        """
        done = 0
        with self._connections.writing() as database:
            id = database.insert(
                "INSERT INTO sources(path, fingerprint, format, pages, unread, imported) VALUES (?, ?, ?, ?, ?, ?)",
                [
                    plain(source.path),
                    source.fingerprint,
                    source.format,
                    source.pages,
                    dumps([[each.place, each.why.message, dict(each.why.values)] for each in source.unread]),
                    self._clock(),
                ],
            )
            database.many(
                "INSERT INTO pages(source, number, first, last, blocks) VALUES (?, ?, ?, ?, ?)",
                (
                    (id, page.number, page.first, page.last, dumps([[b.text, b.level, b.aside] for b in page.blocks]))
                    for page in pages
                ),
            )
            for batch in in_batches(passages, _AT_ONCE):
                insert_passages(database, id, batch)
                done += len(batch)
                yield done

    def pages(self, source: int, first: int = 0, last: int | None = None) -> tuple[PlacedPage, ...]:
        """The pages of a source that hold something of [first, last); all of them where no end is named."""
        end, parameters = ("", []) if last is None else ("AND first < ?", [last])
        rows = self._connections.here().rows(
            f"SELECT number, first, last, blocks FROM pages WHERE source = ? AND last >= ? {end} ORDER BY first, id",
            [source, first, *parameters],
        )
        return tuple(map(_page, rows))


def _source(columns: Sequence[Any]) -> Source:
    id, path, fingerprint, format, pages, unread, imported = columns
    failed = tuple(Unread(str(place), Reason(str(message), values)) for place, message, values in loads(unread))
    return Source(id, path, fingerprint, format, pages, failed, imported)


def _page(columns: Sequence[Any]) -> PlacedPage:
    number, first, last, blocks = columns
    return PlacedPage(number, first, last, tuple(Block(text, level, aside) for text, level, aside in loads(blocks)))
