"""Rows of the project as an item model that holds ids, with everything else looked up off the main thread."""

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal, Slot

from desktop.core.errors import UserError
from desktop.ui.models.entry import Entry
from desktop.ui.models.splice import place_of, splice

if TYPE_CHECKING:
    from desktop.store.project import Project
    from desktop.ui.session import Session

V = TypeVar("V")

VIEW_ROLE = Qt.ItemDataRole.UserRole  # the record as the store gave it; None while it is looked up
ENTRY_ROLE = Qt.ItemDataRole.UserRole + 1  # its Entry, for the delegate; None while it is looked up
ID_ROLE = Qt.ItemDataRole.UserRole + 2  # its id in the project; always there

_PAGE = 60  # rows looked up together
_KEPT = 4_000  # records kept in memory
_NOWHERE = QModelIndex()
_STALE = -1


@dataclass(frozen=True, slots=True)
class Lookup(Generic[V]):
    """Which rows to show, and how one kind of row is read. `ids`, `first` and `get` run on a reading thread."""

    ids: "Callable[[Project], array[int]]"  # every id, in the order shown
    get: "Callable[[Project, Sequence[int]], Sequence[V]]"
    id_of: Callable[[V], int]
    first: "Callable[[Project], Sequence[V]] | None" = None  # the first screenful, where that is much quicker


@dataclass(frozen=True, slots=True)
class Column(Generic[V]):
    """One column of a table: its heading, and the text of a cell."""

    title: str
    text: Callable[[V], str]


