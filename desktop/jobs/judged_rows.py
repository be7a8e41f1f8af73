"""The stored rows as filters that remember have judged them, read with signs of life however many there are."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from desktop.core.records import Candidate
from desktop.store.project import Project
from desktop.store.show import Show

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class JudgedRows:
    """Which rows a filter has judged, and which of them it failed; a byte for each id, 1 where it is so."""

    seen: bytes
    failed: bytes

    def passed(self, id: int) -> bool | None:
        """What the filter said of the row; None where it never came to it, as to rows that are new since."""
        if id >= len(self.seen):
            return None
        return False if self.failed[id] else True if self.seen[id] else None


def judged_rows(project: Project, filter_ids: Sequence[str]) -> Generator[int, None, list[JudgedRows]]:
    """What each of the filters judged; yields 0 as a sign of life.

    Rows without any verdict pass, so they count as seen: imported ones, mostly.
    """
    size = max(project.candidates.ids(Show(descending=True), limit=1), default=0) + 1
    passing = yield from _marks(project, Show(stage="passing"), size)
    found = []
    for id in filter_ids:
        seen, judged = passing.copy(), project.verdicts.judged(id).ids
        seen[judged[judged < size]] = 1
        failed = yield from _marks(project, Show(stage="dropped", filter=id), size)
        found.append(JudgedRows(seen.tobytes(), failed.tobytes()))
    return found


def rows_until(project: Project, family: int | None) -> Iterator[Candidate]:
    """Every row in id order, of the families up to this; later members of one may stand anywhere after it."""
    walk = project.candidates.walk()
    if family is None:
        yield from walk
        return
    yield from takewhile(lambda candidate: candidate.id <= family, walk)
    later = project.candidates.later_members()
    yield from (candidate for candidate in later if candidate.family <= family < candidate.id)


def _marks(project: Project, show: Show, size: int) -> Generator[int, None, "NDArray[np.uint8]"]:
    import numpy as np

    marks = np.zeros(size, np.uint8)
    for number, ids in enumerate(project.candidates.ids_in_stretches(show)):
        found = np.array(ids, np.int64)
        marks[found[found < size]] = 1
        if number:
            yield 0
    return marks
