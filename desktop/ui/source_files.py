"""The files that a person chooses as sources: picked, dropped, and asked about where they are read by rules."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.ui import source_work
from desktop.ui.session import Session
from desktop.ui.widgets.rules_panel import RulesPanel


class SourceFiles(QObject):
    """`take` looks into the files; `chosen(files, rules)` when they can come in, `asked(bool)` while rules are."""

    chosen = Signal(object, object)
    asked = Signal(bool)

    def __init__(self, session: Session, page: QWidget) -> None:
        super().__init__(page)
        self._session = session
        self._page = page
        self._files: tuple[Path, ...] = ()
        self._folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        self.panel = RulesPanel()
        self.panel.confirmed.connect(self._on_confirmed)
        self.panel.closed.connect(self._on_closed)

    @Slot()
    def add(self) -> None:
        """Ask for files."""
        kinds = _("Documents and tables (*.pdf *.docx *.pptx *.html *.htm *.md *.epub *.txt)")
        chosen, _kind = QFileDialog.getOpenFileNames(
            self._page, _("Add files"), self._folder, ";;".join([_("All files (*)"), kinds])
        )
        self._take([Path(each) for each in chosen])

    @Slot()
    def add_folder(self) -> None:
        """Ask for a folder."""
        chosen = QFileDialog.getExistingDirectory(self._page, _("Add a folder"), self._folder)
        self._take([Path(chosen)] if chosen else [])

    def take(self, files: Sequence[Path]) -> None:
        """Look whether there are rules to ask for, off the main thread."""
        self._files = tuple(files)
        self._session.read(partial(source_work.rules_for, files=self._files), self._on_looked, failed=self._on_failed)

    def forget(self) -> None:
        """Leave these files out, while they are looked into."""
        self._files = ()

    def _take(self, chosen: Sequence[Path]) -> None:
        if chosen:
            self._folder = str(chosen[0].parent)
            self.take(chosen)

    @Slot(object)
    def _on_looked(self, rules: source_work.Rules) -> None:
        if not self._files:
            return
        if not rules:
            self.chosen.emit(self._files, {})
            return
        self.asked.emit(True)
        self.panel.ask(rules)

    @Slot(object)
    def _on_failed(self, error: UserError) -> None:
        self._session.failed.emit(error)
        self.asked.emit(False)

    @Slot(object)
    def _on_confirmed(self, rules: source_work.Rules) -> None:
        self.asked.emit(False)
        self.chosen.emit(self._files, rules)

    @Slot()
    def _on_closed(self) -> None:
        self.asked.emit(False)
