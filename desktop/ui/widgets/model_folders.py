"""The folders in which models are looked for, to be added and removed."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog

from desktop.core import paths
from desktop.core.i18n import _
from desktop.ui.session import Session
from desktop.ui.widgets import buttons, card_row
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.card_row import CardRow


class ModelFolders(Card):
    """Seedbed's own folder, then the user's; a change is remembered at once."""

    def __init__(self, session: Session) -> None:
        super().__init__(_("Folders with models"), ruled=True, padded=False)
        self._session = session
        self.add_button = buttons.small(_("Add…"))
        self.add_button.setAccessibleDescription(_("Folder with models"))
        self.header.addWidget(self.add_button)
        self.add_button.clicked.connect(self.choose)
        session.preferences_changed.connect(self._on_preferences_changed)
        self._show()

    @Slot()
    def choose(self) -> None:
        """Ask for a folder and add it."""
        if chosen := QFileDialog.getExistingDirectory(self, _("Folder with models"), str(Path.home())):
            self.add(Path(chosen))

    def add(self, folder: Path) -> None:
        """Look for models there as well from now on."""
        kept = self._session.preferences.model_folders
        self._session.prefer(model_folders=(*(each for each in kept if each != str(folder)), str(folder)))

    def _remove(self, folder: str) -> None:
        kept = tuple(each for each in self._session.preferences.model_folders if each != folder)
        self._session.prefer(model_folders=kept)

    def _show(self) -> None:
        rows = [CardRow(str(paths.models()), _("where the starter model lies"), role="body")]
        for each in self._session.preferences.model_folders:
            row = CardRow(each, "" if Path(each).is_dir() else _("The folder is no longer there"), role="body")
            remove = buttons.small(_("Remove"))
            remove.setAccessibleDescription(each)
            remove.clicked.connect(partial(self._remove, each))
            row.trailing.addWidget(remove)
            rows.append(row)
        card_row.fill(self, rows)

    @Slot(object)
    def _on_preferences_changed(self, names: frozenset[str]) -> None:
        if "model_folders" in names:
            self._show()
