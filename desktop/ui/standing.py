"""Where a project stands: what the Home page reads of it, off the main thread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.core.records import Run
    from desktop.store.counts import Counts, RunCost
    from desktop.store.project import Project

_RECENT_RUNS = 6


@dataclass(frozen=True, slots=True)
class Standing:
    """A project at one moment."""

    title: str
    counts: "Counts"
    task_types: int  # among the seeds
    runs: "Sequence[Run]"  # newest first
    method_titles: Mapping[str, str]  # method → title, marked with N_
    passing: Mapping[int, int]  # run → passing rows
    costs: "Mapping[int, RunCost]"  # run → what its replies took
    seconds: Mapping[int, float]  # run → how long it was worked on, by the clock
    exports: int
    strictest: str  # the title, marked with N_, of the filter that drops most; empty: none dropped any


def read_standing(project: "Project") -> Standing:
    """Everything the Home page tells of a project."""
    from desktop.core import catalogue
    from desktop.jobs.working_time import seconds_worked
    from desktop.store.show import Show

    counts = project.counts()
    runs = project.runs.all()[::-1][:_RECENT_RUNS]
    most = max(counts.dropped, key=lambda each: counts.dropped[each], default="")
    return Standing(
        title=project.title,
        counts=counts,
        task_types=len({seed.row.task_type for seed in project.seeds.all()} - {""}),
        runs=runs,
        method_titles={name: method.title for name, method in catalogue.methods().items()},
        passing={run.id: project.candidates.count(Show(stage="passing", run=run.id)) for run in runs},
        costs={run.id: project.runs.cost(run.id) for run in runs},
        seconds={run.id: seconds_worked(project, run.id) for run in runs},
        exports=len(project.exports.all()),
        strictest=catalogue.filters()[most].title if most in catalogue.filters() else "",
    )
