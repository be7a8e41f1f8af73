"""What came of an import: how many rows came in, and each one that could not be read, with the reason."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from desktop.core.i18n import _
from desktop.core.shapes import Flaw
from desktop.ui.widgets import buttons
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.label import label

_LISTED = 500


class ImportResult(Card):
    """`show_flaws` lists the rows that stayed out, `show_lines` anything; `closed` when it has been read."""

    closed = Signal()

    def __init__(self, title: str, back: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent=parent)
        self._words = label("", wrap=True)
        self._list = QPlainTextEdit(readOnly=True)
        self._list.setAccessibleName(title)
        self._list.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.close_button = buttons.primary(back)
        self.close_button.clicked.connect(self.closed)
        self.body.addWidget(self._words)
        self.body.addWidget(self._list, 1)
        self.body.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignRight)

    @property
    def words(self) -> str:
        """What is said above the list."""
        return self._words.text()

    def show_flaws(self, words: str, flaws: Sequence[tuple[str, Flaw]]) -> None:
        """Say what came in, and list (file, flaw)."""
        told = _("{file}, {place}: {why}")
        self.show_lines(words, [told.format(file=file, place=flaw.place, why=flaw.why) for file, flaw in flaws])

    def show_lines(self, words: str, lines: Sequence[str]) -> None:
        """Say what came in, and list what did not."""
        self._words.setText(words)
        listed = list(lines[:_LISTED])
        if len(lines) > _LISTED:
            listed.append(_("… and {n} more").format(n=len(lines) - _LISTED))
        self._list.setPlainText("\n".join(listed))
        self.close_button.setFocus()
