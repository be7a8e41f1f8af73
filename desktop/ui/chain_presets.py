"""The presets that a chain can become: those that Seedbed brings along, and the user's own."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QObject

from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.core.presets import PRESETS
from desktop.ui import own_presets
from desktop.ui.models.chain_edits import Known, Links, settled


class ChainPresets(QObject):
    """Holds the user's own presets, which lie in `folder`."""

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self.own: Mapping[str, Links] = own_presets.load(folder)

    def title_of(self, links: Links, known: Known) -> str:
        """The preset that a chain is, as it is called; empty where it is none."""
        chain = settled(links, known)
        brought = {_(each.title): each.links for each in PRESETS.values()}
        return next((title for title, each in {**self.own, **brought}.items() if settled(each, known) == chain), "")

    def save(self, name: str, links: Links) -> None:
        """Keep a chain under a name, in place of one of that name. UserError where it cannot be written."""
        self._keep({**self.own, name: links})

    def remove(self, name: str) -> None:
        """Forget one. UserError where it cannot be written."""
        self._keep({each: links for each, links in self.own.items() if each != name})

    def _keep(self, presets: Mapping[str, Links]) -> None:
        try:
            own_presets.save(self._folder, presets)
        except OSError as error:
            raise UserError(
                _("Your presets could not be saved: {why}").format(why=error.strerror or error),
                _("Make room on the disk, or let this program write there: {folder}").format(folder=self._folder),
            ) from None
        self.own = presets
