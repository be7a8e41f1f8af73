"""Where project files lie, and the dialog that asks for one."""

from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.core.i18n import _
from desktop.ui.session import Session

_FORBIDDEN = '<>:"/\\|?*'  # in a file's name on some system
_LONGEST_NAME = 80


def choose_project(over: QWidget, session: Session) -> None:
    """Open the project that a person chooses; nothing happens where none is chosen."""
    recent = session.preferences.recent
    folder = Path(recent[0]).parent if recent else projects_folder()
    kinds = ";;".join((_("Seedbed projects (*.seedbed)"), _("All files (*)")))
    chosen, _kind = QFileDialog.getOpenFileName(over, _("Open a project"), str(folder), kinds)
    if chosen:
        session.open_project(Path(chosen))


def projects_folder() -> Path:
    """Where new projects go unless a person says otherwise."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(documents or Path.home()) / "Seedbed"


def free_path(folder: Path, title: str) -> Path:
    """A file for a project of this title that is not there yet."""
    name = "".join(" " if each in _FORBIDDEN or not each.isprintable() else each for each in title)
    name = " ".join(name.split()).strip(". ")[:_LONGEST_NAME] or "project"
    path, number = folder / f"{name}.seedbed", 2
    while path.exists():
        path, number = folder / f"{name} {number}.seedbed", number + 1
    return path
