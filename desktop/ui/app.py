"""The window's wiring: one function that makes the application, runs it, and returns its exit code."""

import sys
import types
from functools import partial
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, Qt, QTranslator, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from desktop.core import i18n, paths
from desktop.core.errors import UserError
from desktop.ui import preferences, report, theme
from desktop.ui.endings import Endings
from desktop.ui.garbage import Garbage
from desktop.ui.main_window import MainWindow
from desktop.ui.session import Session


def run(project: Path | None = None, *, start_demo: int = 0) -> int:
    """Show the window, on `project` or where the user left off, until it is closed.

    `start_demo` above 0 starts the demo run for that many rows as soon as the project is open.
    """
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    garbage = Garbage()
    app.setApplicationName("Seedbed")
    app.setDesktopFileName("seedbed")
    app.setWindowIcon(QIcon(str(paths.resources() / "icons" / "seedbed.svg")))
    session = Session()
    look = Appearance(app, session)
    window = MainWindow(session)
    endings = Endings(window)
    hook = Hook(session)
    sys.excepthook = hook.caught
    demo = Demo(session, window, start_demo) if start_demo else None
    window.show()
    if project is not None:
        session.open_project(project)
    elif session.preferences.recent and Path(session.preferences.recent[0]).is_file():
        session.open_project(Path(session.preferences.recent[0]))
    code = app.exec()
    endings.let_go()
    sys.excepthook = sys.__excepthook__
    garbage.let_go()
    del look, demo
    return code


class Demo(QObject):
    """Starts the demo's run on the first project that opens, and shows it being written."""

    def __init__(self, session: Session, window: MainWindow, rows: int) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._rows = rows
        session.project_changed.connect(self._on_project_changed)

    @Slot()
    def _on_project_changed(self) -> None:
        from desktop.jobs.demo import play

        if self._session.project is None:
            return
        self._session.project_changed.disconnect(self._on_project_changed)
        self._window.go("generate")
        try:
            self._session.start_model_job("generate", partial(play, rows=self._rows), model=paths.starter_model())
        except UserError as refusal:
            self._session.failed.emit(refusal)


class Appearance(QObject):
    """Keeps language and look as the preferences, or the system, have them. Make it before the window."""

    def __init__(self, app: QApplication, session: Session) -> None:
        super().__init__(app)
        self._app = app
        self._session = session
        self._translator = QTranslator(self)
        self._speak()
        theme.apply(app, theme.look_named(session.preferences.look))
        session.preferences_changed.connect(self._on_preferences_changed)
        app.styleHints().colorSchemeChanged.connect(self._on_scheme_changed)

    @Slot(object)
    def _on_preferences_changed(self, names: frozenset[str]) -> None:
        if "language" in names:
            self._speak()
        if "look" in names:
            self._dress()

    @Slot(Qt.ColorScheme)
    def _on_scheme_changed(self, _scheme: Qt.ColorScheme) -> None:
        self._dress()

    def _dress(self) -> None:
        theme.apply(self._app, theme.look_named(self._session.preferences.look))

    def _speak(self) -> None:
        """Our words, Qt's own buttons, and how numbers and times are written."""
        language = preferences.language_of(self._session.preferences, QLocale.system().name())
        i18n.use(language)
        system = QLocale.system()
        same = system.name().split("_")[0] == language.split("_")[0]
        QLocale.setDefault(system if same else QLocale(language))
        self._app.removeTranslator(self._translator)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if self._translator.load(f"qtbase_{language}", folder):
            self._app.installTranslator(self._translator)


class Hook:
    """The last hook: an unexpected error becomes a report and a message, never silence."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def caught(self, kind: type[BaseException], error: BaseException, trace: types.TracebackType | None) -> None:
        """What Python calls with an error nobody caught."""
        sys.__excepthook__(kind, error, trace)
        if not issubclass(kind, KeyboardInterrupt):
            self._session.failed.emit(report.as_user_error(error))
