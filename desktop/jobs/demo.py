"""The demo: sample seeds, the starter model, filters and an export, in a folder of its own."""

from collections.abc import Generator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from desktop.core import paths
from desktop.core.engine import Engine
from desktop.core.progress import Event
from desktop.jobs.exporting import ExportReport, ExportRequest, export
from desktop.jobs.generating import GenerateReport, GenerateRequest, generate
from desktop.jobs.importing import import_seeds
from desktop.store.project import Project


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What the demo made."""

    generated: GenerateReport
    exported: ExportReport | None  # None where no row passed


def free_folder(wanted: Path) -> Path:
    """`wanted` where it is new or empty; else the first of `wanted-2`, `wanted-3`, … that is."""
    names = (wanted if number == 1 else wanted.with_name(f"{wanted.name}-{number}") for number in count(1))
    return next(folder for folder in names if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())))


def prepare(folder: Path, title: str) -> Generator[Event, None, Path]:
    """Make a project with the sample seeds in `folder`, and return its path.

    English ones: the starter model knows no other language.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "demo.seedbed"
    with Project.create(path, title=title, language="en") as project:
        yield from import_seeds(project, [paths.resources() / "samples" / "seeds.en.jsonl"], "self_instruct", {})
    return path


def play(project: Project, engine: Engine, rows: int) -> Generator[Event, None, DemoReport]:
    """Generate until `rows` rows pass, then write them beside the project, reviewed or not."""
    request = GenerateRequest("self_instruct", {}, rows, resume=True)
    generated = yield from generate(project, engine, request)
    if not generated.passing:
        return DemoReport(generated, None)
    wanted = ExportRequest("alpaca", project.path.with_suffix(".jsonl"), unreviewed=True)
    exported = yield from export(project, wanted)
    return DemoReport(generated, exported)
