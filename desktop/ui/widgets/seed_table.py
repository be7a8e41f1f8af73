"""The table of seeds: one line for each, painted literally, whole rows chosen."""

import unicodedata

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from desktop.core.i18n import _
from desktop.ui import theme
from desktop.ui.models.lazy_rows import VIEW_ROLE

_HEIGHT = 36
_ACROSS = 10
_WIDTHS = (5, 3, 4, 112, 92)  # shares of what is left, then pixels
_INPUT, _LANGUAGE = 1, 4
_NARROW, _NARROWEST = 900, 720


class SeedTable(QTableView):
    """`opened` on Enter or a double click, `removal_wanted` on Delete, `pasted` on Ctrl+V, `copy_wanted` on Ctrl+D.

    Where it is narrow, the columns that matter less give way.
    """

    opened = Signal()
    removal_wanted = Signal()
    copy_wanted = Signal()
    pasted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Seeds"))
        self.setItemDelegate(_Cell(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        rows, header = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(_HEIGHT)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSortIndicatorShown(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSortIndicatorClearable(True)
        header.setSectionsClickable(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setMinimumSectionSize(40)
        self.doubleClicked.connect(self.opened)

    def chosen_rows(self) -> list[int]:
        """The selected rows, in order."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.opened.emit()
        elif event.matches(QKeySequence.StandardKey.Delete) or event.key() == Qt.Key.Key_Backspace:
            self.removal_wanted.emit()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.pasted.emit()
        elif event.key() == Qt.Key.Key_D and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.copy_wanted.emit()
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Typing letters searches nowhere: it would read a million rows."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def _share_width(self) -> None:
        """Give long texts the room that short ones leave; where there is little, some columns give way."""
        header, width = self.horizontalHeader(), self.viewport().width()
        hidden = {_INPUT: width < _NARROW, _LANGUAGE: width < _NARROWEST}
        for column, away in hidden.items():
            self.setColumnHidden(column, away)
        shown = [column for column in range(header.count()) if not hidden.get(column)]
        left = width - sum(_WIDTHS[column] for column in shown if column > 2)
        shares = sum(_WIDTHS[column] for column in shown if column <= 2)
        for column in shown:
            share = _WIDTHS[column] if column > 2 else left * _WIDTHS[column] // max(1, shares)
            header.resizeSection(column, share)


class _Cell(QStyledItemDelegate):
    """One line of plain text; the first column is the loudest."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        tokens = theme.current()
        place: QRect = option.rect
        state = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.fillRect(place, QColor(tokens.soft_accent if chosen else tokens.surface))
        painter.fillRect(QRect(place.left(), place.bottom(), place.width(), 1), QColor(tokens.line))
        table = self.parent()
        focused = isinstance(table, QTableView) and table.hasFocus() and table.currentIndex().row() == index.row()
        if focused and index.column() == 0:
            painter.fillRect(QRect(place.left(), place.top(), 3, place.height() - 1), QColor(tokens.accent))
        text = index.data(Qt.ItemDataRole.DisplayRole)
        room = place.adjusted(_ACROSS, 0, -_ACROSS // 2, -1)
        if index.data(VIEW_ROLE) is None:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.alt))
            painter.drawRoundedRect(QRectF(room.left(), room.center().y() - 5, room.width() * 0.7, 10), 5, 5)
            painter.restore()
            return
        painter.setPen(QColor(tokens.text if index.column() == 0 else tokens.muted))
        painter.setFont(option.font)
        shown = option.fontMetrics.elidedText(text or "", Qt.TextElideMode.ElideRight, room.width())
        side = (
            Qt.AlignmentFlag.AlignRight
            if shown and option.direction != _direction(shown)
            else Qt.AlignmentFlag.AlignLeft
        )
        painter.drawText(room, int(side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), shown)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(100, _HEIGHT)


def _direction(text: str) -> Qt.LayoutDirection:
    for each in text:
        kind = unicodedata.bidirectional(each)
        if kind in ("R", "AL"):
            return Qt.LayoutDirection.RightToLeft
        if kind == "L":
            break
    return Qt.LayoutDirection.LeftToRight
