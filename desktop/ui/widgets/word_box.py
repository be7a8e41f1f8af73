"""A field for a word that is stored as it is and shown by its name: a language, a task type."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox

from desktop.ui.widgets.field import Choice


class WordBox(Choice):
    """A person chooses one of the words on offer, or types one; `word` is what is stored of it."""

    def __init__(self, title: str, name_of: Callable[[str], str]) -> None:
        super().__init__()
        self._name_of = name_of
        self._shown = ""
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setAccessibleName(title)

    @property
    def word(self) -> str:
        """The word, whether it stands there by its name or as it was typed."""
        text = self.currentText().strip()
        if text == self._name_of(self._shown):
            return self._shown
        row = self.findText(text, Qt.MatchFlag.MatchFixedString)
        return str(self.itemData(row)) if row >= 0 else text

    def show_word(self, word: str) -> None:
        """Show a word, whether it is on offer or not, from its beginning."""
        self._shown = word
        self.blockSignals(True)
        self.setEditText(self._name_of(word))
        line = self.lineEdit()
        if line is not None:
            line.setCursorPosition(0)
        self.blockSignals(False)

    def offer(self, words: Sequence[str]) -> None:
        """The words to choose from; what stands in the field stays."""
        if [self.itemData(number) for number in range(self.count())] == list(words):
            return
        text = self.currentText()
        self.blockSignals(True)
        self.clear()
        for word in words:
            self.addItem(self._name_of(word), word)
        self.setEditText(text)
        self.blockSignals(False)
