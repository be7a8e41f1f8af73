"""A page of the window: a title, one line of what is going on, its buttons, and a body."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.ui import theme
from desktop.ui.session import Session
from desktop.ui.widgets import buttons
from desktop.ui.widgets.empty import EmptyState
from desktop.ui.widgets.label import ElidedLabel, label

if TYPE_CHECKING:
    from desktop.store.undo import Changes

_FOOT = 18
_BAR = 12  # the width of a scroll bar


class Page(QWidget):
    """Build the widgets in `__init__`, after `super().__init__(session)`; fill them in `refresh`.

    A page is made when it is first shown, and made anew when the language changes: it keeps nothing that
    is not in the project or the preferences. `refresh` is called when the page is shown, when another
    project is open, and by `on_changed` while it is visible; a page that can do with less overrides that.
    """

    went = Signal(str)  # a person wants another page: emit its id

    ID: ClassVar[str]
    TITLE: ClassVar[str]  # marked with N_
    ICON: ClassVar[str]
    SCROLLS: ClassVar[bool] = False  # the body scrolls as a whole; else its parts do

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._stale = True
        self.title_label = label(_(self.TITLE), "title")
        self.line_label = ElidedLabel("", "muted")
        self.action_row = QHBoxLayout()
        self.action_row.setSpacing(12)
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.CARD_GAP)
        self._states = QStackedWidget()
        self._states.addWidget(self._holder())
        self._lay_out()
        session.changed.connect(self._on_session_changed)
        session.project_changed.connect(self._on_project_changed)

    # ── for the page ─────────────────────────────────────────────────────────────────────────────

    def refresh(self) -> None:
        """Show what the project holds now; ask with `session.read`."""

    def on_shown(self) -> None:
        """The page has come to the front."""

    def on_changed(self, changes: "Changes") -> None:
        """Stored data changed while the page is visible (when it is not, it refreshes as it is shown)."""
        self.refresh()

    def start_new(self) -> None:
        """A person wants to make something new here."""

    def take_files(self, files: Sequence[Path]) -> None:
        """Files were dropped on the window for this page."""

    def set_line(self, text: str) -> None:
        """The one line under the title that says what is going on, with figures."""
        self.line_label.setText(text)

    def show_body(self) -> None:
        """Show the body, instead of an empty state or a failure."""
        self._states.setCurrentIndex(0)

    def show_empty(self, state: EmptyState) -> None:
        """Show `state` instead of the body."""
        self.show_instead(state)

    def show_failure(self, error: UserError) -> None:
        """Show a sentence, a remedy, and a button that tries again, instead of the body."""
        again = buttons.primary(_("Try again"))
        again.clicked.connect(self.refresh)
        self.show_instead(EmptyState("warning", error.what, error.remedy, again))

    def show_no_project(self) -> None:
        """Show the way to the Home page instead of the body."""
        home = buttons.primary(_("Go to Home"))
        home.clicked.connect(partial(self.went.emit, "home"))
        self.set_line("")
        words = _("Open one, or make a new one, on the Home page.")
        self.show_instead(EmptyState(self.ICON, _("No project is open"), words, home))

    def show_instead(self, other: QWidget) -> None:
        """Show any widget instead of the body; an EmptyState is forgotten when something else is shown."""
        for index in range(self._states.count() - 1, 0, -1):
            old = self._states.widget(index)
            if isinstance(old, EmptyState) and old is not other:
                self._states.removeWidget(old)
                old.deleteLater()
        if self._states.indexOf(other) < 0:
            self._states.addWidget(other)
        self._states.setCurrentWidget(other)

    # ── behind it ────────────────────────────────────────────────────────────────────────────────

    def show_now(self) -> None:
        """Called by the window when the page comes to the front."""
        if self._stale:
            self._stale = False
            self.refresh()
        self.on_shown()

    def _on_session_changed(self, changes: "Changes", _origin: object) -> None:
        if self.isVisible():
            self.on_changed(changes)
        else:
            self._stale = True

    def _on_project_changed(self) -> None:
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True

    def _holder(self) -> QWidget:
        holder = QWidget()
        holder.setLayout(self.body)
        if not self.SCROLLS:
            self.body.setContentsMargins(0, 0, theme.PAGE_MARGIN, _FOOT)
            return holder
        area = QScrollArea()
        area.setWidget(holder)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.verticalScrollBar().rangeChanged.connect(self._on_scroll_range_changed)
        self._on_scroll_range_changed(0, 0)
        return area

    @Slot(int, int)
    def _on_scroll_range_changed(self, _low: int, high: int) -> None:
        """The bar stands in the page's margin, so that the body is as wide with it as without."""
        bar = _BAR if high > 0 else 0
        self.body.setContentsMargins(0, 0, theme.PAGE_MARGIN - bar, _FOOT)

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(5)
        words.addWidget(self.title_label)
        words.addWidget(self.line_label)
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, theme.PAGE_MARGIN, 0)
        top.setSpacing(12)
        top.addLayout(words, 1)
        top.addLayout(self.action_row)
        top.setAlignment(self.action_row, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.PAGE_MARGIN, 22, 0, 0)
        column.setSpacing(theme.CARD_GAP)
        column.addLayout(top)
        column.addWidget(self._states, 1)
