"""A message over the page that asks for nothing: it goes by itself, and may offer one thing to do, such as Undo."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.ui.widgets import buttons
from desktop.ui.widgets.label import label

_STAYS = 6000  # milliseconds; a failure stays until it is closed
_WIDTH = 520
_MARGIN = 18


class Toast(QFrame):
    """Lies over `over`, at the right of its foot, where no page has its buttons. A new message replaces the old."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self._text = label("", wrap=True)
        self._remedy = label("", wrap=True)
        self.action_button = buttons.small("")
        self.close_button = buttons.small(_("Close"))
        self._act: Callable[[], None] | None = None
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._text)
        words.addWidget(self._remedy)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 12, 10)
        row.setSpacing(12)
        row.addLayout(words, 1)
        row.addWidget(self.action_button)
        row.addWidget(self.close_button)
        self._timer = QTimer(self, singleShot=True, interval=_STAYS)
        self._timer.timeout.connect(self.hide)
        self.action_button.clicked.connect(self._on_action_clicked)
        self.close_button.clicked.connect(self.hide)
        over.installEventFilter(self)
        self.action_button.hide()
        self.hide()

    def say(self, text: str, action: str = "", act: Callable[[], None] | None = None) -> None:
        """Show a sentence for a while, perhaps with a button."""
        self._show(text, "", "plain", action, act)
        self._timer.start()

    def say_failure(self, error: UserError) -> None:
        """Show what failed and what to do, until it is closed."""
        self._timer.stop()
        self._show(error.what, error.remedy, "error", "", None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _show(self, text: str, remedy: str, tone: str, action: str, act: Callable[[], None] | None) -> None:
        self._text.setText(text)
        self._remedy.setText(remedy)
        self._remedy.setVisible(bool(remedy))
        self._act = act
        self.action_button.set_text(action)
        self.action_button.setVisible(bool(action))
        self.close_button.setVisible(tone == "error")
        self.setProperty("tone", tone)
        self.setAccessibleName(f"{text} {remedy}".strip())
        for each in (self, self._text, self._remedy):  # their colours follow the tone
            each.style().unpolish(each)
            each.style().polish(each)
        self.show()
        self.raise_()
        self._place()
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.accessibleName()))

    def _place(self) -> None:
        over = self._over
        self.setFixedWidth(min(_WIDTH, over.width() - 2 * _MARGIN))
        self.adjustSize()
        self.resize(self.width(), self.heightForWidth(self.width()) if self.hasHeightForWidth() else self.height())
        self.move(over.width() - self.width() - _MARGIN, over.height() - self.height() - _MARGIN)

    def _on_action_clicked(self) -> None:
        act, self._act = self._act, None
        self.hide()
        if act is not None:
            act()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the button sends the message away."""
        self.hide()
