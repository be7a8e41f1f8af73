"""Counts what a filter would keep at another cut, from what is stored, while a person drags it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.core.shapes import Filter
from desktop.jobs.redeciding import Replay, read_replay
from desktop.store.project import Project

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Recount:
    """What a filter has measured, read once; it answers for every cut.

    A row that fails on this side of the cut as it was, by another of the filter's limits, fails wherever it is.
    """

    values: "NDArray[np.float64]"  # rising; without those rows that have none
    fails_anyway: "NDArray[np.bool_]"
    unmeasured: tuple[int, int]  # rows without a value that pass, and that fail
    keeps_least: bool  # what lies below the cut fails; else what lies above
    replay: Replay | None = None  # of a filter whose decisions depend on order
    order: "NDArray[np.int64] | None" = None  # of the replay's rows, by value

    def kept(self, cut: float) -> "NDArray[np.bool_]":
        """Which of the `values` would be kept."""
        if self.replay is not None:
            return self.replay.kept(cut)[self.order]
        inside = self.values >= cut if self.keeps_least else self.values <= cut
        return inside & ~self.fails_anyway

    def counts(self, kept: "NDArray[np.bool_]") -> tuple[int, int]:
        """How many rows are kept and dropped in all, where these of the `values` are kept."""
        number = int(kept.sum())
        passed, failed = self.unmeasured
        return number + passed, len(kept) - number + failed


def read_recount(project: Project, filter_id: str, about: Filter, cut: float | None) -> Recount:
    """What the project has stored of this filter, which cuts at `cut` now (None: it has no cut)."""
    import numpy as np

    least = about.keeps == "at least"
    judged = project.verdicts.judged(filter_id)
    values, passed = judged.values, judged.passed
    there = ~np.isnan(values)
    unmeasured = (int((passed & ~there).sum()), int((~passed & ~there).sum()))
    order = np.argsort(values, kind="stable")[: int(there.sum())]  # those without a value stand last
    values, passed = values[order], passed[order]
    if cut is None:
        return Recount(values, ~passed, unmeasured, least)
    if about.remembers and len((replay := read_replay(project, filter_id)).alike):
        return Recount(values, np.zeros(len(values), np.bool_), unmeasured, least, replay, order)
    beyond = values < cut if least else values > cut
    return Recount(values, ~passed & ~beyond, unmeasured, least)
