"""The methods in a list, grouped by what they start from: a title, a sentence, and what comes out."""

from collections.abc import Mapping

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QResizeEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyleOptionViewItem

from desktop.core.i18n import _, listed
from desktop.core.shapes import Method
from desktop.ui import theme
from desktop.ui.models.entry import entry
from desktop.ui.models.lazy_rows import ENTRY_ROLE
from desktop.ui.models.method_words import GROUPS, MAKES, group_of
from desktop.ui.widgets.row_delegate import RowDelegate

_ID = Qt.ItemDataRole.UserRole
_HEADING_HEIGHT, _ACROSS = 34, 16


class MethodList(QListWidget):
    """`show_only` narrows it; `chosen(id)` while one moves through it, `taken(id)` on Enter or a double click."""

    chosen = Signal(str)
    taken = Signal(str)

    def __init__(self, methods: Mapping[str, Method]) -> None:
        super().__init__()
        self._methods = methods
        self.setAccessibleName(_("Methods"))
        self.setItemDelegate(_Delegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.currentItemChanged.connect(self._on_current)
        self.itemActivated.connect(self._on_activated)

    def show_only(self, query: str = "", group: str = "", kind: str = "") -> int:
        """List the methods of a group and kind that hold every word; returns how many. The chosen one stays so."""
        before = self.method_id
        words = query.casefold().split()
        self.blockSignals(True)
        self.clear()
        found = 0
        for name, about in GROUPS.items():
            fitting = {
                id: method
                for id, method in self._methods.items()
                if group_of(method.consumes) == name
                and group in ("", name)
                and (not kind or kind in method.makes)
                and all(word in _searched(id, method) for word in words)
            }
            if fitting:
                self._add_heading(_(about.title))
            for id, method in fitting.items():
                self._add_method(id, method)
            found += len(fitting)
        self.blockSignals(False)
        self.choose(before)
        return found

    def choose(self, method_id: str) -> None:
        """Make this the chosen one; the first one where it is not listed."""
        rows = [row for row in range(self.count()) if self.item(row).data(_ID)]
        row = next((row for row in rows if self.item(row).data(_ID) == method_id), rows[0] if rows else -1)
        self.setCurrentRow(row)
        self._on_current()
        if row > 0:
            self.scrollToItem(self.item(row - 1 if row == (rows or [0])[0] else row))

    @property
    def method_id(self) -> str:
        """The chosen method; empty where none is listed."""
        item = self.currentItem()
        return str(item.data(_ID) or "") if item is not None else ""

    def _add_heading(self, words: str) -> None:
        item = QListWidgetItem(words, self)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, words)

    def _add_method(self, id: str, method: Method) -> None:
        item = QListWidgetItem(self)
        item.setData(_ID, id)
        shown = entry(_(method.title), _(method.summary), meta=made_of(method))
        item.setData(ENTRY_ROLE, shown)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, shown.spoken())

    @Slot()
    def _on_current(self) -> None:
        self.chosen.emit(self.method_id)

    @Slot(QListWidgetItem)
    def _on_activated(self, item: QListWidgetItem) -> None:
        if item.data(_ID):
            self.taken.emit(str(item.data(_ID)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()


class _Delegate(RowDelegate):
    """Paints a method as a row of the look, and a heading as a quiet line."""

    def __init__(self, parent: MethodList) -> None:
        super().__init__(parent, lead_lines=1, detail_lines=3, meta_lines=1)
        self._list = parent

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        if index.data(_ID):
            super().paint(painter, option, index)
            return
        tokens = theme.current()
        painter.fillRect(option.rect, QColor(tokens.alt))
        painter.setPen(QColor(tokens.muted))
        painter.setFont(theme.sized(option.font, 11.5))
        place = option.rect.translated(QPoint(_ACROSS, 0))
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, index.data())

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        width = self._list.viewport().width()
        shown = index.data(ENTRY_ROLE)
        high = _HEADING_HEIGHT if shown is None else self.height_of(shown, option.font, width)
        return QSize(width, high)


def made_of(method: Method) -> str:
    """What comes out of a method: "makes instructions"."""
    kinds = listed(_(MAKES[kind]) for kind in method.makes)
    return _("makes {kinds}").format(kinds=kinds)


def _searched(id: str, method: Method) -> str:
    return " ".join((id, _(method.title), _(method.summary), made_of(method), method.source)).casefold()
