"""A run in figures: what the Generate page reads of it off the main thread, and how it moves while it goes on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from desktop.core import catalogue
from desktop.core.i18n import _
from desktop.core.progress import Event, Progress, Tick
from desktop.core.records import Run
from desktop.store.counts import RunCost
from desktop.store.show import Show
from desktop.ui.models.stock import Stock, read_stock

METHOD = "generate.method"
"""The setting that holds the method a project's next run uses."""

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
    cost: RunCost = field(default_factory=RunCost)
    seconds: float = 0.0  # that it has been worked on by the clock

    @property
    def good(self) -> int:
        """Rows that a next run could use."""
        return self.passing + self.unanswered

    @property
    def written(self) -> int:
        """Rows in all."""
        return self.passing + self.unanswered + sum(self.dropped.values())


@dataclass(frozen=True, slots=True)
class Past:
    """The newest run of a method, with what came of it."""

    run: Run
    passing: int
    cost: RunCost


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest run of a project with its figures, and what a new one would start from."""

    run: Run | None
    figures: RunFigures
    stock: Stock
    language: str
    method: str = ""  # the one chosen for this project; empty: none was
    past: Mapping[str, Past] = field(default_factory=dict)  # by method

    @property
    def unfinished(self) -> bool:
        """Whether the run can go on: it is paused, or its process died."""
        return self.run is not None and self.run.state in ("running", "paused")


def newest_run(project: "Project") -> Newest:
    """The newest run, unfinished or not."""
    from desktop.jobs.working_time import seconds_worked

    runs, stock, language = project.runs.all(), read_stock(project), project.language
    chosen = str(project.settings.get(METHOD, "") or "")
    if not runs:
        return Newest(None, RunFigures(), stock, language, chosen)
    run, count = runs[-1], project.candidates.count
    newest = {each.method: each for each in runs}
    past = {name: Past(each, _good(project, each), project.runs.cost(each.id)) for name, each in newest.items()}
    figures = RunFigures(
        passing=past[run.method].passing,
        target=run.target,
        dropped={name: count(Show("dropped", name, run=run.id)) for name in catalogue.filters()},
        unusable=project.runs.discards(run.id),
        unanswered=0 if waits_for_answers(run) else count(Show("unanswered", run=run.id)),
        cost=past[run.method].cost,
        seconds=seconds_worked(project, run.id),
    )
    return Newest(run, figures, stock, language, chosen, past)


def waits_for_answers(run: Run) -> bool:
    """Whether a run's rows are meant to have no answer yet."""
    method = catalogue.methods().get(run.method)
    return method is not None and method.unanswered


def _good(project: "Project", run: Run) -> int:
    """The rows that count towards a run's target."""
    passing = project.candidates.count(Show("passing", run=run.id))
    return passing + project.candidates.count(Show("unanswered", run=run.id)) * waits_for_answers(run)


def cost_of(project: "Project", run: int) -> RunCost:
    """What a run took so far."""
    return project.runs.cost(run)


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
        seconds=figures.seconds if progress.seconds is None else progress.seconds,
    )


def stop_run(project: "Project", run: int) -> Iterator[Event]:
    """The job that ends a paused run for good."""
    project.runs.set_state(run, "stopped", _("Stopped by you."))
    yield Tick()
