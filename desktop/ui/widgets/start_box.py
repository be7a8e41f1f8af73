"""Which rows a run starts from: those of a stage, of a run, of a file, each with how many there are."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog

from desktop.core.i18n import _
from desktop.ui import figures
from desktop.ui.models.stock import Start, title_of
from desktop.ui.widgets.field import Choice

_FILE = "file"  # the entry that asks for one


class StartBox(Choice):
    """`start` is the chosen one; `changed` when a person chose another."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._starts: dict[str, Start] = {}
        self._chosen = ""
        self._known = False
        self.activated.connect(self._on_activated)

    @property
    def start(self) -> Start | None:
        """The chosen start with its count; None before anything is known."""
        return self._starts.get(self._chosen) if self._known else None

    @property
    def value(self) -> str:
        """The chosen start, as a run takes it."""
        return self._chosen

    def show_starts(self, starts: Sequence[Start]) -> None:
        """Offer these; the chosen one stays, counted or not."""
        self._known = True
        self._starts = {each.value: each for each in starts}
        self._fill()

    def choose(self, value: str) -> None:
        """Choose a start, whether it is on offer or not."""
        self._chosen = value
        self._fill()

    def _fill(self) -> None:
        self.clear()
        if self._chosen and self._chosen not in self._starts:
            self._starts[self._chosen] = Start(self._chosen)
        for each in self._starts.values():
            words = title_of(each)
            if each.count is not None:
                words = _("{title} · {n}").format(title=words, n=figures.number(each.count))
            self.addItem(words, each.value)
        self.addItem(_("A file of rows…"), _FILE)
        self.setCurrentIndex(max(0, self.findData(self._chosen)))

    @Slot()
    def _on_activated(self) -> None:
        value = str(self.currentData())
        if value != _FILE:
            self._chosen = value
            self.changed.emit()
            return
        file, _kind = QFileDialog.getOpenFileName(self, _("A file of rows"), str(Path.home()))
        if file:
            self.choose(f"file:{file}")
            self.changed.emit()
        else:
            self.setCurrentIndex(max(0, self.findData(self._chosen)))
