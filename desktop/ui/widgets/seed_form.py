"""The form in which one seed is read and written."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.core.i18n import _
from desktop.core.records import Instruction, Seed
from desktop.ui import task_types
from desktop.ui.languages import language_name
from desktop.ui.widgets import buttons
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.field import Choice
from desktop.ui.widgets.label import ElidedLabel, label
from desktop.ui.widgets.word_box import WordBox

_PAUSE = 1200  # milliseconds after the last key in which what was typed is saved

BLANK = Seed(0, Instruction(instruction=""))
"""A seed that is not in the project yet."""


class SeedForm(Card):
    """Shows a seed, and tells of each change once: `edited(Seed)` when the typing pauses or the form is left.

    A seed of id 0 is a new one. Without an instruction nothing is told, and the form says why.
    """

    edited = Signal(object)
    copy_wanted = Signal()
    removal_wanted = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__(_("Seed"))
        self._seed: Seed | None = None
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self.save)
        self.copy_button = buttons.small(_("Duplicate"))
        self.remove_button = buttons.small(_("Remove"))
        self.copy_button.clicked.connect(self.copy_wanted)
        self.remove_button.clicked.connect(self.removal_wanted)
        self.header.addWidget(self.copy_button)
        self.header.addWidget(self.remove_button)
        self.instruction = self._text(_("Instruction"), 2)
        self.hint_label = label(_("A seed needs an instruction; it is saved once there is one."), "error", wrap=True)
        self.input = self._text(_("Input"), 1)
        self.input.setPlaceholderText(_("What the instruction works on; often empty"))
        self.output = self._text(_("Answer"), 2)
        self.task_type = WordBox(_("Task type"), task_types.shown)
        self.language = WordBox(_("Language"), language_name)
        self.classification = Choice()
        for words, value in ((_("not said"), None), (_("yes"), True), (_("no"), False)):
            self.classification.addItem(words, value)
        self.classification.setAccessibleName(_("Classification task"))
        self.origin_label = ElidedLabel("", "label", Qt.TextElideMode.ElideMiddle)
        self._lay_out()
        self._listen()
        self.show_seed(None)

    def show_seed(self, seed: Seed | None) -> None:
        """Show another seed, or none; what was typed into the one before is saved first."""
        self.save()
        self._seed = seed
        self._fill(seed or BLANK)
        self.setEnabled(seed is not None)

    def set_writable(self, writable: bool) -> None:
        """Whether the seed can be changed, or only read."""
        for edit in (self.instruction, self.input, self.output):
            edit.setReadOnly(not writable)
        for each in (self.task_type, self.language, self.classification, self.copy_button, self.remove_button):
            each.setEnabled(writable)

    def forget(self) -> None:
        """Drop what is shown, without saving what was typed."""
        self._pause.stop()
        self._seed = None

    def take_id(self, seed_id: int) -> None:
        """The new seed that is shown was stored under this id."""
        if self._seed is not None and self._seed.id == 0:
            self._seed = replace(self._seed, id=seed_id)

    @property
    def seed(self) -> Seed | None:
        """The seed that is shown, as it was saved last."""
        return self._seed

    def offer(self, kinds: Sequence[str], languages: Sequence[str]) -> None:
        """The task types and languages that the project uses, to choose from."""
        self.task_type.offer(kinds)
        self.language.offer(languages)

    @Slot()
    def save(self) -> None:
        """Tell of what was changed, if there is an instruction."""
        self._pause.stop()
        if self._seed is None:
            return
        seed = self._typed(self._seed)
        if seed == self._seed or not seed.row.instruction.strip():
            return
        self._seed = seed
        self.edited.emit(seed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.save()
        elif event.type() == QEvent.Type.KeyPress and getattr(event, "key", int)() == Qt.Key.Key_Escape:
            self.save()
            self.left.emit()
            return True
        return super().eventFilter(watched, event)

    def _typed(self, seed: Seed) -> Seed:
        written = self.output.toPlainText()
        unanswered = not written and seed.row.output is None
        row = replace(
            seed.row,
            instruction=self.instruction.toPlainText(),
            input=self.input.toPlainText(),
            output=None if unanswered else written,
            task_type=self.task_type.word,
            language=self.language.word,
        )
        return replace(seed, row=row, is_classification=self.classification.currentData())

    def _fill(self, seed: Seed) -> None:
        row = seed.row
        for edit, text in (
            (self.instruction, row.instruction),
            (self.input, row.input),
            (self.output, row.output or ""),
        ):
            if edit.toPlainText() != text:
                edit.blockSignals(True)
                edit.setPlainText(text)
                edit.blockSignals(False)
        self.task_type.show_word(row.task_type)
        self.language.show_word(row.language)
        self.classification.blockSignals(True)
        self.classification.setCurrentIndex(max(0, self.classification.findData(seed.is_classification)))
        self.classification.blockSignals(False)
        self.origin_label.setText(_("From {file}").format(file=seed.origin) if seed.origin else "")
        self.origin_label.setVisible(bool(seed.origin))
        self.set_title(_("New seed") if seed.id == 0 and self._seed is not None else _("Seed"))
        self.hint_label.hide()

    @Slot()
    def _on_typed(self) -> None:
        self.hint_label.setVisible(self._seed is not None and not self.instruction.toPlainText().strip())
        self._pause.start()

    def _text(self, name: str, stretch: int) -> QPlainTextEdit:
        edit = QPlainTextEdit()
        edit.setAccessibleName(name)
        edit.setTabChangesFocus(True)
        edit.setMinimumHeight(54)
        edit.setProperty("stretch", stretch)
        return edit

    def _lay_out(self) -> None:
        self.body.setSpacing(5)
        for edit in (self.instruction, self.input, self.output):
            title = label(edit.accessibleName(), "label")
            title.setBuddy(edit)
            self.body.addWidget(title)
            self.body.addWidget(edit, int(edit.property("stretch")))
            if edit is self.instruction:
                self.body.addWidget(self.hint_label)
            self.body.addSpacing(4)
        across = QHBoxLayout()
        across.setSpacing(10)
        for name, box in ((_("Task type"), self.task_type), (_("Language"), self.language)):
            across.addLayout(_under(name, box), 3 if box is self.task_type else 2)
        self.body.addLayout(across)
        self.body.addSpacing(4)
        beside = QHBoxLayout()
        beside.addWidget(label(_("Classification task"), "label"), 3)
        beside.addWidget(self.classification, 2)
        self.body.addLayout(beside)
        self.body.addWidget(self.origin_label)

    def _listen(self) -> None:
        for edit in (self.instruction, self.input, self.output):
            edit.textChanged.connect(self._on_typed)
            edit.installEventFilter(self)
        for box in (self.task_type, self.language):
            box.editTextChanged.connect(self._on_typed)
            box.installEventFilter(self)
            line = box.lineEdit()
            if line is not None:
                line.installEventFilter(self)
        self.classification.activated.connect(self.save)
        self.classification.installEventFilter(self)


def _under(name: str, widget: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(5)
    title = label(name, "label")
    title.setBuddy(widget)
    column.addWidget(title)
    column.addWidget(widget)
    return column
