"""The painted rows of every list of candidates: a bold lead, a muted detail, badges with a sentence beside them."""

from collections import OrderedDict

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.ui.models.entry import Entry
from desktop.ui.models.lazy_rows import ENTRY_ROLE
from desktop.ui.theme import SPACE, Tokens, current, sized
from desktop.ui.widgets import badge
from desktop.ui.widgets.text_block import TextBlock

_ACROSS, _DOWN = 16, 12
_UNDER_LEAD, _OVER_FOOT = 2.0, 7.0
_KEPT = 400  # laid out rows
_SKELETON = 92
_NARROWEST_META = 120


class RowDelegate(QStyledItemDelegate):
    """Paints what a model's ENTRY_ROLE answers; a skeleton where that is None, because the row is on its way.

    Give it to a RowList (which sets it by itself) over a LazyRows, or over any model with that role. Texts
    are plain, in any script and direction, broken to at most `lead_lines` and `detail_lines`, then elided.
    Colours are those of the look that is shown. `paint_entry` and `height_of` serve widgets that paint
    an Entry of their own.
    """

    def __init__(
        self, parent: QObject | None = None, *, lead_lines: int = 2, detail_lines: int = 2, meta_lines: int = 2
    ) -> None:
        super().__init__(parent)
        self._lines = (lead_lines, detail_lines, meta_lines)
        self._laid: OrderedDict[tuple[Entry, int, str], _Laid] = OrderedDict()

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        tokens = current()
        place: QRect = option.rect
        _paint_ground(painter, place, option.state, tokens)
        entry = index.data(ENTRY_ROLE)
        if entry is None:
            _paint_skeleton(painter, place, tokens)
        else:
            self.paint_entry(painter, place, entry, option.font, tokens)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        width: int = option.rect.width()
        entry = index.data(ENTRY_ROLE)
        return QSize(width, _SKELETON if entry is None else self.height_of(entry, option.font, width))

    def height_of(self, entry: Entry, font: QFont, width: int) -> int:
        """How high an entry is at a width, its padding and the line under it included."""
        return self._lay_out(entry, font, width).height

    def paint_entry(self, painter: QPainter, place: QRect, entry: Entry, font: QFont, tokens: Tokens) -> None:
        """Paint an entry's words and badges into `place`; the ground is the caller's."""
        laid = self._lay_out(entry, font, place.width())
        painter.save()
        painter.setClipRect(place, Qt.ClipOperation.IntersectClip)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        laid.paint(painter, QPointF(place.left() + _ACROSS, place.top() + _DOWN), tokens, font)
        painter.restore()

    def _lay_out(self, entry: Entry, font: QFont, width: int) -> "_Laid":
        key = (entry, width, font.key())
        if key in self._laid:
            self._laid.move_to_end(key)
            return self._laid[key]
        laid = self._laid[key] = _Laid(entry, font, width - 2 * _ACROSS, *self._lines)
        while len(self._laid) > _KEPT:
            self._laid.popitem(last=False)
        return laid


class _Laid:
    """An entry laid out for one width and font."""

    __slots__ = ("_badges", "_caret", "_detail", "_foot", "_lead", "_meta", "_meta_at", "height")

    def __init__(
        self, entry: Entry, font: QFont, width: int, lead_lines: int, detail_lines: int, meta_lines: int
    ) -> None:
        bold = sized(font, 13, QFont.Weight.DemiBold)
        self._caret = entry.caret
        self._lead = TextBlock(entry.lead, bold, width - 8 * entry.caret, lead_lines, entry.marks, tail=entry.caret)
        below = self._lead.height or QFontMetricsF(bold).height()
        self._detail: tuple[float, TextBlock] | None = None
        if entry.detail:
            block = TextBlock(entry.detail, sized(font, 13), width, detail_lines, entry.detail_marks)
            self._detail = (below + _UNDER_LEAD, block)
            below += _UNDER_LEAD + block.height
        self._badges: list[tuple[QPointF, str, badge.Tone]] = []
        self._meta: TextBlock | None = None
        self._meta_at = QPointF()
        if entry.badges or entry.meta:
            below = self._lay_foot(entry, font, width, below + _OVER_FOOT, meta_lines)
        self.height = round(below) + 2 * _DOWN + 1

    def _lay_foot(self, entry: Entry, font: QFont, width: int, top: float, meta_lines: int) -> float:
        """Badges one after another, the sentence beside the last; returns where the foot ends."""
        metrics = QFontMetricsF(sized(font, 11.5))
        x, high = 0.0, 0.0
        for text, tone in entry.badges:
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width - 4 * SPACE)
            size = badge.painted_size(shown, font)
            high = size.height()
            if x and x + size.width() > width:
                x, top = 0.0, top + high + SPACE
            self._badges.append((QPointF(x, top), shown, tone))
            x += size.width() + 2 * SPACE
        if not entry.meta:
            return top + high
        if x and width - x < min(_NARROWEST_META, metrics.horizontalAdvance(entry.meta)):
            x, top, high = 0.0, top + high + SPACE, 0.0
        self._meta = TextBlock(entry.meta, sized(font, 11.5), width - x, meta_lines)
        room = max(high, self._meta.height)
        self._meta_at = QPointF(x, top + (room - self._meta.height) / 2)
        self._badges = [
            (QPointF(at.x(), at.y() + (room - high) / 2) if high and at.y() == top else at, text, tone)
            for at, text, tone in self._badges
        ]
        return top + room

    def paint(self, painter: QPainter, at: QPointF, tokens: Tokens, font: QFont) -> None:
        mark = QColor(tokens.mark)
        self._lead.paint(painter, at, QColor(tokens.text), mark)
        if self._caret:
            painter.fillRect(self._lead.caret().translated(at), QColor(tokens.accent))
        if self._detail is not None:
            top, block = self._detail
            block.paint(painter, at + QPointF(0, top), QColor(tokens.muted), mark)
        for place, text, tone in self._badges:
            badge.paint(painter, at + place, text, tone, tokens, font)
        if self._meta is not None:
            self._meta.paint(painter, at + self._meta_at, QColor(tokens.muted))


def _paint_ground(painter: QPainter, place: QRect, state: QStyle.StateFlag, tokens: Tokens) -> None:
    """Ground, the line under the row, and what shows that it is hovered, selected, focused."""
    flags = QStyle.StateFlag
    selected = bool(state & flags.State_Selected)
    ground = tokens.alt if selected else tokens.window if state & flags.State_MouseOver else tokens.surface
    painter.fillRect(place, QColor(ground))
    painter.fillRect(QRect(place.left(), place.bottom(), place.width(), 1), QColor(tokens.line))
    if selected:
        painter.fillRect(QRect(place.left(), place.top(), 3, place.height() - 1), QColor(tokens.accent))
    if state & flags.State_HasFocus:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = painter.pen()
        pen.setColor(QColor(tokens.accent))
        pen.setWidthF(1.6)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(place).adjusted(3, 3, -3, -4), 6, 6)
        painter.restore()


def _paint_skeleton(painter: QPainter, place: QRect, tokens: Tokens) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.alt))
    width = place.width() - 2 * _ACROSS
    for top, part, high in ((_DOWN + 4, 0.55, 11), (_DOWN + 25, 0.85, 11), (_DOWN + 49, 0.14, 18)):
        painter.drawRoundedRect(
            QRectF(place.left() + _ACROSS, place.top() + top, width * part, high), high / 2, high / 2
        )
    painter.restore()
