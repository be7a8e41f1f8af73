"""What the Sources page has done off the main thread: counting, importing, cutting again, and the user's changes."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from desktop.core.options import Options
from desktop.core.progress import Event

if TYPE_CHECKING:
    from desktop.jobs.importing_sources import SourcesReport
    from desktop.jobs.token_count import Tokens
    from desktop.store.edit import Edit
    from desktop.store.project import Project
    from desktop.store.sources import SourceView

Rules: TypeAlias = Mapping[str, Options]
"""Which rows are taken, by the format that they are read from."""


def figures_of(project: "Project") -> tuple[int, int, int, str]:
    """Sources, passages that count, passages that are left out, and in whose tokens they were counted."""
    passages = project.passages.count(excluded=False)
    return project.sources.count(), passages, project.passages.count(excluded=True), counted_by(project)


def cutting_of(project: "Project") -> object:
    """How the project cuts its sources."""
    from desktop.jobs import importing_sources

    return importing_sources.cutting_of(project)


def counted_by(project: "Project") -> str:
    """The model in whose tokens passages were counted; empty where that is an estimate."""
    from desktop.jobs import importing_sources

    return importing_sources.counted_by(project)


def rules_for(project: "Project", files: Sequence[Path]) -> Rules:
    """The rules to ask for, as the project used them last, where some of these files are read by any."""
    from desktop.jobs.source_rules import last_rules, ruled_among

    return {format_id: last_rules(project, format_id) for format_id in ruled_among(files)}


def votes_among(columns: Sequence[str]) -> str:
    """The column of a table that is called as one of votes would be; empty where none is."""
    from desktop.jobs.source_rules import votes_among

    return votes_among(columns)


def rules_of_table(project: "Project", mapping: Mapping[str, str], votes: str) -> Rules:
    """The rules for a table of questions and answers with a column of votes, as the project used them last."""
    from desktop.jobs.source_rules import rules_of_table

    return rules_of_table(project, mapping, votes)


def bring(
    project: "Project", files: Sequence[Path], rules: Rules, model: Path | None
) -> "Generator[Event, None, SourcesReport]":
    """Import files with a confined process of its own; `model` says how many tokens passages have."""
    from desktop.confined.runner import ConfinedProcess
    from desktop.jobs.importing_sources import import_sources

    with ConfinedProcess() as confined, ExitStack() as opened:
        tokens = yield from _tokens_of(model, opened)
        return (yield from import_sources(project, confined, files, rules=rules, tokens=tokens))


def cut_again(
    project: "Project", sources: Sequence[int], cutting: Any, model: Path | None
) -> "Generator[Event, None, int]":
    """Cut sources anew, by the tokens of this model."""
    from desktop.jobs import importing_sources

    with ExitStack() as opened:
        tokens = yield from _tokens_of(model, opened)
        return (yield from importing_sources.cut_again(project, sources, cutting, tokens))


def _tokens_of(model: Path | None, opened: ExitStack) -> "Generator[Event, None, Tokens | None]":
    """The tokenizer of a model; None where there is none, or it cannot be loaded: then tokens are estimated."""
    from desktop.core.errors import UserError
    from desktop.engine.vocabulary import load_vocabulary
    from desktop.jobs.token_count import Tokens

    if model is None or not model.is_file():
        return None
    try:
        engine = yield from load_vocabulary(model)
    except UserError:
        return None
    opened.callback(engine.close)
    return Tokens(engine)


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
