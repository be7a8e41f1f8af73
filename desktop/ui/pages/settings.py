"""Settings: language, look, folders, threads, privacy; all applied at once."""

from PySide6.QtCore import QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core import paths
from desktop.core.confinement.confine import Held
from desktop.core.i18n import LANGUAGES, N_, _
from desktop.ui import figures, theme
from desktop.ui.confined import held_in_words, read_held
from desktop.ui.machine import Machine, read_machine
from desktop.ui.session import Session
from desktop.ui.widgets import buttons
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.endpoint_card import EndpointCard
from desktop.ui.widgets.field import Choice, Whole
from desktop.ui.widgets.key_hint import KeyHint
from desktop.ui.widgets.label import label
from desktop.ui.widgets.model_folders import ModelFolders
from desktop.ui.widgets.page import Page

_LOOKS = {"system": N_("As the system has it"), "light": N_("Light"), "dark": N_("Dark")}
_FIELD_WIDTH = 240
_MOST_THREADS = 256


class SettingsPage(Page):
    """Every change takes effect at once; there is nothing to save."""

    ID, TITLE, ICON = "settings", N_("Settings"), "settings"
    SCROLLS = True

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.set_line(_("Changes here take effect at once."))
        column = QVBoxLayout()
        column.setSpacing(theme.CARD_GAP)
        holder = QWidget()
        holder.setMaximumWidth(theme.TEXT_WIDTH)
        holder.setLayout(column)
        column.setContentsMargins(0, 0, 0, 0)
        self.endpoint_card = EndpointCard(session)
        for card in (
            self._look_card(),
            self._work_card(),
            self._folders_card(),
            self._privacy_card(),
            self.endpoint_card,
            self._keys_card(),
        ):
            column.addWidget(card)
        across = QHBoxLayout()
        across.addWidget(holder, 1)
        across.addStretch(0)
        self.body.addLayout(across)
        self.body.addStretch(1)

    # ── building ─────────────────────────────────────────────────────────────────────────────────

    def _look_card(self) -> Card:
        card = Card(_("Language and look"))
        self.language_box = Choice()
        self.language_box.addItem(_("As the system has it"), "")
        for code, name in LANGUAGES.items():
            self.language_box.addItem(name, code)
        self.look_box = Choice()
        for code, name in _LOOKS.items():
            self.look_box.addItem(_(name), code)
        _choose(self.language_box, self.session.preferences.language)
        _choose(self.look_box, self.session.preferences.look)
        self.language_box.activated.connect(self._on_language_chosen)
        self.look_box.activated.connect(self._on_look_chosen)
        card.body.addLayout(_line(_("Language"), "", self.language_box))
        card.body.addLayout(_line(_("Look"), "", self.look_box))
        return card

    def _work_card(self) -> Card:
        card = Card(_("The model at work"))
        self.threads_spin = Whole()
        self.threads_spin.setRange(0, _MOST_THREADS)
        self.threads_spin.setSpecialValueText(_("all physical cores"))
        self.threads_spin.setValue(self.session.preferences.threads)
        self.threads_spin.valueChanged.connect(self._on_threads_changed)
        self._cores_label = label("", "muted", wrap=True)
        card.body.addLayout(_line(_("Threads"), "", self.threads_spin))
        card.body.addWidget(self._cores_label)
        self.session.fetch(read_machine, self._show_machine)
        return card

    def _folders_card(self) -> Card:
        self.folders_card = ModelFolders(self.session)
        return self.folders_card

    def _privacy_card(self) -> Card:
        card = Card(_("Privacy"))
        for text in (
            _("Seedbed makes no network connection unless you allow an address below. All you have stays here."),
            _("A project is one file. Copy it, lock it away or delete it: nothing of it is kept anywhere else."),
            _("When something goes wrong a report is written to the folder below. It is never sent and holds no rows."),
        ):
            card.body.addWidget(label(text, wrap=True))
        self.held_label = label("", "muted", wrap=True)
        self.held_label.hide()
        card.body.addWidget(self.held_label)
        self.session.fetch(read_held, self._show_held)
        self.data_button = buttons.small(_("Open the folder"))
        self.data_button.clicked.connect(self._on_data_clicked)
        card.body.addLayout(_line(str(paths.data()), "muted", self.data_button))
        return card

    def _keys_card(self) -> Card:
        card = Card(_("Keys"))
        for keys, words in (
            ("Ctrl+1 … 8", _("Go to a page")),
            ("Ctrl+Z", _("Undo")),
            ("Ctrl+Shift+Z", _("Redo")),
            ("Ctrl+O", _("Open a project")),
            ("Ctrl+N", _("New project")),
            ("Ctrl+,", _("Settings")),
            ("Ctrl+Q", _("Quit")),
        ):
            card.body.addLayout(_line(words, "", KeyHint(keys)))
        return card

    # ── showing ──────────────────────────────────────────────────────────────────────────────────

    def _show_machine(self, machine: Machine) -> None:
        words = _("{cores} physical cores, {memory} of memory. More threads than cores make it slower.")
        known = {"cores": figures.number(machine.cores), "memory": figures.memory(machine.memory)}
        self._cores_label.setText(words.format(**known))

    def _show_held(self, held: Held) -> None:
        self.held_label.setText("\n".join(held_in_words(held)))
        self.held_label.show()

    # ── doing ────────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def _on_language_chosen(self) -> None:
        self.session.prefer(language=self.language_box.currentData())

    @Slot()
    def _on_look_chosen(self) -> None:
        self.session.prefer(look=self.look_box.currentData())

    @Slot(int)
    def _on_threads_changed(self, threads: int) -> None:
        self.session.prefer(threads=threads)

    @Slot()
    def _on_data_clicked(self) -> None:
        paths.data().mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(paths.data())))


def _line(words: str, role: str, widget: QWidget) -> QHBoxLayout:
    title = label(words, "muted" if role == "muted" else "body", wrap=True)
    title.setBuddy(widget)
    if not isinstance(widget, KeyHint) and role != "muted":
        widget.setAccessibleName(words)
        widget.setFixedWidth(_FIELD_WIDTH)
    row = QHBoxLayout()
    row.setSpacing(12)
    row.addWidget(title, 1)
    row.addWidget(widget)
    return row


def _choose(box: Choice, value: str) -> None:
    box.setCurrentIndex(max(0, box.findData(value)))
