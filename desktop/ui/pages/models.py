"""Models: those on this disk, in plain words, with the one that writes the rows."""

from collections.abc import Generator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QFileDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.core.errors import UserError
from desktop.core.i18n import N_, _, ngettext
from desktop.ui import figures, theme
from desktop.ui.job_thread import JobThread
from desktop.ui.loaded_model import allowed_address, chosen_model, chosen_server
from desktop.ui.models.model_files import ModelFiles
from desktop.ui.session import Session
from desktop.ui.widgets import buttons
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.empty import EmptyState
from desktop.ui.widgets.label import label
from desktop.ui.widgets.model_card import ModelCard
from desktop.ui.widgets.model_folders import ModelFolders
from desktop.ui.widgets.page import Page
from desktop.ui.widgets.row_list import RowList
from desktop.ui.widgets.search_field import SearchField
from desktop.ui.widgets.server_card import ServerCard

if TYPE_CHECKING:
    from desktop.core.engine import Engine
    from desktop.core.progress import Event, Progress
    from desktop.core.speed import Speed
    from desktop.engine.shelf import ModelFile

_SIDE = 384
_FEW = 3  # models up to which the page says which one to take
_SEARCHABLE = 8


class ModelsPage(Page):
    """Lists what is found; choosing one is remembered at once, and it is loaded when it is needed."""

    ID, TITLE, ICON = "models", N_("Models"), "models"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._found: Sequence[ModelFile] = ()
        self._current = ""  # path of the model that is shown beside the list
        self._job: JobThread | None = None
        self._tested = ""  # path of the model whose speed was last tested here
        self._progress: Progress | None = None
        self._said = ""  # what came of that test
        self.folder_button = buttons.plain(_("Add a folder…"))
        self.file_button = buttons.primary(_("Add a model file…"))
        self.models = ModelFiles(self)
        self.list = RowList(_("Models on this disk"))
        self.search = SearchField(_("Search"))
        self.card = ModelCard()
        self.folders = ModelFolders(session)
        self.server_card = ServerCard(session)
        self.help_card = Card(_("Which one to take"))
        self._lay_out_body()
        self._listen()
        self.models.show_loading()

    def refresh(self) -> None:
        """Look through the folders again."""
        if not self._found:
            self.set_line(_("Looking through the folders…"))
        preferences = self.session.preferences
        folders = [Path(each) for each in preferences.model_folders]
        files = [Path(each) for each in preferences.model_files]
        self.session.fetch(partial(_find, folders, files), self._show, failed=self.show_failure)

    def take_files(self, files: Sequence[Path]) -> None:
        """Model files, and folders with such, that were dropped on the window."""
        for each in files:
            if each.is_dir():
                self.folders.add(each)
            else:
                self.add_file(each)

    def add_file(self, path: Path) -> None:
        """Take a model file into the list, once it has been found to be one."""
        self.session.fetch(partial(_header_of, path), self._on_header, key=str(path))

    # ── building ─────────────────────────────────────────────────────────────────────────────────

    def _lay_out_body(self) -> None:
        self.action_row.addWidget(self.folder_button)
        self.action_row.addWidget(self.file_button)
        self.list.setModel(self.models)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        list_card = Card(_("On this disk"), ruled=True, padded=False)
        self.search.setFixedWidth(180)
        list_card.header.addWidget(self.search)
        list_card.body.addWidget(self.list)
        for text in (
            _("Any chat model in a GGUF file works. A larger one writes better rows and takes longer for each."),
            _("For real work take one of 3 to 8 billion parameters in a Q4 file; it needs 4 to 8 GB of memory."),
            _("The starter model is for trying things out: small and quick, and most of its rows will be dropped."),
        ):
            self.help_card.body.addWidget(label(text, "muted", wrap=True))
        row = QHBoxLayout()
        row.setSpacing(theme.CARD_GAP)
        row.addWidget(list_card, 1)
        row.addWidget(self._side())
        self.body.addLayout(row, 1)

    def _side(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.CARD_GAP)
        for each in (self.server_card, self.card, self.folders, self.help_card):
            column.addWidget(each)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(holder)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setFixedWidth(_SIDE)
        return area

    def _listen(self) -> None:
        session = self.session
        self.folder_button.clicked.connect(self.folders.choose)
        self.file_button.clicked.connect(self._on_file_clicked)
        self.search.searched.connect(self._on_searched)
        self.list.selectionModel().currentChanged.connect(self._on_current_changed)
        self.list.activated.connect(self._on_use_wanted)
        self.card.use_wanted.connect(self._on_use_wanted)
        self.card.test_wanted.connect(self._on_test_wanted)
        self.card.stop_wanted.connect(self._on_stop_wanted)
        self.card.check_wanted.connect(self._on_check_wanted)
        self.card.copy_wanted.connect(self._on_copy_wanted)
        self.card.folder_wanted.connect(self._on_folder_wanted)
        session.engine_changed.connect(self._on_engine_changed)
        session.preferences_changed.connect(self._on_preferences_changed)
        session.job_changed.connect(self._on_job_changed)
        self._on_job_changed()

    # ── showing ──────────────────────────────────────────────────────────────────────────────────

    def _show(self, found: "Sequence[ModelFile]") -> None:
        self._found = found
        if not found and allowed_address(self.session.preferences) is None:
            self.set_line(_("No model yet"))
            self._show_none()
            return
        self.show_body()
        self.search.setVisible(len(found) > _SEARCHABLE or bool(self.search.text()))
        self.help_card.setVisible(len(found) <= _FEW)
        self._show_line()
        self._show_list()

    def _show_line(self) -> None:
        count = len(self._found)
        here = ngettext("{n} model on this disk", "{n} models on this disk", count).format(n=figures.number(count))
        state, name = self.session.model_state()
        writes = _("{name} writes the rows").format(name=name)
        self.set_line(" · ".join((here, writes if state != "none" else _("choose the one that writes the rows"))))

    def _show_list(self) -> None:
        """Fill the list anew; the model that was shown stays the current one."""
        chosen = str(self._chosen() or "")
        wanted = self._current or chosen
        self.models.show_models(self._found, chosen)
        row = max(0, self.models.row_of(wanted))
        self.list.setCurrentIndex(self.models.index(row, 0))
        self._show_card()

    def _show_card(self) -> None:
        from desktop.engine.shelf import pace_in_words

        model = self._model()
        self.card.setVisible(model is not None)
        if model is None:
            return
        used = model.path == self._chosen()
        self.card.show_model(model, pace_in_words(model), used=used)
        self._show_test()

    def _show_test(self) -> None:
        mine = bool(self._current) and self._current == self._tested
        running = mine and self._job is not None
        progress = self._progress if running else None
        self.card.show_test(progress, self._said if mine else "", running=running, may_start=not self.session.jobs)

    def _show_none(self) -> None:
        add = buttons.primary(_("Add a model file…"))
        add.clicked.connect(self._on_file_clicked)
        folder = buttons.plain(_("Add a folder…"))
        folder.clicked.connect(self.folders.choose)
        text = _(
            "A language model on this computer writes the rows: a GGUF file, from a colleague or a drive. "
            "Drop one here, or a folder with some."
        )
        self.show_empty(EmptyState("models", _("No model on this disk yet"), text, add, folder))

    def _chosen(self) -> Path | None:
        """The file that writes the rows; None where a server does."""
        preferences = self.session.preferences
        return None if chosen_server(preferences) else chosen_model(preferences)

    def _model(self) -> "ModelFile | None":
        return self.models.at(self.list.currentIndex().row())

    @Slot(str)
    def _on_searched(self, text: str) -> None:
        self.models.search(text)
        self._show_list()

    @Slot(QModelIndex, QModelIndex)
    def _on_current_changed(self, _now: QModelIndex, _before: QModelIndex) -> None:
        model = self._model()
        if model is not None:
            self._current = str(model.path)
            self._show_card()

    # ── doing ────────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def _on_use_wanted(self) -> None:
        model = self._model()
        if model is not None and model.nature == "text" and model.verdict in ("fits", "slow"):
            self.session.prefer(model=str(model.path), use_endpoint=False)

    @Slot()
    def _on_check_wanted(self) -> None:
        if (model := self._model()) is not None:
            self.session.noticed.emit(_("Reading all of {file}…").format(file=model.path.name), False)
            self.session.fetch(partial(_check_file, model.path), self._on_checked)

    @Slot(object)
    def _on_checked(self, name: str) -> None:
        self.session.noticed.emit(_("{file} is whole; its SHA-256 stands beside the list.").format(file=name), False)
        self.refresh()

    @Slot()
    def _on_copy_wanted(self) -> None:
        if (model := self._model()) is not None:
            QGuiApplication.clipboard().setText(str(model.path))
            self.session.noticed.emit(_("The path is copied."), False)

    @Slot()
    def _on_folder_wanted(self) -> None:
        if (model := self._model()) is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(model.path.parent)))

    @Slot()
    def _on_file_clicked(self) -> None:
        kinds = ";;".join((_("Models (*.gguf)"), _("All files (*)")))
        chosen, _kind = QFileDialog.getOpenFileName(self, _("Add a model file"), str(Path.home()), kinds)
        if chosen:
            self.add_file(Path(chosen))

    @Slot(object)
    def _on_header(self, path: Path) -> None:
        kept = self.session.preferences.model_files
        self._current = str(path)
        self.session.prefer(model_files=(*(each for each in kept if each != str(path)), str(path)))

    # ── the speed test ───────────────────────────────────────────────────────────────────────────

    @Slot()
    def _on_test_wanted(self) -> None:
        if (model := self._model()) is None:
            return
        self._tested, self._said, self._progress = str(model.path), "", None
        try:
            self.session.start_speed_test(model.path, _measure)
        except UserError as error:
            self.session.failed.emit(error)

    @Slot()
    def _on_stop_wanted(self) -> None:
        if self._job is not None:
            self._job.stop()

    @Slot()
    def _on_job_changed(self) -> None:
        job, before = self.session.speed_test, self._job
        if job is not before:
            self._job = job
            if job is not None:
                job.progressed.connect(self._on_progressed)
                job.failed.connect(self._on_test_failed)
                self._tested = self._tested or str(self.session.model.path or "")
            elif before is not None:
                self._take_end(before)
        self._show_test()

    @Slot(object)
    def _on_progressed(self, progress: "Progress") -> None:
        self._progress = progress
        self._show_test()

    @Slot(object)
    def _on_test_failed(self, error: UserError) -> None:
        self._said = str(error)

    def _take_end(self, job: JobThread) -> None:
        """The test has ended, one way or another; the model it loaded is given back where another one is chosen."""
        if job.outcome == "done":
            self._said = _("Measured just now, and remembered for this computer.")
        elif job.outcome != "failed":
            self._said = _("The speed test was stopped; nothing of it is kept.")
        if self._tested != str(self._chosen()):
            self.session.model.let_go()
        self.refresh()

    # ── what the session says ────────────────────────────────────────────────────────────────────

    @Slot()
    def _on_engine_changed(self) -> None:
        if self.isVisible() and self._found:
            self._show_line()

    @Slot(object)
    def _on_preferences_changed(self, names: frozenset[str]) -> None:
        if names & {"model_folders", "model_files"}:
            self.refresh()
        elif names & {"model", "endpoint", "use_endpoint"} and self._found:
            self._show(self._found)
        elif "endpoint" in names:
            self.refresh()


def _measure(engine: "Engine") -> "Generator[Event, None, Speed]":
    """On the job's thread: the speed test, remembered."""
    from desktop.engine.pace import remember_speed
    from desktop.jobs.speed import measure_speed

    speed = yield from measure_speed(engine)
    remember_speed(engine.model.fingerprint, speed)
    return speed


def _find(folders: Sequence[Path], files: Sequence[Path]) -> "Sequence[ModelFile]":
    from desktop.engine.shelf import find_models

    return find_models(folders, files)


def _header_of(path: Path) -> Path:
    from desktop.engine.gguf import read_whole

    read_whole(path)
    return path


def _check_file(path: Path) -> str:
    """Whether it is whole, and its fingerprint, which is remembered. Raises UserError."""
    from desktop.core.files import unreadable
    from desktop.engine.fingerprint import fingerprint
    from desktop.engine.gguf import read_whole

    read_whole(path)
    try:
        fingerprint(path)
    except OSError as error:
        raise unreadable(path, error) from None
    return path.name
