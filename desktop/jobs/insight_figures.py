"""The figures of Insights: what was read of every row, grouped and counted for one stage, with the rows behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, TypeAlias

from desktop.jobs.clusters import clusters
from desktop.jobs.insights import Facts, Words
from desktop.store.project import Project
from desktop.store.show import Show

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Ids: TypeAlias = "NDArray[np.int64]"
InsightStage: TypeAlias = Literal["all", "passing", "dataset"]

MOST = 24
"""Bars that are drawn of a list of words, the longest first."""

_BINS = 32
_TAIL = 99.0  # per cent of the rows; a few enormous ones must not squeeze the others into one column
_STRETCHES = 50  # of rows, in the order they came
_STEPS = (1, 2, 5, 10)
_SIZES = (2, 3, 4, 5, 9, 19)  # the last sizes of clusters of each bar but the last


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that have something in common. `name` is a word of the data, empty where they have none."""

    name: str
    ids: Ids


@dataclass(frozen=True, slots=True)
class Histogram:
    """Columns of one width: column k goes from `edges[k]` to `edges[k + 1]`, the last one is open at its end."""

    edges: tuple[float, ...]
    groups: tuple[Ids, ...]
    median: float


@dataclass(frozen=True, slots=True)
class Scatter:
    """Rows as points."""

    ids: Ids
    x: "NDArray[np.float64]"
    y: "NDArray[np.float64]"

    @property
    def correlation(self) -> float:
        """Spearman's rank correlation, -1 to 1; NaN where there is none to tell."""
        import numpy as np

        if len(self.ids) < 3 or np.ptp(self.x) == 0 or np.ptp(self.y) == 0:
            return float("nan")
        return float(np.corrcoef(_ranks(self.x), _ranks(self.y))[0, 1])


