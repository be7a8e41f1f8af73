"""A row inside a card: a badge, one or two lines of text, and buttons, with a line under it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui import theme
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.label import ElidedLabel, Role, label, rule


class CardRow(QWidget):
    """`words` holds the lines, `trailing` what stands at the right."""

    def __init__(
        self, title: str, detail: str = "", *, badge: Badge | None = None, role: Role = "heading", wrap: bool = False
    ) -> None:
        super().__init__()
        self.title_label = label(title, role, wrap=True) if wrap else ElidedLabel(title, role)
        self.words = QVBoxLayout()
        self.words.setSpacing(4)
        self.words.addWidget(self.title_label)
        if detail:
            self.words.addWidget(ElidedLabel(detail, "muted", Qt.TextElideMode.ElideMiddle))
        self.trailing = QHBoxLayout()
        self.trailing.setSpacing(8)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.CARD_PADDING - 1, 11, theme.CARD_PADDING - 1, 11)
        row.setSpacing(10)
        if badge is not None:
            row.addWidget(badge)
        row.addLayout(self.words, 1)
        row.addLayout(self.trailing)


def fill(card: Card, rows: list[CardRow]) -> None:
    """Put `rows` into a card that has no padding, in place of what is there."""
    while card.body.count():
        item = card.body.takeAt(0)
        if item is not None and (old := item.widget()) is not None:
            old.hide()
            old.deleteLater()
    card.body.setSpacing(0)
    for row in rows:
        if card.body.count():
            card.body.addWidget(rule())
        card.body.addWidget(row)
    card.body.addStretch(1)
