"""One candidate in full, in the place of its row: its texts, why it was dropped, and how it was made."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.content import fields_of
from desktop.core.i18n import _
from desktop.core.records import Attempt, Decision
from desktop.ui import figures, theme
from desktop.ui.models.candidate_entry import entry_of, failing
from desktop.ui.models.row_fields import title_of
from desktop.ui.widgets import buttons
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.label import Role, label

if TYPE_CHECKING:
    from desktop.store.candidates import CandidateView

_LONGEST = 20_000  # characters of a text that a label is given; a label lays all of it out at once


class CandidateDetail(QWidget):
    """Shows a CandidateView. `decided(id, decision or None)`, `closed`, and `replies_wanted(item)` for the raw replies.

    The page answers the last with `show_replies`.
    """

    decided = Signal(int, object)
    closed = Signal()
    replies_wanted = Signal(int)

    def __init__(self, view: "CandidateView", *, writable: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = view
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(entry_of(view).spoken())
        self.keep_button = buttons.small(_("Keep"), "K")
        self.reject_button = buttons.small(_("Reject"), "R")
        self.close_button = buttons.small(_("Close"), "Esc")
        self.replies_button = buttons.link(_("prompt and raw reply"))
        self._replies: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(theme.CARD_PADDING, 12, theme.CARD_PADDING, 14)
        self._column.setSpacing(4)
        self._build(writable)
        self.keep_button.clicked.connect(self._on_keep)
        self.reject_button.clicked.connect(self._on_reject)
        self.close_button.clicked.connect(self.closed)
        self.replies_button.clicked.connect(self._on_replies)

    def show_replies(self, attempts: Sequence[Attempt], titles: Mapping[str, str]) -> None:
        """Show every prompt and reply of the item, in the order they came; `titles` say what a step writes."""
        if self._replies is not None:
            self._replies.deleteLater()
        self._replies = QWidget()
        column = QVBoxLayout(self._replies)
        column.setContentsMargins(0, 6, 0, 0)
        for each in attempts:
            words = _("{step} · {tokens} tokens · {seconds}").format(
                step=titles.get(each.step, each.step.replace("_", " ")),
                tokens=figures.number(each.reply_tokens),
                seconds=figures.duration(each.seconds),
            )
            column.addWidget(label(words, "label"))
            column.addWidget(_boxed("…" + each.prompt[-600:] if len(each.prompt) > 600 else each.prompt, "raw"))
            column.addWidget(_boxed(each.reply, "raw"))
        if not attempts:
            column.addWidget(label(_("No reply is stored for this row."), "muted"))
        self._column.addWidget(self._replies)
        self.replies_button.hide()
        self.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_K and self.keep_button.isEnabled():
            self._on_keep()
        elif key == Qt.Key.Key_R and self.reject_button.isEnabled():
            self._on_reject()
        elif key == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tokens.surface))
        painter.fillRect(0, 0, 3, self.height() - 1, QColor(tokens.accent))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(tokens.line))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def _build(self, writable: bool) -> None:
        for name, text in fields_of(self.view.row).items():
            if not text:
                continue
            self._column.addWidget(label(_(title_of(name)), "label"))
            loud = name == "instruction"
            self._column.addWidget(_text(text, "row") if loud else _boxed(text))
            self._column.addSpacing(4)
        for verdict in failing(self.view):
            reason = str(verdict.reason or _("dropped"))
            self._column.addWidget(_text(_("Dropped: {reason}").format(reason=reason), "body"))
            for twin in verdict.evidence.twins[:1]:
                if twin.text not in reason:
                    self._column.addWidget(_text(_("Its twin: “{text}”").format(text=twin.text), "muted"))
        self._column.addLayout(self._foot())
        self._column.addLayout(self._buttons(writable))

    def _foot(self) -> Flow:
        shown = entry_of(self.view)
        made = Flow(8, 4)
        told = {str(each.reason) for each in failing(self.view)}  # above, in full
        for words, tone in shown.badges:
            if words not in told:
                made.addWidget(Badge(words, tone))
        run = self.view.run
        parts = [shown.meta] if shown.meta else []
        if run is not None:
            parts += [_("run {n}").format(n=run.id), run.model]
        if self.view.candidate.origin:
            parts.append(_("from {file}").format(file=self.view.candidate.origin))
        made.addWidget(label(" · ".join(part for part in parts if part), "label"))
        if self.view.candidate.item is not None:
            made.addWidget(self.replies_button)
        return made

    def _buttons(self, writable: bool) -> QHBoxLayout:
        decision = self.view.review.decision if self.view.review else None
        if decision == "accepted":
            self.keep_button.set_text(_("Kept: take it back"))
        elif decision == "rejected":
            self.reject_button.set_text(_("Rejected: take it back"))
        row = QHBoxLayout()
        row.setContentsMargins(0, 8, 0, 0)
        row.setSpacing(8)
        for each in (self.keep_button, self.reject_button):
            each.setEnabled(writable)
            row.addWidget(each)
        row.addStretch(1)
        row.addWidget(self.close_button)
        return row

    @Slot()
    def _on_keep(self) -> None:
        self._decide("accepted")

    @Slot()
    def _on_reject(self) -> None:
        self._decide("rejected")

    def _decide(self, decision: Decision) -> None:
        now = self.view.review.decision if self.view.review else None
        self.decided.emit(self.view.candidate.id, None if now == decision else decision)

    @Slot()
    def _on_replies(self) -> None:
        if self.view.candidate.item is not None:
            self.replies_wanted.emit(self.view.candidate.item)


def _text(text: str, role: Role) -> QWidget:
    shown = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
    return label(shown, role, wrap=True, selectable=True)


def _boxed(text: str, role: Role = "body") -> QWidget:
    """A text on a quiet ground."""
    box = QFrame()
    box.setProperty("role", "box")
    column = QVBoxLayout(box)
    column.setContentsMargins(12, 9, 12, 9)
    column.addWidget(_text(text, role))
    return box
