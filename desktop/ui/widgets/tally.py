"""A line of figures with their words: how many of each kind, perhaps to be clicked."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop.ui import figures, theme
from desktop.ui.widgets.badge import Tone, colours
from desktop.ui.widgets.flow import Flow

_GAP = 4.0
_BESIDE, _ABOVE = 2.0, 3.0  # room round a part for the ring that shows the focus


@dataclass(frozen=True, slots=True)
class Part:
    """One figure of a tally. One with a `key` can be clicked; `more` is what is underlined after the words."""

    count: int
    words: str
    tone: Tone = "plain"
    key: str = ""
    more: str = ""


class Tally(QWidget):
    """`show_parts` says how many of what; `chosen(key)` when one of them is clicked."""

    chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._flow = Flow(14, 2, self)
        self._parts: tuple[Part, ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_parts(self, parts: Sequence[Part]) -> None:
        """Show these, in this order; widgets are kept where only figures change."""
        if tuple(parts) == self._parts:
            return
        same = [(each.key, each.words) for each in parts] == [(each.key, each.words) for each in self._parts]
        self._parts = tuple(parts)
        if same:
            for number, part in enumerate(parts):
                self.button(number).show_part(part)
        else:
            while (item := self._flow.takeAt(0)) is not None:
                old = item.widget()
                if old is not None:
                    old.hide()
                    old.deleteLater()
            for part in parts:
                made = _PartButton(part, self)
                made.clicked.connect(self._on_clicked)
                self._flow.addWidget(made)
                made.show()
        self.updateGeometry()

    @property
    def parts(self) -> tuple[Part, ...]:
        """What is shown."""
        return self._parts

    def button(self, number: int) -> "_PartButton":
        """The button of a part."""
        item = self._flow.itemAt(number)
        made = item.widget() if item is not None else None
        assert isinstance(made, _PartButton)
        return made

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._flow.heightForWidth(width)

    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(self.width()))

    def _on_clicked(self) -> None:
        sender = self.sender()
        if isinstance(sender, _PartButton) and sender.part.key:
            self.chosen.emit(sender.part.key)


class _PartButton(QAbstractButton):
    def __init__(self, part: Part, parent: QWidget) -> None:
        super().__init__(parent)
        self.part = part
        self._size: QSize | None = None
        self.show_part(part)

    def show_part(self, part: Part) -> None:
        """Show another figure."""
        self.part = part
        self._size = None
        clickable = bool(part.key)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if clickable else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor if clickable else Qt.CursorShape.ArrowCursor)
        self.setAccessibleName(" ".join(each for each in (figures.number(part.count), part.words, part.more) if each))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        if self._size is None:
            bold, plain = self._metrics()
            width = bold.horizontalAdvance(figures.number(self.part.count)) + _GAP
            width += plain.horizontalAdvance(self.part.words)
            if self.part.more:
                width += _GAP + plain.horizontalAdvance(self.part.more)
            self._size = QSize(round(width + 2 * _BESIDE + 1), round(bold.height() + 2 * _ABOVE))
        return self._size

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._size = None

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(QColor(tokens.accent))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        bold, plain = self._metrics()
        ink = QColor(tokens.text) if self.part.tone == "plain" else colours(tokens, self.part.tone)[1]
        self._words(painter, _BESIDE, figures.number(self.part.count), ink, sized_bold(self.font()))
        left = _BESIDE + bold.horizontalAdvance(figures.number(self.part.count)) + _GAP
        muted, font = QColor(tokens.muted), theme.sized(self.font(), 12)
        hovered = bool(self.part.key) and self.underMouse()
        font.setUnderline(hovered and not self.part.more)
        self._words(painter, left, self.part.words, muted, font)
        if self.part.more:
            font.setUnderline(True)
            left += plain.horizontalAdvance(self.part.words) + _GAP
            self._words(painter, left, self.part.more, QColor(tokens.text) if hovered else muted, font)

    def _words(self, painter: QPainter, left: float, text: str, ink: QColor, font: QFont) -> None:
        painter.setPen(ink)
        painter.setFont(font)
        painter.drawText(
            QRectF(left, 0, self.width() - left, self.height()),
            int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft),
            text,
        )

    def _metrics(self) -> tuple[QFontMetricsF, QFontMetricsF]:
        return QFontMetricsF(sized_bold(self.font())), QFontMetricsF(theme.sized(self.font(), 12))


def sized_bold(font: QFont) -> QFont:
    """The font of the figures."""
    return theme.sized(font, 12, QFont.Weight.DemiBold)
