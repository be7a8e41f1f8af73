"""The rail: the pages in the order of the work, each with how much there is on it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QFont, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QSizePolicy, QVBoxLayout, QWidget

from desktop.core.i18n import _
from desktop.ui import icons, theme
from desktop.ui.widgets.label import ElidedLabel, label

WIDE, NARROW = 196, 60
_ITEM_HEIGHT = 34


@dataclass(frozen=True, slots=True)
class Place:
    """A page as the rail knows it, before it is made."""

    id: str
    title: str  # marked with N_
    icon: str
    module: str
    foot: bool = False  # stands at the foot of the rail


def key_of(number: int) -> str:
    """The keys that go to the page at a place, from 1; none behind the tenth."""
    return f"Ctrl+{number % 10}" if number <= 10 else ""


class RailItem(QAbstractButton):
    """One page in the rail: icon, title, and a count or a dot."""

    def __init__(self, place: Place, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place = place
        self.count = ""
        self.busy = False
        self.narrow = False
        self._key = key
        self.setText(_(place.title))
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_count(None, "")

    def show_count(self, count: int | None, text: str) -> None:
        """Show how much there is on the page; None shows nothing."""
        self.count = text if count is not None else ""
        self.setAccessibleName(f"{self.text()} {self.count}".strip())
        self.setToolTip(f"{self.accessibleName()}  {self._key}")
        self.update()

    def show_busy(self, busy: bool) -> None:
        """Show a dot while a job of this page works."""
        self.busy = busy
        self.setAccessibleDescription(_("working") if busy else "")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(NARROW - 20, max(_ITEM_HEIGHT, self.fontMetrics().height() + 14))

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        chosen = self.isChecked()
        if chosen or self.underMouse() or self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 2) if self.hasFocus() else QColor(tokens.line))
            painter.setBrush(QColor(tokens.surface if chosen else tokens.window))
            painter.drawRoundedRect(place, 7, 7)
        ink = QColor(tokens.text if chosen else tokens.muted)
        left = (self.width() - 20) / 2 if self.narrow else 10
        drawn = icons.pixmap(self.place.icon, 20, QColor(tokens.accent) if chosen else ink, self)
        painter.drawPixmap(round(left), (self.height() - 20) // 2, drawn)
        if self.busy:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent))
            beside = QRectF(self.width() - 20, place.center().y() - 4, 8, 8)
            painter.drawEllipse(QRectF(self.width() - 14, 5, 7, 7) if self.narrow else beside)
        if self.narrow:
            return
        painter.setPen(QColor(tokens.text))
        painter.setFont(theme.sized(self.font(), 13, QFont.Weight.DemiBold if chosen else QFont.Weight.Normal))
        painter.drawText(place.adjusted(37, 0, -12, 0), Qt.AlignmentFlag.AlignVCenter, self.text())
        if self.count and not self.busy:
            painter.setPen(QColor(tokens.muted))
            painter.setFont(theme.sized(self.font(), 11.5, QFont.Weight.Medium))
            right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(place.adjusted(0, 0, -10, 0), right, self.count)

    def nextCheckState(self) -> None:
        """Only the rail says which page is shown. (A button group would take the others out of the tab order.)"""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.focusNextChild()
        elif event.key() == Qt.Key.Key_Up:
            self.focusPreviousChild()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()


class Rail(QFrame):
    """`chosen(id)` when a person goes to a page."""

    chosen = Signal(str)

    def __init__(self, places: Sequence[Place], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.items: dict[str, RailItem] = {}
        self._name = label("Seedbed", "name")
        self.project_label = ElidedLabel("", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 18, 10, 12)
        column.setSpacing(0)
        self._words = QWidget()
        words = QVBoxLayout(self._words)
        words.setContentsMargins(10, 0, 6, 12)
        words.setSpacing(3)
        words.addWidget(self._name)
        words.addWidget(self.project_label)
        column.addWidget(self._words)
        for number, place in enumerate(places, 1):
            if place.foot and not any(item.place.foot for item in self.items.values()):
                column.addStretch(1)
            item = RailItem(place, key_of(number))
            self.items[place.id] = item
            item.clicked.connect(self._on_item_clicked)
            column.addWidget(item)
        self.set_narrow(False)

    def set_narrow(self, narrow: bool) -> None:
        """Show icons only, or icons with words."""
        self.setFixedWidth(NARROW if narrow else WIDE)
        self._words.setVisible(not narrow)
        for item in self.items.values():
            item.narrow = narrow
            item.update()

    def set_project(self, title: str) -> None:
        """The open project, under the program's name."""
        self.project_label.setText(title)

    def choose(self, page: str) -> None:
        """Mark a page as the one that is shown."""
        for name, item in self.items.items():
            item.setChecked(name == page)

    def _on_item_clicked(self) -> None:
        item = self.sender()
        if isinstance(item, RailItem):
            self.chosen.emit(item.place.id)
