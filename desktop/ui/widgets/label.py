"""Labels that show their text literally, in one of the sizes and tones of the look."""

from typing import Literal, TypeAlias

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

Role: TypeAlias = Literal["body", "title", "heading", "row", "figure", "muted", "label", "error", "name", "raw"]


def label(text: str = "", role: Role = "body", *, wrap: bool = False, selectable: bool = False) -> QLabel:
    """A label of plain text: whatever a model or a file put into it is shown as it stands."""
    made = QLabel()
    plain(made, role)
    made.setText(text)
    made.setWordWrap(wrap)
    if selectable:
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def plain(made: QLabel, role: Role) -> None:
    """Give an existing label its role, and forbid it to read its text as markup."""
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)


def titled(title: str, widget: QWidget) -> QWidget:
    """A field with its title above it, by which a screen reader names it as well."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(5)
    above = label(title, "label")
    above.setBuddy(widget)
    widget.setAccessibleName(title)
    column.addWidget(above)
    column.addWidget(widget)
    return holder


def rule() -> QFrame:
    """A line of one pixel across."""
    line = QFrame()
    line.setProperty("role", "rule")
    line.setFixedHeight(1)
    return line


class ElidedLabel(QLabel):
    """A label of one line that shortens its text with “…” where there is no room; the tooltip has all of it."""

    def __init__(
        self,
        text: str = "",
        role: Role = "body",
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        plain(self, role)
        self._mode = mode
        self.setText(text)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        return QSize(QFontMetrics(self.font()).horizontalAdvance("…") * 3, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        shortened = self._shortened() != self.text()
        # A tooltip guesses whether its text is markup; an escape keeps it literal.
        self.setToolTip(literal(self.text()) if shortened else "")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), self.alignment() | Qt.TextFlag.TextSingleLine, self._shortened())

    def _shortened(self) -> str:
        return QFontMetrics(self.font()).elidedText(self.text(), self._mode, self.contentsRect().width())


def literal(text: str) -> str:
    """`text` for a tooltip, which would otherwise read markup in it."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<span>{escaped}</span>"
