"""How to begin: a new project, one that is there already, or the sample."""

from pathlib import Path

from PySide6.QtCore import QLocale, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.core import paths
from desktop.core.i18n import _
from desktop.ui import theme
from desktop.ui.preferences import language_of
from desktop.ui.session import Session
from desktop.ui.widgets import buttons
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.field import Choice
from desktop.ui.widgets.label import ElidedLabel, label, rule, titled
from desktop.ui.widgets.project_files import choose_project, free_path, projects_folder
from desktop.ui.widgets.recent_projects import RecentProjects


class Welcome(QWidget):
    """A card that begins a project beside the recent ones; `left` when a person wants none after all."""

    left = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._folder = projects_folder()
        self.recent = RecentProjects(session)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, theme.PAGE_MARGIN, theme.PAGE_MARGIN)  # it stands outside the page's body
        grid.setSpacing(theme.CARD_GAP)
        grid.addWidget(self._begin_card(), 0, 0)
        grid.addWidget(self.recent, 0, 1)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 2)
        grid.setRowStretch(1, 1)

    def show_form(self, focus: bool, *, can_leave: bool) -> None:
        """Offer the form; `can_leave` offers the way back to the open project."""
        self.back_button.setVisible(can_leave)
        if focus:
            self.title_edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.recent.refresh()

    # ── building ─────────────────────────────────────────────────────────────────────────────────

    def _begin_card(self) -> Card:
        card = Card(_("A new project"))
        card.body.setSpacing(12)
        about = _("One file holds all of it: your seeds, the rows, your decisions, and where each row comes from.")
        card.body.addWidget(label(about, "muted", wrap=True))
        self.title_edit = QLineEdit()
        self.title_edit.setPlaceholderText(_("Clinic letters"))
        self.language_box = Choice()
        self.language_box.addItem(_("English"), "en")
        self.language_box.addItem(_("Chinese"), "zh")
        self.language_box.setCurrentIndex(1 if _shown_language(self._session).startswith("zh") else 0)
        card.body.addWidget(titled(_("What it is called"), self.title_edit))
        card.body.addWidget(titled(_("Language of the rows"), self.language_box))
        card.body.addWidget(self._place())
        self.make_button = buttons.primary(_("Make the project"))
        self.back_button = buttons.plain(_("Back to the open project"))
        card.body.addLayout(_across(self.make_button, self.back_button))
        card.body.addSpacing(6)
        card.body.addWidget(rule())
        card.body.addWidget(self._others())
        card.body.addStretch(1)
        self.title_edit.textChanged.connect(self._show_path)
        self.title_edit.returnPressed.connect(self._on_make_clicked)
        self.make_button.clicked.connect(self._on_make_clicked)
        self.back_button.clicked.connect(self.left)
        self._show_path()
        return card

    def _place(self) -> QWidget:
        self._path_label = ElidedLabel("", "body", Qt.TextElideMode.ElideMiddle)
        self.folder_button = buttons.small(_("Another folder…"))
        self.folder_button.clicked.connect(self._on_folder_clicked)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._path_label, 1)
        row.addWidget(self.folder_button)
        return titled(_("Where the file lies"), holder)

    def _others(self) -> QWidget:
        self.sample_button = buttons.plain(_("Try the sample project"))
        self.open_button = buttons.plain(_("Open a project…"), "Ctrl+O")
        self.sample_button.clicked.connect(self._on_sample_clicked)
        self.open_button.clicked.connect(self._on_open_clicked)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(10)
        others = _("Or look round in a sample with 48 seeds, or open a file you have.")
        column.addWidget(label(others, "muted", wrap=True))
        column.addLayout(_across(self.sample_button, self.open_button))
        return holder

    # ── doing ────────────────────────────────────────────────────────────────────────────────────

    @property
    def _title(self) -> str:
        return self.title_edit.text().strip()

    @Slot()
    def _show_path(self) -> None:
        self._path_label.setText(str(free_path(self._folder, self._title or _("Project"))))
        self.make_button.setEnabled(bool(self._title))

    @Slot()
    def _on_folder_clicked(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, _("Folder of the project"), str(self._folder))
        if chosen:
            self._folder = Path(chosen)
            self._show_path()

    @Slot()
    def _on_make_clicked(self) -> None:
        if self._title:
            path = free_path(self._folder, self._title)
            self._session.new_project(path, self._title, self.language_box.currentData())

    @Slot()
    def _on_open_clicked(self) -> None:
        choose_project(self, self._session)

    @Slot()
    def _on_sample_clicked(self) -> None:
        language = "zh" if _shown_language(self._session).startswith("zh") else "en"
        seeds = paths.resources() / "samples" / f"seeds.{language}.jsonl"
        title = _("Sample project")
        self._session.new_project(free_path(projects_folder(), title), title, language, seeds)


def _shown_language(session: Session) -> str:
    return language_of(session.preferences, QLocale.system().name())


def _across(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(10)
    for each in widgets:
        row.addWidget(each)
    row.addStretch(1)
    return row
