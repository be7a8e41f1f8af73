"""A card with one figure: what is counted, how many, and what that means."""

from PySide6.QtWidgets import QSizePolicy

from desktop.ui.widgets.card import Card
from desktop.ui.widgets.label import ElidedLabel, label


class Figure(Card):
    """`show_figure("812", "231 today")` under a title that stays."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self.figure_label = label("–", "figure")
        self.note_label = ElidedLabel("", "muted")
        self.body.setContentsMargins(15, 12, 15, 12)
        self.body.setSpacing(2)
        self.body.addWidget(label(title, "label"))
        self.body.addWidget(self.figure_label)
        self.body.addWidget(self.note_label)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_figure(self, figure: str, note: str = "") -> None:
        """Show how many, with a note under it."""
        self.figure_label.setText(figure)
        self.note_label.setText(note)
        self.setAccessibleName(f"{self._title}: {figure}. {note}")
