"""A panel that takes the place of a page's body for a while: a way back, a title, and what it is about."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.widgets import buttons
from desktop.ui.widgets.card import Card


class SidePanel(QWidget):
    """Put what it shows into `card.body`; `closed` when the person goes back, by button or Escape."""

    closed = Signal()

    def __init__(self, title: str, back: str) -> None:
        super().__init__()
        self.card = Card(title, ruled=True)
        self.back_button = buttons.small(back, "Esc")
        self.back_button.clicked.connect(self.closed)
        self.card.header.addWidget(self.back_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.card)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)
