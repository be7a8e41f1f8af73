"""The rows under review, one after another, with the next ones read ahead so that keys answer at once."""

from array import array
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from desktop.core.errors import UserError
from desktop.store.show import Show
from desktop.ui.models.review_rows import ReviewRow, read_rows

if TYPE_CHECKING:
    from desktop.ui.session import Session

_AHEAD = 10  # rows read before they are reached
_BEHIND = 3
_LOW = 5  # fewer known ones ahead than this, and more are read
_KEPT = 200


class ReviewQueue(QObject):
    """The list stays as it was taken: a row that was decided keeps its place, so that one can go back to it.

    Rows that come meanwhile join at the end; rows not reached yet leave when they no longer belong.
    """

    moved = Signal()  # another row is the current one, or it is known now, or was read again, or how many there are

    def __init__(self, session: "Session", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._show: Show | None = None
        self._ids: array[int] = array("q")
        self._known: dict[int, ReviewRow] = {}
        self._stale: set[int] = set()
        self._asking = False
        self._merging = False
        self._merge_again = False
        self._version = 0  # of the list
        self.place = 0
        self.loading = False

    # ── what is shown ────────────────────────────────────────────────────────────────────────────

    def start(self, show: Show | None) -> None:
        """Take the rows that `show` asks for, and begin with the first; None: no rows."""
        self._show = show
        self._ids = array("q")
        self._version += 1
        self._known.clear()
        self._stale.clear()
        self._asking = self._merging = self._merge_again = False
        self.place = 0
        self.loading = show is not None
        if show is not None:
            self._session.read(
                lambda project: (ids := project.candidates.ids(show), read_rows(project, ids[:_AHEAD])),
                self._on_started,
                failed=self._on_failed,
            )
        self.moved.emit()

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self._ids)

    @property
    def current(self) -> ReviewRow | None:
        """The row under review; None while it is looked up, or behind the last one."""
        return self._known.get(self._ids[self.place]) if self.place < len(self._ids) else None

    @property
    def ended(self) -> bool:
        """Whether the last row has been passed."""
        return not self.loading and self.place >= len(self._ids)

    def step(self, by: int) -> None:
        """Go on, or back; behind the last row is a place too."""
        place = min(max(0, self.place + by), len(self._ids))
        if place != self.place:
            self.place = place
            self._read_ahead()
            self.moved.emit()

    def go_to(self, wanted: int) -> None:
        """Make the candidate with this id the current one, where it is in the list."""
        if wanted in self._ids:
            self.step(self._ids.index(wanted) - self.place)

    def put(self, row: ReviewRow) -> None:
        """Hold a row as it will be once what was done to it is stored, for when one comes back to it."""
        self._known[row.id] = row

    # ── what changed in the project ──────────────────────────────────────────────────────────────

    def touch(self, ids: Iterable[int] | None = None) -> None:
        """Read these rows again (None: all that are known); the old ones show until they come."""
        self._stale |= set(self._known) if ids is None else set(ids) & set(self._known)
        self._read_ahead()

    def refresh(self) -> None:
        """See which rows came and which no longer belong."""
        if self._show is None or self.loading:
            return
        if self._merging:
            self._merge_again = True
            return
        self._merging = True
        show, old, place, version = self._show, self._ids[:], self.place, self._version
        self._session.read(
            lambda project: (version, place, merged(old, place, project.candidates.ids(show))),
            self._on_merged,
            failed=self._on_failed,
        )

    # ── behind it ────────────────────────────────────────────────────────────────────────────────

    @Slot(object)
    def _on_started(self, answer: "tuple[array[int], Sequence[ReviewRow]]") -> None:
        self._ids, rows = answer
        self._known = {row.id: row for row in rows}
        self.loading = False
        self.moved.emit()

    @Slot(object)
    def _on_merged(self, answer: "tuple[int, int, array[int]]") -> None:
        version, place, ids = answer
        self._merging = False
        again, self._merge_again = self._merge_again, False
        if (version, place) == (self._version, self.place):
            self._ids = ids
            self._version += 1
            self._read_ahead()
            self.moved.emit()
        else:  # the person went on meanwhile
            again = True
        if again:
            self.refresh()

    def _read_ahead(self) -> None:
        """Read what is missing around the place; one question at a time."""
        if self._asking or self.loading:
            return
        near = self._ids[max(0, self.place - _BEHIND) : self.place + _AHEAD]
        missing = [each for each in near if each not in self._known or each in self._stale]
        ahead = self._ids[self.place : self.place + _LOW]
        if not any(each not in self._known or each in self._stale for each in ahead) and not self._stale & set(near):
            return
        self._asking = True
        self._stale.difference_update(missing)
        self._session.read(
            lambda project: (missing, read_rows(project, missing)), self._on_rows, failed=self._on_failed
        )

    @Slot(object)
    def _on_rows(self, answer: tuple[list[int], Sequence[ReviewRow]]) -> None:
        asked, rows = answer
        self._asking = False
        found = {row.id: row for row in rows}
        for each in asked:
            self._known.pop(each, None)
            if each in found:
                self._known[each] = found[each]
            else:
                self._drop(each)
        while len(self._known) > _KEPT:
            del self._known[next(iter(self._known))]
        self.moved.emit()
        self._read_ahead()

    def _drop(self, gone: int) -> None:
        """Leave out a row that is no longer in the project."""
        place = self._ids.index(gone)
        del self._ids[place]
        self._version += 1
        if place < self.place:
            self.place -= 1

    @Slot(object)
    def _on_failed(self, error: UserError) -> None:
        self.loading = self._asking = self._merging = False
        self._session.failed.emit(error)
        self.moved.emit()


def merged(old: "array[int]", place: int, new: "array[int]") -> "array[int]":
    """The list after the project changed: what was reached stays, then what still belongs, then what is new."""
    if old == new:
        return old
    belongs, there = set(new), set(old)
    kept = old[: place + 1]
    kept.extend(each for each in old[place + 1 :] if each in belongs)
    kept.extend(each for each in new if each not in there)
    return kept
