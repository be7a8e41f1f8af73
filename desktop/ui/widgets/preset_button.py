"""A button that names the chain's preset, with the menu of all of them."""

from collections.abc import Iterable

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from desktop.core.i18n import _
from desktop.core.presets import PRESETS
from desktop.core.text.prose import shortened
from desktop.ui.widgets.buttons import Button
from desktop.ui.widgets.label import literal


class PresetButton(Button):
    """`chosen(id)`, `own_chosen(name)`, `own_removed(name)`; `naming`: the chain is to become a preset."""

    chosen = Signal(str)
    own_chosen = Signal(str)
    own_removed = Signal(str)
    naming = Signal()

    def __init__(self) -> None:
        super().__init__(_("Presets"), "plain")
        self.opened: QMenu | None = None  # the menu, while it is open
        self._current = ""
        self._own: tuple[str, ...] = ()
        self.clicked.connect(self._on_clicked)

    def show_presets(self, current: str, own: Iterable[str]) -> None:
        """`current` is the title of the preset that the chain is, empty where it is none; `own` are the user's."""
        self._current, self._own = current, tuple(own)
        title = shortened(current, 32)
        shown = title.replace("&", "&&")
        self.set_text(_("Preset: {title}").format(title=shown) if current else _("Presets"))

    @Slot()
    def _on_clicked(self) -> None:
        menu = self.opened = QMenu(self)
        menu.setToolTipsVisible(True)
        for id, preset in PRESETS.items():
            action = self._action(_(preset.title), menu)
            action.setToolTip(literal(_(preset.summary)))
            action.setData(("chosen", id))
        if self._own:
            menu.addSection(_("Your own"))
        for name in self._own:
            self._action(name, menu).setData(("own_chosen", name))
        menu.addSeparator()
        naming = QAction(_("Save this chain as a preset…"), menu)
        naming.setData(("naming", ""))
        menu.addAction(naming)
        if self._own:
            removing = menu.addMenu(_("Remove a preset"))
            for name in self._own:
                action = QAction(name.replace("&", "&&"), removing)
                action.setData(("own_removed", name))
                removing.addAction(action)
        menu.triggered.connect(self._on_triggered)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _action(self, title: str, menu: QMenu) -> QAction:
        action = QAction(title.replace("&", "&&"), menu)
        action.setCheckable(True)
        action.setChecked(title == self._current)
        menu.addAction(action)
        return action

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        what, which = action.data()
        match what:
            case "chosen":
                self.chosen.emit(which)
            case "own_chosen":
                self.own_chosen.emit(which)
            case "own_removed":
                self.own_removed.emit(which)
            case _:
                self.naming.emit()
