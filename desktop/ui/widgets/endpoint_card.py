"""The card of the Settings page with the one address that Seedbed may ask."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit

from desktop.core.address import address_of, warning_of
from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.ui.loaded_model import allowed_address
from desktop.ui.session import Session
from desktop.ui.widgets import buttons
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.label import label


class EndpointCard(Card):
    """Empty until a person allows an address, and said plainly what that means."""

    def __init__(self, session: Session) -> None:
        super().__init__(_("An address that Seedbed may ask"))
        self._session = session
        for text in (
            _("Empty: nothing leaves this computer. With an address, a model server there can write rows too."),
            _("Then the prompts go there: your seeds, passages and rows, as far as they stand in them. Nothing else."),
        ):
            self.body.addWidget(label(text, wrap=True))
        self.address_edit = QLineEdit(session.preferences.endpoint)
        self.address_edit.setPlaceholderText("http://127.0.0.1:8080")
        self.key_edit = QLineEdit(session.preferences.endpoint_key)
        self.key_edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.key_edit.setPlaceholderText(_("only if the server wants one"))
        self.allow_button = buttons.small("")
        self.told_label = label("", "muted", wrap=True)
        self._add(_("Address"), self.address_edit)
        self._add(_("Key"), self.key_edit).addWidget(self.allow_button)
        self.body.addWidget(self.told_label)
        self.allow_button.clicked.connect(self._on_clicked)
        self.address_edit.returnPressed.connect(self._on_clicked)
        self.key_edit.returnPressed.connect(self._on_clicked)
        self.address_edit.textEdited.connect(self._on_edited)
        self.key_edit.textEdited.connect(self._on_edited)
        self._show()

    def _add(self, words: str, edit: QLineEdit) -> QHBoxLayout:
        title: QLabel = label(words)
        title.setFixedWidth(90)
        title.setBuddy(edit)
        edit.setAccessibleName(words)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(title)
        row.addWidget(edit, 1)
        self.body.addLayout(row)
        return row

    def _show(self) -> None:
        allowed = self._session.preferences.endpoint
        written = self.address_edit.text().strip()
        key_changed = self.key_edit.text().strip() != self._session.preferences.endpoint_key
        forgets = bool(allowed) and (written == allowed or not written) and not key_changed
        self.allow_button.set_text(_("Allow no address") if forgets else _("Allow this address"))
        self.allow_button.setEnabled(forgets or bool(written))
        if (address := allowed_address(self._session.preferences)) is not None:
            warning = warning_of(address)
            self.told_label.setText(warning or _("Allowed. Choose it on the Models page to have it write rows."))
        else:
            self.told_label.setText(_("No address is allowed."))
        self._forgets = forgets

    @Slot()
    def _on_edited(self) -> None:
        self._show()

    @Slot()
    def _on_clicked(self) -> None:
        if self._forgets:
            self.address_edit.clear()
            self.key_edit.clear()
            self._session.prefer(endpoint="", endpoint_key="", use_endpoint=False)
        else:
            try:
                address = str(address_of(self.address_edit.text()))
            except UserError as error:
                self._session.failed.emit(error)
                return
            self.address_edit.setText(address)
            self._session.prefer(endpoint=address, endpoint_key=self.key_edit.text().strip())
        self._show()
