"""What the Sources page has done off the main thread: counting, importing, cutting again, and the user's changes."""

from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.core.progress import Event

if TYPE_CHECKING:
    from desktop.jobs.importing_sources import SourcesReport
    from desktop.store.edit import Edit
    from desktop.store.project import Project
    from desktop.store.sources import SourceView


def figures_of(project: "Project") -> tuple[int, int, int]:
    """Sources, passages that count, and passages that are left out."""
    passages = project.passages.count(excluded=False)
    return project.sources.count(), passages, project.passages.count(excluded=True)


def cutting_of(project: "Project") -> object:
    """How the project cuts its sources."""
    from desktop.jobs import importing_sources

    return importing_sources.cutting_of(project)


def bring(project: "Project", files: Sequence[Path]) -> "Generator[Event, None, SourcesReport]":
    """Import files with a confined process of its own."""
    from desktop.confined.runner import ConfinedProcess
    from desktop.jobs.importing_sources import import_sources

    with ConfinedProcess() as confined:
        return (yield from import_sources(project, confined, files))


def cut_again(project: "Project", sources: Sequence[int], cutting: Any) -> "Iterator[Event]":
    """Cut sources anew."""
    from desktop.jobs import importing_sources

    return importing_sources.cut_again(project, sources, cutting)


def exclude(edit: "Edit", ids: Sequence[int], out: bool) -> None:
    """Leave passages out, or take them back in."""
    edit.exclude_passages(ids, out)


def exclude_source(edit: "Edit", source: int, out: bool) -> None:
    """Leave all passages of a source out, or take them back in."""
    edit.exclude_source(source, out)


def remove(edit: "Edit", source: int) -> None:
    """Remove a source."""
    edit.remove_sources([source])


def all_out(view: "SourceView") -> bool:
    """Whether every passage of a source is left out."""
    return 0 < view.passages == view.excluded


def unread_lines(name: str, unread: Sequence[Any]) -> list[str]:
    """What could not be read, a line each."""
    before = f"{name}, " if name else ""
    return [f"{before}{each.place}: {each.why}" for each in unread]
