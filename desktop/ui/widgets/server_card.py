"""The card of the Models page with the server at the allowed address; hidden while none is allowed."""

from PySide6.QtCore import Qt, Slot

from desktop.core.i18n import _
from desktop.ui.loaded_model import allowed_address
from desktop.ui.session import Session
from desktop.ui.widgets import buttons, card_row
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.card_row import CardRow


class ServerCard(Card):
    """Reads the session; choosing the server is remembered at once, and so is going back to a file."""

    def __init__(self, session: Session) -> None:
        super().__init__(_("At the address you allowed"), ruled=True, padded=False)
        self._session = session
        session.preferences_changed.connect(self._on_changed)
        session.engine_changed.connect(self._on_changed)
        self._on_changed()

    @Slot()
    def _on_changed(self) -> None:
        address = allowed_address(self._session.preferences)
        self.setVisible(address is not None)
        if address is None:
            return
        name = self._session.model.loaded_name if self._session.model.server == address else ""
        row = CardRow(name or address.model or address.place, str(address))
        if self._session.preferences.use_endpoint:
            row.trailing.addWidget(Badge(_("in use"), "pass"))
            back = buttons.small(_("Use a file instead"))
            back.clicked.connect(self._on_back_clicked)
            row.words.addWidget(back, 0, Qt.AlignmentFlag.AlignLeft)
        else:
            use = buttons.small(_("Use this model"))
            use.setAccessibleDescription(str(address))
            use.clicked.connect(self._on_use_clicked)
            row.words.addWidget(use, 0, Qt.AlignmentFlag.AlignLeft)
        card_row.fill(self, [row])

    @Slot()
    def _on_use_clicked(self) -> None:
        self._session.prefer(use_endpoint=True)

    @Slot()
    def _on_back_clicked(self) -> None:
        self._session.prefer(use_endpoint=False)
