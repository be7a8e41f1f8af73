"""The row under review as it is edited: one field for each of its texts."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from desktop.core.content import answers_of, lead_field_of
from desktop.core.i18n import _
from desktop.core.records import Row
from desktop.ui import theme
from desktop.ui.models.row_fields import editable, edited, title_of
from desktop.ui.widgets.label import label

_LINES = {"lead": 3, "answer": 9, "other": 4}


class RowEditor(QScrollArea):
    """`show_row` fills it, `row` is what was typed; `typed` whenever a text changes."""

    typed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(_("Fix the row"))
        self._before: Row | None = None
        self.fields: dict[str, QPlainTextEdit] = {}

    def show_row(self, row: Row) -> None:
        """Show the texts of a row, ready to be changed; the answer has the focus."""
        self._before = row
        self.fields = {}
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(theme.CARD_PADDING, 14, theme.CARD_PADDING, 14)
        column.setSpacing(5)
        answers = answers_of(row)
        texts = editable(row)
        for name, text in texts.items():
            if name == "system" and not text:
                continue
            role = "lead" if name == lead_field_of(row) else "answer" if name in answers else "other"
            column.addLayout(self._field(name, text, _LINES[role]), _LINES[role])
        self.setWidget(inside)
        first = next((name for name in (*answers, "output") if name in self.fields), next(iter(self.fields)))
        self.fields[first].setFocus(Qt.FocusReason.OtherFocusReason)
        self.fields[first].moveCursor(QTextCursor.MoveOperation.End)
        self.ensureWidgetVisible(self.fields[first])

    @property
    def row(self) -> Row:
        """The row as it is typed."""
        assert self._before is not None
        # A field nobody touched keeps its text to the last character, also what an editor would not keep.
        texts = {name: edit.toPlainText() for name, edit in self.fields.items() if edit.document().isModified()}
        return edited(self._before, {**editable(self._before), **texts})

    @property
    def changed(self) -> bool:
        """Whether anything was typed that is not yet in the row."""
        return self._before is not None and bool(self.fields) and self.row != self._before

    def forget(self) -> None:
        """Drop what was typed."""
        self._before = None
        self.fields = {}
        self.setWidget(QWidget())

    def _field(self, name: str, text: str, lines: int) -> QVBoxLayout:
        edit = QPlainTextEdit()
        edit.setPlainText(text)
        edit.document().setModified(False)
        edit.setAccessibleName(_(title_of(name)))
        edit.setTabChangesFocus(True)
        edit.setMinimumHeight(edit.fontMetrics().lineSpacing() * min(lines, 4) + 24)
        edit.setMaximumWidth(theme.TEXT_WIDTH)
        edit.textChanged.connect(self._on_typed)
        self.fields[name] = edit
        title = label(edit.accessibleName(), "label")
        title.setBuddy(edit)
        made = QVBoxLayout()
        made.setSpacing(5)
        made.addWidget(title)
        made.addWidget(edit, 1)
        return made

    @Slot()
    def _on_typed(self) -> None:
        self.typed.emit()
