"""Rows counted by what the person and a filter say: two by two, with those in green on which both agree."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.core.i18n import _, listed
from desktop.jobs.agreement import Confusion
from desktop.ui import figures, theme

_LEFT, _TOP, _HIGH, _WIDE, _GAP = 92, 22, 38, 96, 4


class ConfusionTable(QWidget):
    """`show_counts` fills it."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: Confusion | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(self.sizeHint())

    def show_counts(self, counts: Confusion) -> None:
        """Show these."""
        self.counts = counts
        words = _("both keep {a}, only you {b}, only the filter {c}, both drop {d}.").format(
            a=counts.kept_kept, b=counts.kept_dropped, c=counts.dropped_kept, d=counts.dropped_dropped
        )
        self.setAccessibleName(listed([words.rstrip(".")]))
        self.setToolTip(words)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_LEFT + 2 * _WIDE + _GAP, _TOP + 2 * _HIGH + _GAP)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.counts is None:
            return
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_heads(painter, tokens)
        counts = self.counts
        cells = ((counts.kept_kept, counts.kept_dropped), (counts.dropped_kept, counts.dropped_dropped))
        painter.setFont(theme.sized(self.font(), 15, QFont.Weight.DemiBold))
        for down, row in enumerate(cells):
            for across, count in enumerate(row):
                same = down == across
                place = QRectF(_LEFT + across * (_WIDE + _GAP), _TOP + down * (_HIGH + _GAP), _WIDE, _HIGH)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(tokens.soft_accent if same else tokens.dropped_soft if count else tokens.alt))
                painter.drawRoundedRect(place, 6, 6)
                painter.setPen(QColor(tokens.accent if same else tokens.dropped if count else tokens.muted))
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, figures.number(count))

    def _paint_heads(self, painter: QPainter, tokens: theme.Tokens) -> None:
        painter.setFont(theme.sized(self.font(), 11.5))
        painter.setPen(QColor(tokens.muted))
        middle = int(Qt.AlignmentFlag.AlignCenter)
        left = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        for across, words in enumerate((_("model keeps"), _("model drops"))):
            painter.drawText(QRectF(_LEFT + across * (_WIDE + _GAP), 0, _WIDE, _TOP - 4), middle, words)
        for down, words in enumerate((_("you keep"), _("you drop"))):
            painter.drawText(QRectF(0, _TOP + down * (_HIGH + _GAP), _LEFT - 8, _HIGH), left, words)
