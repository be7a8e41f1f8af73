"""What a page shows while there is nothing on it: what it is for, and what to do next."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.ui import icons, theme
from desktop.ui.widgets.buttons import Button
from desktop.ui.widgets.label import label

_WIDTH = 440


class EmptyState(QWidget):
    """An icon, a title, a sentence or two, and the buttons of the next step (the first one is the main one)."""

    def __init__(self, icon: str, title: str, text: str, *buttons: Button, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.title_label = label(title, "title", wrap=True)
        self.text_label = label(text, "muted", wrap=True)
        words = QWidget()
        words.setFixedWidth(_WIDTH)
        lines = QVBoxLayout(words)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(8)
        for each in (self.title_label, self.text_label):
            each.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            lines.addWidget(each)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addStretch(1)
        for button in buttons:
            row.addWidget(button)
        row.addStretch(1)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(words)
        across.addStretch(1)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addStretch(2)
        column.addWidget(self._picture)
        column.addLayout(across)
        column.addSpacing(6)
        column.addLayout(row)
        column.addStretch(3)
        self._tint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def _tint(self) -> None:
        self._picture.setPixmap(icons.pixmap(self._icon, 40, QColor(theme.current().muted)))
