"""Opening files off the main thread: a project for writing or reading, a new one, the name of a model."""

from pathlib import Path
from typing import TYPE_CHECKING

from desktop.core.errors import UserError
from desktop.core.i18n import _

if TYPE_CHECKING:
    from desktop.store.project import Project


def open_project(path: Path) -> "tuple[Project, str]":
    """The project, and why it can only be read (empty where it can be changed)."""
    from desktop.store.project import Project

    try:
        return Project.open(path), ""
    except UserError as refusal:
        try:
            return Project.open(path, write=False), refusal.what
        except UserError:
            raise refusal from None


def title_of(path: Path) -> tuple[Path, str]:
    """A model file with the name that it gives itself; empty where it is none."""
    from desktop.engine.gguf import read_header, title

    try:
        return path, title(path, read_header(path))
    except UserError:
        return path, ""


def new_project(path: Path, title: str, language: str, seeds: Path | None) -> "tuple[Project, str]":
    """A new project, perhaps with the seeds of a file, as `open_project` gives it."""
    from desktop.jobs.importing import import_seeds
    from desktop.store.project import Project

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            _("The folder {folder} cannot be made: {why}").format(folder=path.parent, why=error.strerror or error),
            _("Choose another folder."),
        ) from None
    project = Project.create(path, title=title, language=language)
    if seeds is not None:
        for _event in import_seeds(project, [seeds], None, {}):
            pass
    return project, ""
