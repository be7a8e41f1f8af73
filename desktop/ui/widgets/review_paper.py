"""The paper of the Review page: the row under review, or the editor that it is fixed in."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QStackedWidget

from desktop.core.i18n import _
from desktop.ui.models.review_rows import ReviewRow
from desktop.ui.widgets.review_sheet import ReviewSheet
from desktop.ui.widgets.row_editor import RowEditor


class ReviewPaper(QStackedWidget):
    """`start` a fix, then `save` or `leave` it."""

    turned = Signal()  # `editing` is another
    fixed = Signal(int, object)  # a row's id, and the Row as it was typed
    hinted = Signal(str)  # words for the person who edits; empty: none any more

    def __init__(self) -> None:
        super().__init__()
        self.sheet = ReviewSheet()
        self.editor = RowEditor()
        self._fixing = 0  # the row that is edited
        self._warned = False
        self.addWidget(self.sheet)
        self.addWidget(self.editor)
        self.editor.typed.connect(self._on_typed)

    @property
    def editing(self) -> bool:
        """Whether the row is being edited."""
        return self.currentWidget() is self.editor

    def start(self, row: ReviewRow) -> None:
        """Edit a row."""
        self._fixing, self._warned = row.id, False
        self.setCurrentWidget(self.editor)
        self.turned.emit()
        self.editor.show_row(row.view.row)

    @Slot()
    def save(self) -> None:
        """Hand on what was typed, and show the row again."""
        if self.editing and self.editor.changed:
            self.fixed.emit(self._fixing, self.editor.row)
        self.end()

    @Slot()
    def leave(self) -> None:
        """Show the row as it was; what was typed is dropped only when asked twice."""
        if self.editing and self.editor.changed and not self._warned:
            self._warned = True
            self.hinted.emit(_("Press Esc once more to drop what you typed."))
        else:
            self.end()

    @Slot()
    def end(self) -> None:
        """Show the row; what was typed is dropped."""
        if self.editing:
            self.setCurrentWidget(self.sheet)
            self.editor.forget()
            self.sheet.setFocus(Qt.FocusReason.OtherFocusReason)
            self.turned.emit()

    @Slot()
    def _on_typed(self) -> None:
        self._warned = False
        self.hinted.emit("")
