"""The window: a rail of pages in the order of the work, the page, and the status strip."""

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from desktop.core.errors import UserError
from desktop.core.i18n import N_, _
from desktop.ui import figures
from desktop.ui.session import Session
from desktop.ui.widgets.page import Page
from desktop.ui.widgets.project_files import choose_project
from desktop.ui.widgets.rail import Place, Rail, key_of
from desktop.ui.widgets.strip import Strip
from desktop.ui.widgets.toast import Toast

if TYPE_CHECKING:
    from desktop.store.counts import Counts
    from desktop.store.undo import Changes

PAGES: tuple[Place, ...] = (
    Place("home", N_("Home"), "home", "desktop.ui.pages.home"),
    Place("sources", N_("Sources"), "file", "desktop.ui.pages.sources"),
    Place("seeds", N_("Seeds"), "seeds", "desktop.ui.pages.seeds"),
    Place("generate", N_("Generate"), "generate", "desktop.ui.pages.generate"),
    Place("filter", N_("Filter"), "filter", "desktop.ui.pages.filter"),
    Place("review", N_("Review"), "review", "desktop.ui.pages.review"),
    Place("insights", N_("Insights"), "insights", "desktop.ui.pages.insights"),
    Place("export", N_("Export"), "export", "desktop.ui.pages.export"),
    Place("models", N_("Models"), "models", "desktop.ui.pages.models", foot=True),
    Place("settings", N_("Settings"), "settings", "desktop.ui.pages.settings", foot=True),
)
_ROWS = (".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".xlsx", ".xlsm")  # files that may hold seeds
SMALLEST = (1000, 640)
_COLLAPSES = 1100  # below this width the rail shows icons only


class MainWindow(QMainWindow):
    """Holds the pages. A page is imported and made when it is first shown."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._pages: dict[str, Page] = {}
        self._current = ""
        self._closing = False
        self.setWindowTitle("Seedbed")
        self.setMinimumSize(*SMALLEST)
        self.setAcceptDrops(True)
        self._build()
        self._make_shortcuts()
        session.project_changed.connect(self._on_project_changed)
        session.changed.connect(self._on_changed)
        session.job_changed.connect(self._on_job_changed)
        session.edits.moved.connect(self._on_saving_changed)
        session.failed.connect(self._on_failed)
        session.noticed.connect(self._on_noticed)
        session.preferences_changed.connect(self._on_preferences_changed)
        self._restore()
        self._stack.setFocus()

    # ── pages ────────────────────────────────────────────────────────────────────────────────────

    def page(self, name: str) -> Page:
        """The page called `name`; made now if it has not been shown yet."""
        if name not in self._pages:
            place = next(each for each in PAGES if each.id == name)
            module = importlib.import_module(place.module)
            made: Page = getattr(module, f"{name.title()}Page")(self.session)
            made.went.connect(self.go)
            self._pages[name] = made
            self._stack.addWidget(made)
        return self._pages[name]

    def pages(self) -> Sequence[Page]:
        """The pages that have been made so far."""
        return tuple(self._pages.values())

    def go(self, name: str) -> None:
        """Show a page."""
        page = self.page(name)
        self._current = name
        self.rail.choose(name)
        self._stack.setCurrentWidget(page)
        page.show_now()

    @property
    def current(self) -> str:
        """The id of the page that is shown."""
        return self._current

    # ── building ─────────────────────────────────────────────────────────────────────────────────

    def _build(self) -> None:
        """Rail, pages, strip and messages; again whenever the language changes."""
        self._pages = {}
        middle = QWidget()
        self.rail = Rail(PAGES)
        self._stack = QStackedWidget()
        self.strip = Strip(self.session)
        across = QHBoxLayout()
        across.setSpacing(0)
        across.addWidget(self.rail)
        across.addWidget(self._stack, 1)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(across, 1)
        column.addWidget(self.strip)
        self.setCentralWidget(middle)
        self.toast = Toast(self._stack)
        self._stack.currentChanged.connect(self.toast.raise_)  # a page that comes to the front comes above it
        self.rail.chosen.connect(self.go)
        self.rail.set_narrow(self.width() < _COLLAPSES)
        self._show_project()
        self._show_busy()

    def _make_shortcuts(self) -> None:
        for number, place in enumerate(PAGES, 1):
            shortcut = QShortcut(QKeySequence(key_of(number)), self)
            shortcut.setObjectName(place.id)
            shortcut.activated.connect(self._on_page_shortcut)
        for keys, slot in (
            ("Ctrl+Z", self.session.edits.undo),
            ("Ctrl+Shift+Z", self.session.edits.redo),
            ("Ctrl+O", self.choose_project),
            ("Ctrl+N", self._on_new),
            ("Ctrl+,", self._on_settings),
            ("Ctrl+Q", self.close),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)

    @Slot()
    def _on_page_shortcut(self) -> None:
        self.go(self.sender().objectName())

    @Slot()
    def choose_project(self) -> None:
        """Ask for a project file and open it."""
        choose_project(self, self.session)

    @Slot()
    def _on_new(self) -> None:
        self.go("home")
        self.page("home").start_new()

    @Slot()
    def _on_settings(self) -> None:
        self.go("settings")

    # ── what the session says ────────────────────────────────────────────────────────────────────

    @Slot()
    def _on_project_changed(self) -> None:
        if self.session.read_only_because:
            self.toast.say(_("Opened for reading only. {why}").format(why=self.session.read_only_because))
        self._show_project()

    def _show_project(self) -> None:
        project = self.session.project
        self.rail.set_project(project.title if project else "")
        self.setWindowTitle(f"{project.title} – Seedbed" if project else "Seedbed")
        self._show_counts(None)
        self._ask_counts()

    @Slot(object, object)
    def _on_changed(self, changes: "Changes", _origin: object) -> None:
        self._ask_counts()
        if "settings" in changes.stages and self.session.project:
            self.rail.set_project(self.session.project.title)

    def _ask_counts(self) -> None:
        self.session.read(lambda project: project.counts(), self._show_counts)

    def _show_counts(self, counts: "Counts | None") -> None:
        shown = (
            {
                "sources": counts.sources,
                "seeds": counts.seeds,
                "filter": counts.candidates,
                "review": counts.unreviewed,
            }
            if counts
            else {}
        )
        for name, item in self.rail.items.items():
            count = shown.get(name)
            item.show_count(count or None, figures.number(count or 0))

    @Slot()
    def _on_job_changed(self) -> None:
        self._show_busy()
        if self._closing and not self.session.jobs:
            self.close()

    @Slot()
    def _on_saving_changed(self) -> None:
        if self._closing and self.session.edits.all_saved and not self.session.jobs:
            self.close()

    def _show_busy(self) -> None:
        for name, item in self.rail.items.items():
            item.show_busy(name in self.session.jobs)

    @Slot(object)
    def _on_failed(self, error: UserError) -> None:
        self.toast.say_failure(error)

    @Slot(str, bool)
    def _on_noticed(self, text: str, undoable: bool) -> None:
        if undoable:
            self.toast.say(text, _("Undo"), self.session.edits.undo)
        else:
            self.toast.say(text)

    @Slot(object)
    def _on_preferences_changed(self, names: frozenset[str]) -> None:
        if "language" in names:
            page = self._current
            self._build()
            self.go(page)
            self._stack.setFocus()

    # ── the frame ────────────────────────────────────────────────────────────────────────────────

    def _restore(self) -> None:
        stored = self.session.preferences.geometry
        if not (stored and self.restoreGeometry(QByteArray.fromHex(stored.encode()))):
            self.resize(1280, 800)
        known = {place.id for place in PAGES}
        self.go(self.session.preferences.page if self.session.preferences.page in known else "home")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rail.set_narrow(self.width() < _COLLAPSES)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """A project is opened, models (on the Models page folders too) go there, documents to the Sources page.

        Tables go to the Seeds page, but where the Sources page is shown.
        """
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if not files:
            return
        event.acceptProposedAction()
        project = next((each for each in files if each.suffix == ".seedbed"), None)
        if project is not None:
            self.session.open_project(project)
        elif self._current == "models" or all(each.suffix.lower() == ".gguf" for each in files):
            self.go("models")
            self.page("models").take_files(files)
        elif self.session.project is None:
            self._on_failed(UserError(_("No project is open."), _("Make one first, then drop your files.")))
        else:
            rows = self._current != "sources" and all(each.suffix.lower() in _ROWS for each in files)
            name = "seeds" if rows else "sources"
            self.go(name)
            self.page(name).take_files(files)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def closeEvent(self, event: QCloseEvent) -> None:
        """What works is paused first, and the window says so; the next start can go on with it."""
        geometry = bytes(self.saveGeometry().toHex().data()).decode()
        self.session.prefer(geometry=geometry, page=self._current)
        if self.session.jobs:
            event.ignore()
            self._closing = True
            self.toast.say(_("The run is being paused, nothing of it is lost. The window closes by itself."))
            self.session.pause_jobs()
            return
        if self.session.edits.under_way is not None:
            event.ignore()
            self._closing = True
            self.toast.say(_("Your last change is still being saved. The window closes by itself."))
            return
        self.hide()
        self.session.shut_down()
        event.accept()