class LazyRows(QAbstractTableModel, Generic[V]):
    """A million rows cost eight megabytes of ids; the records on screen, and those around them, are kept.

    Nothing here waits: `data` answers from memory, and None for what is still on its way. `show_rows` starts
    over; `refresh` reads again what is shown and tells views which rows came, went or changed, so that
    selection and place survive. `add` shows rows that arrived by themselves without asking for them.
    """

    counted = Signal(int)  # how many rows there are; after every look-up of the ids

    def __init__(
        self,
        session: "Session",
        columns: Sequence[Column[V]] = (),
        describe: Callable[[V], Entry] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._columns = tuple(columns)
        self._describe = describe
        self._lookup: Lookup[V] | None = None
        self._ids: array[int] = array("q")
        self._known: dict[int, tuple[int, V | None]] = {}  # id → when it was read, the record (None: it is gone)
        self._entries: dict[int, Entry] = {}
        self._age = 0
        self._wanted: dict[int, None] = {}  # rows that were looked at before they were known, the latest last
        self._asked: list[int] = []  # ids whose records are on their way; none: nothing is
        self._came: list[int] = []  # ids added since the ids were asked for
        self._ask = QTimer(self, singleShot=True, interval=0)
        self._ask.timeout.connect(self._on_ask)
        self.loading = False

    # ── what is shown ────────────────────────────────────────────────────────────────────────────

    def show_rows(self, lookup: Lookup[V] | None) -> None:
        """Show other rows, from the start; None shows nothing."""
        self.beginResetModel()
        self._lookup = lookup
        self._ids = array("q")
        self._forget()
        self.loading = lookup is not None
        self.endResetModel()
        if lookup is None:
            return
        if lookup.first is not None:
            self._session.read(lookup.first, self._on_first, key="first")
        self._ask_ids(lookup)

    def refresh(self, ids: Iterable[int] | None = None) -> None:
        """Look up the ids again, and the records of `ids` (None: of all); the old ones show until the new ones come."""
        if self._lookup is None:
            return
        self.touch(ids)
        self._ask_ids(self._lookup)

    def touch(self, ids: Iterable[int] | None = None) -> None:
        """Look up the records of `ids` again (None: of all), where it is known that no row came or went."""
        if ids is None:
            self._age += 1
        else:
            for each in ids:
                if each in self._known:
                    self._known[each] = (_STALE, self._known[each][1])
        if self._ids:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._ids) - 1, self.columnCount() - 1))

    def add(self, views: Sequence[V]) -> None:
        """Put records that have just come where they belong in a list that shows the newest first."""
        assert self._lookup is not None
        before = len(self._ids)
        for view in views:
            wanted = self._lookup.id_of(view)
            self._keep(wanted, view)
            self._came.append(wanted)
            place = place_of(self._ids, wanted)
            if place >= 0:
                self._wanted.clear()
                self.beginInsertRows(_NOWHERE, place, place)
                self._ids.insert(place, wanted)
                self.endInsertRows()
        if len(self._ids) > before:
            self.counted.emit(len(self._ids))

    def id_at(self, row: int) -> int:
        """The id of the row at a place."""
        return self._ids[row]

    def row_of(self, wanted: int) -> int:
        """The place of an id; -1 where it is not shown."""
        try:
            return self._ids.index(wanted)
        except ValueError:
            return -1

    def view_at(self, row: int) -> V | None:
        """The record at a place, as far as it is known; looks it up where it is not."""
        wanted = self._ids[row]
        age, view = self._known.get(wanted, (_STALE, None))
        if age != self._age:
            self._wanted.pop(row, None)
            self._wanted[row] = None
            if not self._ask.isActive() and not self._asked:
                self._ask.start()
        return view

    # ── the item model ───────────────────────────────────────────────────────────────────────────

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else max(1, len(self._columns))

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return self._columns[section].title if section < len(self._columns) else None

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = index.row()
        if not index.isValid() or row >= len(self._ids):
            return None
        if role == ID_ROLE:
            return self._ids[row]
        if role not in _ANSWERED:
            return None
        view = self.view_at(row)
        if view is None or role == VIEW_ROLE:
            return view
        if self._columns and role in _TEXTS:
            return self._columns[index.column()].text(view)
        if self._describe is None:
            return None
        entry = self._entry(self._ids[row], view)
        return entry if role == ENTRY_ROLE else entry.spoken()

    def _entry(self, wanted: int, view: V) -> Entry:
        assert self._describe is not None
        if wanted not in self._entries:
            self._entries[wanted] = self._describe(view)
        return self._entries[wanted]

    # ── behind it ────────────────────────────────────────────────────────────────────────────────

    def _ask_ids(self, lookup: Lookup[V]) -> None:
        self._came.clear()
        self._session.read(lookup.ids, self._on_ids, key="ids")

    def _forget(self) -> None:
        self._known.clear()
        self._entries.clear()
        self._wanted.clear()
        self._asked = []
        self._age += 1

    def _keep(self, wanted: int, view: V | None) -> None:
        self._known.pop(wanted, None)
        self._entries.pop(wanted, None)
        self._known[wanted] = (self._age, view)
        while len(self._known) > _KEPT:
            oldest = next(iter(self._known))
            del self._known[oldest]
            self._entries.pop(oldest, None)

    @Slot(object)
    def _on_first(self, views: Sequence[V]) -> None:
        if not self.loading or self._lookup is None or not views:
            return
        for view in views:
            self._keep(self._lookup.id_of(view), view)
        self._place(array("q", [self._lookup.id_of(view) for view in views]))

    @Slot(object)
    def _on_ids(self, ids: "array[int]") -> None:
        self.loading = False
        for each in self._came:  # the answer may be older than they are
            if (place := place_of(ids, each)) >= 0:
                ids.insert(place, each)
        self._place(ids)
        self.counted.emit(len(self._ids))

    def _place(self, ids: "array[int]") -> None:
        """Take the new ids, told to views as one stretch that went and one that came in its place."""
        start, gone, came = splice(self._ids, ids)
        self._wanted.clear()
        if gone:
            self.beginRemoveRows(_NOWHERE, start, start + gone - 1)
            del self._ids[start : start + gone]
            self.endRemoveRows()
        if came:
            self.beginInsertRows(_NOWHERE, start, start + came - 1)
            self._ids = ids
            self.endInsertRows()

    @Slot()
    def _on_ask(self) -> None:
        """Look up the rows that were looked at last, with those around them; one question at a time."""
        if not self._wanted or self._lookup is None or self._asked:
            return
        latest = next(reversed(self._wanted))
        near = [row for row in self._wanted if abs(row - latest) < 2 * _PAGE]
        rows = range(max(0, min(near) - _PAGE // 2), min(len(self._ids), max(near) + _PAGE // 2))
        self._wanted.clear()
        ids = [self._ids[row] for row in rows if self._known.get(self._ids[row], (_STALE,))[0] != self._age]
        if not ids:
            return
        self._asked = ids
        get, age = self._lookup.get, self._age
        self._session.read(
            lambda project: (age, ids, get(project, ids)), self._on_records, key="records", failed=self._on_unread
        )

    @Slot(object)
    def _on_records(self, answer: tuple[int, list[int], Sequence[V]]) -> None:
        age, ids, views = answer
        self._asked = []
        if self._lookup is None:
            return
        found = {self._lookup.id_of(view): view for view in views}
        for each in ids:
            self._keep(each, found.get(each))
            if age != self._age:
                self._known[each] = (_STALE, found.get(each))
        self.dataChanged.emit(self.index(0, 0), self.index(len(self._ids) - 1, self.columnCount() - 1))

    @Slot(object)
    def _on_unread(self, error: UserError) -> None:
        """Rows that cannot be read, as in a damaged file, stay empty until something changes; others still come."""
        ids, self._asked = self._asked, []
        for each in ids:
            self._keep(each, None)
        self._session.failed.emit(error)


_TEXTS = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole, Qt.ItemDataRole.ToolTipRole)
_ANSWERED = (
    VIEW_ROLE,
    ENTRY_ROLE,
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.EditRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
)
