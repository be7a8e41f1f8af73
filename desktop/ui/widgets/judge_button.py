"""A button with the ways of judging all rows again: by rules or the model, what still passes or every row."""

from PySide6.QtCore import QPoint, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from desktop.core.i18n import _
from desktop.ui import figures
from desktop.ui.widgets.buttons import Button
from desktop.ui.widgets.label import literal


class JudgeButton(Button):
    """`wanted(asks, every_row)`: the model is asked as well; each filter judges every row."""

    wanted = Signal(bool, bool)

    def __init__(self) -> None:
        super().__init__(_("Judge again…"), "small")
        self.opened: QMenu | None = None  # the menu, while it is open
        self._asks = False
        self._left: float | None = None
        self._whole: float | None = None
        self.clicked.connect(self._on_clicked)

    def show_ways(self, asks: bool, left: float | None, whole: float | None) -> None:
        """`asks`: a filter that is on asks the model; so many seconds of what is left to ask, and of every row."""
        self._asks, self._left, self._whole = asks, left, whole

    @Slot()
    def _on_clicked(self) -> None:
        menu = self.opened = QMenu(self)
        menu.setToolTipsVisible(True)
        passing = _("Each stage judges what the one before let pass.")
        every = _("Every filter judges every row: you see all that each one would drop. It takes longer.")
        self._add(menu, _("By the rules, what still passes"), passing, (False, False))
        self._add(menu, _("By the rules, every row"), every, (False, True))
        if self._asks:
            menu.addSeparator()
            self._add(menu, _timed(_("Ask the model too, about what passes"), self._left), passing, (True, False))
            self._add(menu, _timed(_("Ask the model too, about every row"), self._whole), every, (True, True))
        menu.triggered.connect(self._on_triggered)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.mapToGlobal(self.rect().topLeft()) - QPoint(0, menu.sizeHint().height()))

    def _add(self, menu: QMenu, words: str, help: str, way: tuple[bool, bool]) -> None:
        action = QAction(words, menu)
        action.setToolTip(literal(help))
        action.setData(way)
        menu.addAction(action)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self.wanted.emit(*action.data())


def _timed(words: str, seconds: float | None) -> str:
    if seconds is None or seconds < 1:
        return words
    return _("{words} (about {time})").format(words=words, time=figures.duration(seconds))
