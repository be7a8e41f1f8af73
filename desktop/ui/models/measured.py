"""What a filter measured, as its picture: bins and counts, at the cut as it is and at any other."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.core.shapes import Filter
from desktop.ui.models.histogram_bins import Bins, binned, tallied

if TYPE_CHECKING:
    from desktop.jobs.recounting import Recount
    from desktop.store.project import Project


@dataclass(frozen=True, slots=True)
class Sides:
    """How a filter's rows lie on either side of one cut."""

    cut: float | None
    bins: Bins | None  # None where there is nothing to draw: no value, or always the same
    kept: int
    dropped: int


@dataclass(frozen=True, slots=True)
class Measured:
    """What is stored of a filter, held while it is shown."""

    filter: str
    sides: Sides  # at the cut as it is
    recount: "Recount"
    fixes: int  # rows of which it proposes another text

    def at(self, cut: float) -> Sides:
        """The sides of another cut; quick enough to follow a hand."""
        kept = self.recount.kept(cut)
        bins = tallied(self.sides.bins, self.recount.values, kept) if self.sides.bins is not None else None
        return Sides(cut, bins, *self.recount.counts(kept))


def read_measured(project: "Project", filter_id: str, about: Filter, cut: float | None) -> Measured:
    """Read what is stored of a filter, which cuts at `cut` (None: it has no cut)."""
    from desktop.jobs.recounting import read_recount

    recount = read_recount(project, filter_id, about, cut)
    kept = recount.kept(cut or 0.0) if cut is not None else ~recount.fails_anyway
    # Without a cut, a yes or no is better said in figures.
    drawn = cut is not None or bool(len(recount.values) and recount.values[-1] > 1)
    bins = binned(recount.values.tolist(), kept.tobytes()) if drawn else None
    return Measured(filter_id, Sides(cut, bins, *recount.counts(kept)), recount, project.verdicts.fixes(filter_id))
