"""A plot as it is drawn: words, heights and points, with the rows behind each mark."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from desktop.ui import figures

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from desktop.jobs.insight_figures import Ids

Tone: TypeAlias = Literal["accent", "soft", "muted"]


@dataclass(frozen=True, slots=True)
class Series:
    """One height for each mark. Several are drawn over one another, each part of the one before."""

    name: str
    values: tuple[float, ...]
    tone: Tone = "accent"


@dataclass(frozen=True, slots=True)
class Bars:
    """Columns over an axis of numbers where there are `edges`, else bars from the top, each with its name."""

    names: tuple[str, ...]  # as they are read out, and stand beside bars
    series: tuple[Series, ...]
    groups: "tuple[Ids, ...]"
    edges: tuple[float, ...] = ()
    percent: bool = False  # heights are shares of a hundred

    def spoken(self, mark: int) -> str:
        """A mark with its figures."""
        parts = []
        for each in self.series:
            value = figures.percent(each.values[mark], 100) if self.percent else figures.number(each.values[mark])
            parts.append(f"{each.name} {value}".strip())
        return f"{self.names[mark]}: {', '.join(parts)}"


@dataclass(frozen=True, slots=True)
class Dots:
    """Points, each a row."""

    ids: "Ids"
    x: "NDArray[np.float64]"
    y: "NDArray[np.float64]"
    bare: bool = False  # the axes have no figures

    def near(self, mark: int, reach: float = 0.01) -> "Ids":
        """The rows whose points lie on a point, or within a hundredth of the plot from it, the nearest first."""
        import numpy as np

        across, up = ((axis - axis[mark]) / (float(np.ptp(axis)) or 1.0) for axis in (self.x, self.y))
        far = across**2 + up**2
        order = np.argsort(far, kind="stable")
        found: Ids = self.ids[order[far[order] <= reach**2]]
        return found


@dataclass(frozen=True, slots=True)
class Choosing:
    """A choice that a plot offers: its name, and what there is to choose (value, words)."""

    name: str
    options: tuple[tuple[str, str], ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class Chart:
    """One plot, whole. `drawn` None: there is nothing to draw, and `note` says why."""

    view: str
    title: str
    drawn: Bars | Dots | None
    note: str
    across: str = ""
    up: str = ""
    choosing: tuple[Choosing, ...] = ()
