"""Measures what a filter's judgement costs on this machine, on a few rows of the project."""

from itertools import islice
from time import perf_counter

from desktop.core import options
from desktop.core.catalogue import filters, find
from desktop.core.records import ChainLink
from desktop.core.shapes import ForeseeingJudge
from desktop.jobs.judging import context_of
from desktop.store.project import Project

_SAMPLE = 200
_ENOUGH = 0.25  # seconds of judging after which the rest of the sample is left


def seconds_per_thousand(project: Project, link: ChainLink) -> float | None:
    """How long the filter takes for 1,000 rows like the first of this project; None where there is nothing to measure.

    There is nothing where there is no row, and of a filter that asks a model. A filter that compares rows is measured
    among the sample alone: among more rows it takes longer.
    """
    about = find(filters(), link.filter)
    if about.start is None:
        return None
    judge = about.start(options.from_json(about.options, link.options), context_of(project, project.seeds.all()))
    rows = list(islice(project.candidates.walk(), _SAMPLE))
    began = perf_counter()
    if isinstance(judge, ForeseeingJudge):
        for _alive in judge.foresee(rows):
            pass
    done = 0
    while done < len(rows) and perf_counter() - began < _ENOUGH:
        judge(rows[done], ())
        done += 1
    return 1000 * (perf_counter() - began) / done if done else None
