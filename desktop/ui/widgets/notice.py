"""A sentence that stands on a page until it is no longer true, with one button to change that."""

from PySide6.QtWidgets import QHBoxLayout

from desktop.ui.widgets import buttons
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.label import label


class Notice(Card):
    """The words, and `button`."""

    def __init__(self, words: str, button: str) -> None:
        super().__init__()
        self.words_label = label(words, wrap=True)
        self.button = buttons.primary(button)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.words_label, 1)
        row.addWidget(self.button)
        self.body.setContentsMargins(15, 10, 12, 10)
        self.body.addLayout(row)
