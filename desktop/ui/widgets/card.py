"""A card: one surface with a line round it, perhaps a heading, and whatever is put into it."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.ui import theme
from desktop.ui.widgets.label import label, rule


class Card(QFrame):
    """`header` stands beside the heading, `body` below it.

    `ruled` draws a line under the heading; `padded` False leaves the body without margins, for lists.
    """

    def __init__(
        self, title: str = "", *, ruled: bool = False, padded: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.title_label: QLabel = label(title, "heading")
        self.header = QHBoxLayout()
        self.body = QVBoxLayout()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 1, 1, 1)
        outer.setSpacing(0)
        inside = theme.CARD_PADDING - 1
        top = QWidget(self)  # with a parent at once: shown without one it would be a window for a moment
        top.setLayout(self.header)
        self.header.setContentsMargins(inside, 11, inside, 11 if ruled or not padded else 0)
        self.header.setSpacing(8)
        self.header.addWidget(self.title_label)
        self.header.addStretch(1)
        top.setVisible(bool(title))
        self._top = top
        outer.addWidget(top)
        if ruled:
            outer.addWidget(rule())
        self.body.setContentsMargins(*([inside] * 4 if padded else [0, 0, 0, 0]))
        self.body.setSpacing(8)
        outer.addLayout(self.body, 1)

    def set_title(self, title: str) -> None:
        """Change the heading; an empty one hides its line."""
        self.title_label.setText(title)
        self._top.setVisible(bool(title))
