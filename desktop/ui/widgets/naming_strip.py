"""Asks for a name, in one line of the page."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit

from desktop.core.i18n import _
from desktop.ui.widgets import buttons
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.label import label


class NamingStrip(Card):
    """`ask` shows it, `named(str)` when the person has said one; Escape takes it away."""

    named = Signal(str)

    def __init__(self, title: str) -> None:
        super().__init__()
        self.field = QLineEdit()
        self.field.setAccessibleName(title)
        self.field.setMaxLength(80)
        self.save_button = buttons.small(_("Save"))
        self.cancel_button = buttons.small(_("Cancel"), "Esc")
        words = label(title, "body")
        words.setBuddy(self.field)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(words)
        row.addWidget(self.field, 1)
        row.addWidget(self.save_button)
        row.addWidget(self.cancel_button)
        self.body.setContentsMargins(15, 8, 9, 8)
        self.body.addLayout(row)
        self.field.textChanged.connect(self._on_typed)
        self.field.returnPressed.connect(self._on_save)
        self.save_button.clicked.connect(self._on_save)
        self.cancel_button.clicked.connect(self.hide)
        self.hide()

    def ask(self, proposed: str = "") -> None:
        """Show the field."""
        self.field.setText(proposed)
        self._on_typed(proposed)
        self.show()
        self.field.setFocus()
        self.field.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    @Slot(str)
    def _on_typed(self, text: str) -> None:
        self.save_button.setEnabled(bool(text.strip()))

    @Slot()
    def _on_save(self) -> None:
        if name := self.field.text().strip():
            self.hide()
            self.named.emit(name)