@dataclass(frozen=True, slots=True)
class RunFunnel:
    """What came of one run; run 0: of what was imported. Each is among the one before."""

    run: int
    rows: Ids
    passing: Ids
    accepted: Ids


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows that came one after another."""

    first: int  # the place of its first row among all, from 1
    ids: Ids
    passing: int

    @property
    def share(self) -> float:
        """How many of a hundred pass."""
        return 100 * self.passing / len(self.ids)


def ids_of(project: Project, stage: InsightStage) -> Ids:
    """The rows of a stage, in id order."""
    import numpy as np

    ids = project.dataset.ids() if stage == "dataset" else project.candidates.ids(Show(stage))
    return np.sort(np.array(ids, np.int64))


def lengths(facts: Facts, part: str, stage: Ids) -> Histogram | None:
    """How long a part is, in words; of the rows that have it. None where none has."""
    import numpy as np

    values = facts.lengths[part]
    there = np.isin(facts.ids, stage) & ~np.isnan(values)
    values, ids = values[there], facts.ids[there]
    if not len(values):
        return None
    width = _width(float(np.percentile(values, _TAIL)))
    count = max(1, min(_BINS, int(np.percentile(values, _TAIL) / width) + 1))
    places = np.minimum(values / width, count - 1).astype(np.int64)
    edges = tuple(width * number for number in range(count + 1))
    return Histogram(edges, tuple(_split(ids, places, count)), float(np.median(values)))


def by_word(facts: Facts, words: Words, stage: Ids) -> tuple[Group, ...]:
    """The rows of each word, the most rows first; those without a word together at the end."""
    import numpy as np

    there = np.isin(facts.ids, stage)
    found = _largest(words.names, words.codes[there], facts.ids[there])
    without = facts.ids[there & (words.codes < 0)]
    return (*found, Group("", without)) if len(without) else found


def asked(facts: Facts, stage: Ids, language: str) -> tuple[Group, ...]:
    """The rows of each pair of verb and object ("write\tstory") in one language, the most rows first."""
    import numpy as np

    there = np.isin(facts.ids, stage)
    return _largest_in(language, facts.asked.names, facts.asked.codes[there], facts.ids[there])


def topics(facts: Facts, stage: Ids, language: str) -> tuple[Group, ...]:
    """The rows of each content word of one language, the most rows first."""
    import numpy as np

    there = np.isin(facts.topics.ids, stage)
    return _largest_in(language, facts.topics.names, facts.topics.codes[there], facts.topics.ids[there])


def languages_of(facts: Facts, stage: Ids) -> tuple[str, ...]:
    """The languages of a stage, the most rows first; at least one."""
    return tuple(group.name for group in by_word(facts, facts.languages, stage) if group.name) or ("en",)


def scatter(project: Project, across: str, up: str, stage: Ids) -> Scatter:
    """What two filters measured of the same rows."""
    import numpy as np

    (ids, x), (others, y) = (
        (np.array(ids, np.int64), np.array(values, np.float64))
        for ids, values in map(project.insights.values, (across, up))
    )
    both, at, at_other = np.intersect1d(ids, others, assume_unique=True, return_indices=True)
    there = np.isin(both, stage)
    return Scatter(both[there], x[at][there], y[at_other][there])


def cluster_sizes(project: Project, filter_id: str, threshold: float, stage: Ids) -> tuple[Group, ...]:
    """The rows of clusters by how large these are ("2", "5–9"); clusters stay together, seeds are not shown."""
    import numpy as np

    in_stage = set(stage.tolist())
    gathered: list[list[int]] = [[] for _size in (*_SIZES, 0)]
    for cluster in clusters(project, filter_id, threshold):
        place = sum(len(cluster.members) > size for size in _SIZES)
        rows = [ref.id for ref in cluster.members if ref.stage == "candidate" and ref.id in in_stage]
        gathered[place].extend(rows)
    return tuple(Group(name, np.array(ids, np.int64)) for name, ids in zip(_size_names(), gathered, strict=True) if ids)


def funnels(facts: Facts, passing: Ids, accepted: Ids) -> tuple[RunFunnel, ...]:
    """What came of each run, in the order of the runs, what was imported first."""
    import numpy as np

    found = []
    for run in np.unique(facts.runs).tolist():
        rows = facts.ids[facts.runs == run]
        through = rows[np.isin(rows, passing)]
        found.append(RunFunnel(run, rows, through, rows[np.isin(rows, accepted)]))
    return tuple(found)


def over_time(facts: Facts, passing: Ids) -> tuple[Stretch, ...]:
    """All rows in the order they came, in up to fifty stretches of about as many."""
    import numpy as np

    passes = np.isin(facts.ids, passing)
    edges = np.unique(np.linspace(0, len(facts.ids), min(_STRETCHES, len(facts.ids)) + 1).astype(np.int64)).tolist()
    return tuple(
        Stretch(start + 1, facts.ids[start:end], int(passes[start:end].sum())) for start, end in pairwise(edges)
    )


def _largest_in(language: str, names: Sequence[str], codes: "NDArray[np.int64]", ids: Ids) -> tuple[Group, ...]:
    """The groups with the most rows among the names of one language ("en\tword"), without it."""
    import numpy as np

    start = f"{language}\t"
    own = np.array([name.startswith(start) for name in (*names, "")], np.bool_)[codes]  # of no name, -1: the last
    groups = _largest(names, codes[own], ids[own])
    return tuple(Group(group.name.removeprefix(start), group.ids) for group in groups)


def _largest(names: Sequence[str], codes: "NDArray[np.int64]", ids: Ids) -> tuple[Group, ...]:
    """The groups with the most rows; of equals the word that was met first."""
    import numpy as np

    if not names:
        return ()
    counts = np.bincount(codes[codes >= 0], minlength=len(names))
    order = np.argsort(-counts, kind="stable")[:MOST]
    return tuple(Group(names[code], np.sort(ids[codes == code])) for code in order.tolist() if counts[code])


def _split(ids: Ids, places: "NDArray[np.int64]", count: int) -> list[Ids]:
    import numpy as np

    order = np.argsort(places, kind="stable")
    return np.split(ids[order], np.searchsorted(places[order], np.arange(1, count)))


def _width(reach: float) -> float:
    """A round width, 1 at least, of which about `_BINS` reach so far."""
    wanted = max(1.0, reach / _BINS)
    scale = 1.0
    while scale * 10 < wanted:
        scale *= 10
    return next(scale * step for step in _STEPS if scale * step >= wanted)


def _size_names() -> tuple[str, ...]:
    firsts = (2, *(size + 1 for size in _SIZES[:-1]))
    names = [str(last) if first == last else f"{first}–{last}" for first, last in zip(firsts, _SIZES, strict=True)]
    return (*names, f"{_SIZES[-1] + 1}+")


def _ranks(values: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """The rank of each value, equal ones sharing their mean rank."""
    import numpy as np

    _unique, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    mean: NDArray[np.float64] = (ends - (counts - 1) / 2.0)[places]
    return mean
