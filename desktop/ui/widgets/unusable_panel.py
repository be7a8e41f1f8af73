"""Replies that could not be used: the reasons with their counts, and the raw texts."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QPlainTextEdit, QVBoxLayout

from desktop.core.i18n import _
from desktop.core.steps import Discard
from desktop.ui import figures
from desktop.ui.step_titles import step_title
from desktop.ui.widgets.label import label
from desktop.ui.widgets.side_panel import SidePanel

_REASONS_WIDTH = 300
_ROUND_TEXT = 36
_LONGEST = 4_000  # characters of one reply


class UnusablePanel(SidePanel):
    """`show_reasons` lists the reasons; `reason_chosen(message)` asks for their texts, `show_replies` shows them."""

    reason_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__(_("Replies that could not be used"), _("Back"))
        self.reasons = QListWidget()
        self.reasons.setFixedWidth(_REASONS_WIDTH)
        self.reasons.setWordWrap(True)
        self.reasons.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.reasons.setAccessibleName(_("Reasons"))
        self.texts = QPlainTextEdit()
        self.texts.setReadOnly(True)
        self.texts.setProperty("role", "raw")
        self.texts.setAccessibleName(_("What the model wrote"))
        self._count_label = label("", "label")
        about = label(
            _(
                "Nothing is thrown away: every reply is kept as the model wrote it, with the reason why it could not be"
                " used."
            ),
            "muted",
            wrap=True,
        )
        right = QVBoxLayout()
        right.addWidget(self._count_label)
        right.addWidget(self.texts, 1)
        across = QHBoxLayout()
        across.setSpacing(16)
        across.addWidget(self.reasons)
        across.addLayout(right, 1)
        self.card.body.addWidget(about)
        self.card.body.addLayout(across, 1)
        self.reasons.currentItemChanged.connect(self._on_reason)

    def show_reasons(self, counts: Mapping[str, int]) -> None:
        """List the reasons, the most frequent first; the one that was chosen stays so."""
        before = self.reason
        self.reasons.blockSignals(True)
        self.reasons.clear()
        for message, count in sorted(counts.items(), key=lambda each: -each[1]):
            item = QListWidgetItem(_("{n} · {reason}").format(n=figures.number(count), reason=_(message)))
            item.setData(Qt.ItemDataRole.UserRole, message)
            item.setSizeHint(self._size_of(item.text()))
            self.reasons.addItem(item)
            if message == before:
                self.reasons.setCurrentItem(item)
        self.reasons.blockSignals(False)
        if self.reasons.currentItem() is None:
            self.reasons.setCurrentRow(0)
        else:
            self._on_reason()

    def _size_of(self, text: str) -> QSize:
        """The room of a reason, broken to the width of the list; the style's padding is not in Qt's own reckoning."""
        room = QRect(0, 0, _REASONS_WIDTH - _ROUND_TEXT, 1000)
        high = self.reasons.fontMetrics().boundingRect(room, int(Qt.TextFlag.TextWordWrap), text).height()
        return QSize(_REASONS_WIDTH - 4, high + 18)

    @property
    def reason(self) -> str:
        """The marked message of the chosen reason; empty where none is chosen."""
        item = self.reasons.currentItem()
        return "" if item is None else str(item.data(Qt.ItemDataRole.UserRole))

    def show_replies(self, replies: Sequence[Discard]) -> None:
        """Show what the model wrote, the newest first."""
        self._count_label.setText(_("The newest {n}").format(n=figures.number(len(replies))))
        rule = "─" * 24
        blocks = [f"{rule} {step_title(each.step)} {rule}\n{each.text[:_LONGEST]}" for each in replies]
        self.texts.setPlainText("\n\n".join(blocks))

    @Slot()
    def _on_reason(self) -> None:
        if self.reason:
            self.reason_chosen.emit(self.reason)
