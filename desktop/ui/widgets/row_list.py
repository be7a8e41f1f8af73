"""A list of painted rows of any height, in which a million rows cost no more than those on screen."""

from collections.abc import Iterator

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
)
from PySide6.QtGui import (
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyle, QStyleOptionViewItem, QWidget

from desktop.ui.widgets.row_delegate import RowDelegate

_UNIT = 100  # steps of the scroll bar for one row, whatever its height
_NOTCH = 90  # pixels of one notch of a wheel
_FLAGS = QItemSelectionModel.SelectionFlag
_Index = QModelIndex | QPersistentModelIndex


class RowList(QListView):
    """Set a LazyRows (or any model with ENTRY_ROLE) and it paints it with a RowDelegate.

    Only rows on screen are ever measured: the place is kept as the topmost row and how much of it is hidden.
    Rows that come above what is being read do not move it. `clicked` tells of a plain click, `activated` of
    Enter or a double click; shift and control select several. `open_row` puts a widget in a row's place.
    """

    def __init__(self, name: str, delegate: RowDelegate | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._top = 0
        self._hidden = 0  # pixels of the topmost row above the edge
        self._placing = False
        self._hovered = QPersistentModelIndex()
        self._pressed = QPersistentModelIndex()
        self._anchor = 0
        self._opened = QPersistentModelIndex()
        self._widget: QWidget | None = None
        self.setItemDelegate(delegate or RowDelegate(self))
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMinimumHeight(96)
        self.viewport().setMouseTracking(True)

    # ── for the page ─────────────────────────────────────────────────────────────────────────────

    def open_row(self, index: QModelIndex, widget: QWidget) -> None:
        """Put `widget` in the place of a row, until another is opened or `close_row`; the list owns it."""
        self.close_row()
        self._opened = QPersistentModelIndex(index)
        self._widget = widget
        widget.setParent(self.viewport())
        widget.installEventFilter(self)
        self._lay_out()
        self.scrollTo(index)

    def close_row(self) -> None:
        """Show the row that was opened as the others again."""
        widget, self._widget, self._opened = self._widget, None, QPersistentModelIndex()
        if widget is not None:
            widget.removeEventFilter(self)
            if widget.isAncestorOf(self.focusWidget() or self):
                self.setFocus()
            widget.hide()
            widget.deleteLater()
            self._lay_out()

    def opened_row(self) -> int:
        """The row whose widget is shown; -1 where none is."""
        return self._opened.row() if self._widget is not None and self._opened.isValid() else -1

    @property
    def at_top(self) -> bool:
        """Whether the first row stands at the upper edge."""
        return self._top == 0 and self._hidden == 0

    def selected_rows(self) -> list[int]:
        """The selected rows, in order."""
        chosen = self.selectionModel().selection()
        stretches = [chosen.at(number) for number in range(chosen.count())]
        return sorted(row for each in stretches for row in range(each.top(), each.bottom() + 1))

    def go_to(self, row: int) -> None:
        """Select this row alone, and show it."""
        index = self.model().index(row, 0)
        self.selectionModel().setCurrentIndex(index, _FLAGS.ClearAndSelect)
        self.scrollTo(index)

    # ── where rows are ───────────────────────────────────────────────────────────────────────────

    def visualRect(self, index: _Index) -> QRect:
        if not index.isValid():
            return QRect()
        return self._place_of(index.row())

    def indexAt(self, point: QPoint) -> QModelIndex:
        for row, place in self._on_screen():
            if place.contains(point):
                return self.model().index(row, 0)
        return QModelIndex()

    def scrollTo(
        self,
        index: _Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        if not index.isValid():
            return
        row = index.row()
        place = self._place_of(row)
        above = row < self._top or (row == self._top and self._hidden > 0)
        if above or place.height() >= self.viewport().height():
            self._top, self._hidden = row, 0
        elif place.bottom() >= self.viewport().height():
            self._top, self._hidden = self._bottomed(row)
        else:
            return
        self._lay_out()

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return 0

    def isIndexHidden(self, index: _Index) -> bool:
        return False

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        return QRegion(self.viewport().rect())

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        index = self.indexAt(rect.center())
        if index.isValid():
            self.selectionModel().select(index, command)

    def _rows(self) -> int:
        model: QAbstractItemModel | None = self.model()
        return 0 if model is None else model.rowCount()

    def _height_of(self, row: int) -> int:
        width = self.viewport().width()
        if self._widget is not None and row == self._opened.row():
            high = self._widget.heightForWidth(width) if self._widget.hasHeightForWidth() else -1
            return max(high, self._widget.minimumSizeHint().height())
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        option.rect = QRect(0, 0, width, 0)
        return max(1, self.itemDelegate().sizeHint(option, self.model().index(row, 0)).height())

    def _on_screen(self) -> Iterator[tuple[int, QRect]]:
        """The rows that can be seen, each with its place."""
        top, width, high = -self._hidden, self.viewport().width(), self.viewport().height()
        for row in range(self._top, self._rows()):
            if top >= high:
                return
            place = QRect(0, top, width, self._height_of(row))
            yield row, place
            top += place.height()

    def _place_of(self, row: int) -> QRect:
        width, high = self.viewport().width(), self.viewport().height()
        for each, place in self._on_screen():
            if each == row:
                return place
        return QRect(0, -2 * high if row < self._top else 2 * high, width, self._height_of(row))

    def _bottomed(self, row: int) -> tuple[int, int]:
        """The place at which `row` stands at the lower edge."""
        left = self.viewport().height() - self._height_of(row)
        while left > 0 and row > 0:
            row -= 1
            left -= self._height_of(row)
        return row, max(0, -left)

    # ── scrolling ────────────────────────────────────────────────────────────────────────────────

    def doItemsLayout(self) -> None:
        QAbstractItemView.doItemsLayout(self)
        self._lay_out()

    def updateGeometries(self) -> None:
        self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        QAbstractItemView.resizeEvent(self, event)
        self._lay_out()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        if self._placing or not self._rows():
            return
        value = self.verticalScrollBar().value()
        self._top = min(value // _UNIT, self._rows() - 1)
        self._hidden = value % _UNIT * self._height_of(self._top) // _UNIT
        self._lay_out()

    def wheelEvent(self, event: QWheelEvent) -> None:
        pixels = event.pixelDelta().y() or event.angleDelta().y() * _NOTCH // 120
        self._scroll_by(-pixels)
        event.accept()

    def _scroll_by(self, pixels: int) -> None:
        if not self._rows():
            return
        self._hidden += pixels
        while self._hidden < 0 and self._top > 0:
            self._top -= 1
            self._hidden += self._height_of(self._top)
        while self._top < self._rows() - 1 and self._hidden >= (high := self._height_of(self._top)):
            self._hidden -= high
            self._top += 1
        self._lay_out()

    def _lay_out(self) -> None:
        """Keep the place within the list, tell the scroll bar, put the opened row's widget where its row is."""
        rows = self._rows()
        end = self._bottomed(rows - 1) if rows else (0, 0)
        self._top, self._hidden = min((max(0, self._top), max(0, self._hidden)), end)
        bar = self.verticalScrollBar()
        self._placing = True
        bar.setRange(0, self._in_steps(*end) if rows else 0)
        shown = sum(1 for _each in self._on_screen())
        bar.setPageStep(max(1, shown - 1) * _UNIT)
        bar.setSingleStep(_UNIT // 2)
        bar.setValue(self._in_steps(self._top, self._hidden) if rows else 0)
        self._placing = False
        self._place_widget()
        self.viewport().update()

    def _in_steps(self, row: int, hidden: int) -> int:
        return row * _UNIT + hidden * _UNIT // max(1, self._height_of(row))

    def _place_widget(self) -> None:
        if self._widget is None:
            return
        if not self._opened.isValid():
            self.close_row()
            return
        place = self._place_of(self._opened.row())
        self._widget.setGeometry(place)
        self._widget.setVisible(place.intersects(self.viewport().rect()))

    # ── rows that come and go ────────────────────────────────────────────────────────────────────

    def rowsInserted(self, parent: _Index, start: int, end: int) -> None:
        if start <= self._top and (not self.at_top or self._widget is not None):
            self._top += end - start + 1
        if start <= self._anchor:
            self._anchor += end - start + 1
        super().rowsInserted(parent, start, end)

    def rowsAboutToBeRemoved(self, parent: _Index, start: int, end: int) -> None:
        if start <= self._top:
            self._top = max(start, self._top - (end - start + 1))
        super().rowsAboutToBeRemoved(parent, start, end)

    def reset(self) -> None:
        self._top = self._hidden = self._anchor = 0
        self.close_row()
        super().reset()

    # ── painting ─────────────────────────────────────────────────────────────────────────────────

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        current, opened = self.currentIndex().row(), self.opened_row()
        chosen = self.selectionModel()
        for row, place in self._on_screen():
            if row == opened or not place.intersects(event.rect()):
                continue
            index = self.model().index(row, 0)
            option = QStyleOptionViewItem()
            self.initViewItemOption(option)
            option.rect = place
            state = QStyle.StateFlag.State_Enabled
            if chosen is not None and chosen.isSelected(index):
                state |= QStyle.StateFlag.State_Selected
            if row == self._hovered.row():
                state |= QStyle.StateFlag.State_MouseOver
            if row == current and self.hasFocus():
                state |= QStyle.StateFlag.State_HasFocus
            option.state = state
            self.itemDelegate().paint(painter, option, index)

    # ── mouse and keys ───────────────────────────────────────────────────────────────────────────

    def eventFilter(self, watched: "QWidget | object", event: QEvent) -> bool:
        if watched is self._widget and event.type() == QEvent.Type.LayoutRequest:
            self._lay_out()
        return False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.indexAt(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(QModelIndex())
        super().leaveEvent(event)

    def _hover(self, index: QModelIndex) -> None:
        if index.row() != self._hovered.row():
            self._hovered = QPersistentModelIndex(index)
            self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        self._pressed = QPersistentModelIndex(index)
        if not index.isValid():
            return
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(index.row(), event.modifiers())
        elif not self.selectionModel().isSelected(index):
            self._choose(index.row(), Qt.KeyboardModifier.NoModifier)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        plain = event.button() == Qt.MouseButton.LeftButton and event.modifiers() == Qt.KeyboardModifier.NoModifier
        if plain and index.isValid() and index.row() == self._pressed.row():
            self.clicked.emit(index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            self.doubleClicked.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        rows, key = self._rows(), event.key()
        current = self.currentIndex().row()
        page = max(1, sum(1 for _each in self._on_screen()) - 1)
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -page, Qt.Key.Key_PageDown: page}
        if rows and key in steps:
            self._choose(min(max(0, current + steps[Qt.Key(key)]), rows - 1), event.modifiers())
        elif rows and key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._choose(0 if key == Qt.Key.Key_Home else rows - 1, event.modifiers())
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and current >= 0:
            self.activated.emit(self.currentIndex())
        elif key == Qt.Key.Key_Escape and self._widget is not None:
            self.close_row()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.selectAll()
        else:
            event.ignore()

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        actions = QAbstractItemView.CursorAction
        step = {actions.MoveUp: -1, actions.MovePrevious: -1, actions.MoveDown: 1, actions.MoveNext: 1}.get(action, 0)
        row = min(max(0, self.currentIndex().row() + step), self._rows() - 1)
        return self.model().index(row, 0) if self._rows() else QModelIndex()

    def _choose(self, row: int, modifiers: Qt.KeyboardModifier) -> None:
        """Make `row` the current one and select it: alone, beside the others, or as far as from the last one."""
        index = self.model().index(row, 0)
        chosen = self.selectionModel()
        single = self.selectionMode() == QAbstractItemView.SelectionMode.SingleSelection
        if modifiers & Qt.KeyboardModifier.ShiftModifier and not single:
            stretch = QItemSelection(
                self.model().index(min(self._anchor, row), 0), self.model().index(max(self._anchor, row), 0)
            )
            chosen.select(stretch, _FLAGS.ClearAndSelect)
        elif modifiers & Qt.KeyboardModifier.ControlModifier and not single:
            self._anchor = row
            chosen.select(index, _FLAGS.Toggle)
        else:
            self._anchor = row
            chosen.select(index, _FLAGS.ClearAndSelect)
        chosen.setCurrentIndex(index, _FLAGS.NoUpdate)
        self.scrollTo(index)
