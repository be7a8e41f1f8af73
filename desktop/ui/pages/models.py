"""Models: those on this disk, in plain words, with the one that writes the rows."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout

from desktop.core.i18n import N_, _
from desktop.ui import figures
from desktop.ui.loaded_model import chosen_model
from desktop.ui.session import Session
from desktop.ui.widgets import buttons, card_row
from desktop.ui.widgets.badge import Badge, Tone
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.card_row import CardRow
from desktop.ui.widgets.empty import EmptyState
from desktop.ui.widgets.label import ElidedLabel, label
from desktop.ui.widgets.page import Page

if TYPE_CHECKING:
    from desktop.engine.shelf import ModelFile

_VERDICTS: dict[str, tuple[str, Tone]] = {
    "fits": (N_("fits"), "pass"),
    "slow": (N_("slow"), "dropped"),
    "will not fit": (N_("will not fit"), "plain"),
    "unusable": (N_("cannot be used"), "error"),
}


class ModelsPage(Page):
    """Lists what is found; choosing one is remembered at once, and it is loaded when it is needed."""

    ID, TITLE, ICON = "models", N_("Models"), "models"
    SCROLLS = True

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._found: Sequence[ModelFile] = ()
        self.folder_button = buttons.plain(_("Add a folder…"))
        self.file_button = buttons.primary(_("Add a model file…"))
        self.action_row.addWidget(self.folder_button)
        self.action_row.addWidget(self.file_button)
        self.folder_button.clicked.connect(self._on_folder_clicked)
        self.file_button.clicked.connect(self._on_file_clicked)
        self.list_card = Card(_("On this disk"), ruled=True, padded=False)
        self.help_card = Card(_("Which one to take"))
        for text in (
            _("Any chat model in a GGUF file works. A larger one writes better rows and takes longer for each."),
            _("For real work take one of 3 to 8 billion parameters in a Q4 file; it needs 4 to 8 GB of memory."),
            _("The starter model is for trying things out: small and quick, and most of its rows will be dropped."),
        ):
            self.help_card.body.addWidget(label(text, "muted", wrap=True))
        self.body.addWidget(self.list_card)
        self.body.addWidget(self.help_card)
        self.body.addStretch(1)
        session.engine_changed.connect(self._on_engine_changed)
        session.preferences_changed.connect(self._on_preferences_changed)

    def refresh(self) -> None:
        """Look through the folders again."""
        if not self._found:
            self.set_line(_("Looking through the folders…"))
        preferences = self.session.preferences
        folders = [Path(each) for each in preferences.model_folders]
        files = [Path(each) for each in preferences.model_files]
        self.session.fetch(partial(_find, folders, files), self._show, failed=self.show_failure)

    # ── showing ──────────────────────────────────────────────────────────────────────────────────

    def _show(self, found: "Sequence[ModelFile]") -> None:
        self._found = found
        if not found:
            self.set_line(_("No model yet"))
            self._show_none()
            return
        self.show_body()
        state, name = self.session.model_state()
        written = _("{name} writes the rows").format(name=name)
        self.set_line(written if state != "none" else _("Choose the one that writes the rows"))
        card_row.fill(self.list_card, [self._row(each) for each in found])

    def _show_none(self) -> None:
        add = buttons.primary(_("Add a model file…"))
        add.clicked.connect(self._on_file_clicked)
        folder = buttons.plain(_("Add a folder…"))
        folder.clicked.connect(self._on_folder_clicked)
        text = _("A language model on this computer writes the rows: a GGUF file, from a colleague or a drive.")
        self.show_empty(EmptyState("models", _("No model on this disk yet"), text, add, folder))

    def _row(self, model: "ModelFile") -> CardRow:
        words, tone = _VERDICTS[model.verdict]
        row = CardRow(model.name, model.words)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(Badge(_(words), tone))
        line.addWidget(ElidedLabel(_facts(model) if model.parameters else "", "label"), 1)
        row.words.addLayout(line)
        check = buttons.small(_("Check the file"))
        check.setAccessibleDescription(model.name)
        check.clicked.connect(partial(self._check, model.path))
        row.trailing.addWidget(check)
        if model.path == chosen_model(self.session.preferences):
            row.trailing.addWidget(Badge(_("in use"), "pass"))
        else:
            use = buttons.small(_("Use this model"))
            use.setAccessibleDescription(model.name)
            use.setEnabled(model.verdict in ("fits", "slow"))
            use.clicked.connect(partial(self._use, model.path))
            row.trailing.addWidget(use)
        row.setToolTip(str(model.path))
        return row

    # ── doing ────────────────────────────────────────────────────────────────────────────────────

    def _use(self, path: Path) -> None:
        self.session.prefer(model=str(path))

    def _check(self, path: Path) -> None:
        self.session.noticed.emit(_("Reading all of {file}…").format(file=path.name), False)
        self.session.fetch(partial(_check_file, path), self._on_checked)

    def _on_checked(self, checked: "tuple[str, str]") -> None:
        file, digest = checked
        self.session.noticed.emit(
            _("{file} is sound. SHA-256: {digest}").format(file=file, digest=f"{digest[:16]}…"), False
        )

    @Slot()
    def _on_folder_clicked(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, _("Folder with models"), str(Path.home()))
        if chosen:
            kept = self.session.preferences.model_folders
            self.session.prefer(model_folders=(*(each for each in kept if each != chosen), chosen))

    @Slot()
    def _on_file_clicked(self) -> None:
        kinds = ";;".join((_("Models (*.gguf)"), _("All files (*)")))
        chosen, _kind = QFileDialog.getOpenFileName(self, _("Add a model file"), str(Path.home()), kinds)
        if chosen:
            self.add_file(Path(chosen))

    def add_file(self, path: Path) -> None:
        """Take a model file into the list, once it has been found to be one."""
        self.session.fetch(partial(_header_of, path), self._on_header)

    def take_files(self, files: Sequence[Path]) -> None:
        """Model files that were dropped on the window."""
        for each in files:
            self.add_file(each)

    def _on_header(self, path: Path) -> None:
        kept = self.session.preferences.model_files
        self.session.prefer(model_files=(*(each for each in kept if each != str(path)), str(path)))

    @Slot()
    def _on_engine_changed(self) -> None:
        if self.isVisible() and self._found:
            self._show(self._found)

    @Slot(object)
    def _on_preferences_changed(self, names: frozenset[str]) -> None:
        if names & {"model_folders", "model_files"}:
            self.refresh()
        elif "model" in names and self._found:
            self._show(self._found)


def _facts(model: "ModelFile") -> str:
    known = (
        _("{n} parameters").format(n=_short(model.parameters)),
        model.quantisation,
        _("reads {n} tokens").format(n=figures.number(model.context)) if model.context else "",
        figures.size(model.size),
        model.licence,
        "" if model.has_chat_template else _("continues text, does not chat"),
    )
    return " · ".join(each for each in known if each)


def _short(count: int) -> str:
    """A large number as models are named by: "1.5 B", "135 M"."""
    if count >= 1_000_000_000:
        return f"{figures.number(count / 1e9, 1)} B"
    return f"{figures.number(count / 1e6)} M"


def _find(folders: Sequence[Path], files: Sequence[Path]) -> "Sequence[ModelFile]":
    """What lies in the folders, then the files that were named one by one."""
    from desktop.engine.shelf import find_models, look_at

    found = find_models(folders)
    known = {model.path for model in found}
    return (*found, *(look_at(path) for path in files if path not in known and path.is_file()))


def _header_of(path: Path) -> Path:
    from desktop.engine.gguf import read_header

    read_header(path)
    return path


def _check_file(path: Path) -> tuple[str, str]:
    from desktop.engine.fingerprint import fingerprint
    from desktop.engine.gguf import read_header

    read_header(path)
    return path.name, fingerprint(path)
