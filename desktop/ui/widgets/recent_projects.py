"""The projects that were open before, to be opened again with one click."""

from functools import partial
from pathlib import Path

from desktop.core.i18n import _
from desktop.ui.session import Session
from desktop.ui.widgets import buttons, card_row
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.card_row import CardRow


class RecentProjects(Card):
    """Lists them newest first, without the one that is open."""

    def __init__(self, session: Session) -> None:
        super().__init__(_("Recent projects"), ruled=True, padded=False)
        self._session = session
        self.refresh()

    def refresh(self) -> None:
        """Read the preferences again; a project whose file is gone is shown as such."""
        current = self._session.project
        others = [Path(each) for each in self._session.preferences.recent]
        rows = [self._row(path) for path in others if current is None or path != current.path]
        card_row.fill(self, rows or [CardRow(_("No other project yet."), role="muted", wrap=True)])

    def _row(self, path: Path) -> CardRow:
        there = path.is_file()
        row = CardRow(path.stem, str(path.parent) if there else _("The file is no longer there"))
        button = buttons.small(_("Open") if there else _("Forget"))
        button.setAccessibleDescription(path.stem)
        button.clicked.connect(partial(self._session.open_project, path) if there else partial(self._forget, path))
        row.trailing.addWidget(button)
        return row

    def _forget(self, path: Path) -> None:
        kept = tuple(each for each in self._session.preferences.recent if each != str(path))
        self._session.prefer(recent=kept)
