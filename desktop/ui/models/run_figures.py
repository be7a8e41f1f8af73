"""A run in figures: what the Generate page reads of it off the main thread, and how it moves while it goes on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from desktop.core import catalogue
from desktop.core.i18n import _
from desktop.core.progress import Event, Progress, Tick
from desktop.core.records import Run

if TYPE_CHECKING:
    from desktop.store.project import Project


@dataclass(frozen=True, slots=True)
class RunFigures:
    """How many rows of a run there are of each kind, and how fast more come."""

    passing: int = 0
    target: int = 0
    dropped: Mapping[str, int] = field(default_factory=dict)  # by the first filter that failed the row
    unusable: Mapping[str, int] = field(default_factory=dict)  # replies, by the marked message of the reason
    unanswered: int = 0
    rows_per_minute: float | None = None
    seconds_left: float | None = None

    @property
    def written(self) -> int:
        """Rows in all."""
        return self.passing + self.unanswered + sum(self.dropped.values())


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest run of a project with its figures, and what a new one would start from."""

    run: Run | None
    figures: RunFigures
    seeds: int
    language: str

    @property
    def unfinished(self) -> bool:
        """Whether the run can go on: it is paused, or its process died."""
        return self.run is not None and self.run.state in ("running", "paused")


def newest_run(project: "Project") -> Newest:
    """The newest run, unfinished or not."""
    from desktop.store.show import Show

    runs = project.runs.all()
    seeds, language = project.seeds.count(), project.language
    if not runs:
        return Newest(None, RunFigures(), seeds, language)
    run, count = runs[-1], project.candidates.count
    return Newest(
        run,
        RunFigures(
            passing=count(Show("passing", run=run.id)),
            target=run.target,
            dropped={name: count(Show("dropped", name, run=run.id)) for name in catalogue.filters()},
            unusable=project.runs.discards(run.id),
            unanswered=count(Show("unanswered", run=run.id)),
        ),
        seeds,
        language,
    )


def moved(figures: RunFigures, progress: Progress) -> RunFigures:
    """The figures after a job's Progress, which counts filters by id and unusable replies by their reason."""
    known = catalogue.filters()
    counts = {name: count for name, count in progress.counts.items() if name != "passing"}
    return replace(
        figures,
        passing=progress.counts.get("passing", figures.passing),
        target=progress.total or figures.target,
        dropped={name: count for name, count in counts.items() if name in known},
        unusable={name: count for name, count in counts.items() if name not in known},
        rows_per_minute=progress.rows_per_minute,
        seconds_left=progress.seconds_left,
    )


def stop_run(project: "Project", run: int) -> Iterator[Event]:
    """The job that ends a paused run for good."""
    project.runs.set_state(run, "stopped", _("Stopped by you."))
    yield Tick()
