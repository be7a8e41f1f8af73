"""Decides by another threshold what depends on order, from the stored likenesses alone."""

from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from desktop.core.content import lead_of
from desktop.core.i18n import N_, _
from desktop.core.progress import Event, Progress
from desktop.core.records import Evidence, Reason, Twin, Verdict
from desktop.core.text.prose import shortened
from desktop.store.likenesses import ref_of
from desktop.store.project import Project

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_AT_ONCE = 500
_QUOTED = 80  # characters of the twin that a reason quotes
_SEED = -1


@dataclass(frozen=True, slots=True)
class Replay:
    """The rows that a filter has judged, in id order, and every pair of them at or above the floor.

    A pair is two row numbers, the later one first; a seed, which is always kept, has no number of its own but
    `_SEED`. Pairs stand in the order of their later row, so that the earlier one is always decided before it.
    """

    ids: "NDArray[np.int64]"
    values: "NDArray[np.float64]"  # as stored: the likeness to the nearest that was kept then
    passed: "NDArray[np.bool_]"
    later: "NDArray[np.int64]"
    earlier: "NDArray[np.int64]"
    twins: "NDArray[np.int64]"  # ids, a seed's below zero
    alike: "NDArray[np.float64]"

    def kept(self, threshold: float) -> "NDArray[np.bool_]":
        """Which rows would be kept: those that are more than `threshold` like no seed and no earlier kept row."""
        import numpy as np

        over = self.alike > threshold
        later, earlier = self.later[over], self.earlier[over]
        kept = bytearray(b"\1" * len(self.ids))
        of_rows = earlier != _SEED
        for dropped in later[~of_rows].tolist():
            kept[dropped] = 0
        for one, other in zip(later[of_rows].tolist(), earlier[of_rows].tolist(), strict=True):
            if kept[other]:
                kept[one] = 0
        return np.frombuffer(bytes(kept), np.bool_)

    def counts(self, threshold: float) -> tuple[int, int]:
        """How many rows would be kept, and how many dropped."""
        kept = int(self.kept(threshold).sum())
        return kept, len(self.ids) - kept


def read_replay(project: Project, filter_id: str) -> Replay:
    """What the project has stored of this filter; read once, it answers for every threshold."""
    import numpy as np

    judged = project.verdicts.judged(filter_id)
    rows = judged.ids
    pairs = project.likenesses.pairs(filter_id)
    candidates, twins = np.array(pairs.candidates, np.int64), np.array(pairs.twins, np.int64)
    alike = np.array(pairs.values, np.float64)
    there = np.isin(candidates, rows) & ((twins < 0) | np.isin(twins, rows))
    candidates, twins, alike = candidates[there], twins[there], alike[there]
    # An edited row was compared with later ones too; in id order it is they that are compared with it.
    one, other = np.searchsorted(rows, candidates), np.where(twins < 0, _SEED, np.searchsorted(rows, twins))
    twins = np.where(one < other, candidates, twins)
    one, other = np.maximum(one, other), np.minimum(one, other)
    order = np.argsort(one, kind="stable")
    return Replay(
        rows,
        judged.values,
        judged.passed,
        one[order],
        other[order],
        twins[order],
        alike[order],
    )


def redecide(project: Project, filter_id: str, threshold: float) -> Generator[Event, None, int]:
    """Store what the filter decides at another threshold; returns how many rows changed sides.

    Texts are read only of the twins that are named for the first time. A row that comes back has not been judged by
    the filters behind this one.
    """
    replay = read_replay(project, filter_id)
    kept = replay.kept(threshold)
    changed = 0
    decided = _decided(replay, kept)
    total = len(replay.ids)
    while some := list(islice(decided, _AT_ONCE)):
        texts = _texts(project, {twin for _number, _value, twin in some if twin})
        project.verdicts.decide(
            filter_id,
            (
                (int(replay.ids[number]), _verdict(bool(kept[number]), value, twin, texts))
                for number, value, twin in some
            ),
        )
        changed += sum(bool(kept[number]) != bool(replay.passed[number]) for number, _value, _twin in some)
        yield Progress(_("Deciding again"), some[-1][0] + 1, total)
    return changed


def _decided(replay: Replay, kept: "NDArray[np.bool_]") -> Iterator[tuple[int, float | None, int]]:
    """The rows of which something else is said now: number, value, and the twin's id where it fell (0: it did not)."""
    import numpy as np

    of_kept = (replay.earlier == _SEED) | kept[replay.earlier]
    best = np.full(len(replay.ids), -1.0)
    np.maximum.at(best, replay.later[of_kept], replay.alike[of_kept])
    names = of_kept & (replay.alike == best[replay.later])
    twin = np.zeros(len(replay.ids), np.int64)
    # Of equals the earliest is named, a seed before any row.
    for pair in np.flatnonzero(names)[::-1].tolist():
        at = replay.later[pair]
        if not twin[at] or _rank(int(replay.twins[pair])) < _rank(int(twin[at])):
            twin[at] = replay.twins[pair]
    floor = replay.alike.min() if len(replay.alike) else 1.0
    for number in range(len(replay.ids)):
        stored = replay.values[number]
        value = float(best[number]) if best[number] >= 0 else (float(stored) if stored < floor else None)
        same = value == stored or (value is None and np.isnan(stored))
        if not (same and kept[number] == replay.passed[number]):
            yield number, value, 0 if kept[number] else int(twin[number])


def _rank(id: int) -> tuple[bool, int]:
    return id > 0, abs(id)


def _texts(project: Project, twins: Iterable[int]) -> Mapping[int, str]:
    wanted = list(twins)
    seeds = project.seeds.get([-id for id in wanted if id < 0])
    rows = project.candidates.standing([id for id in wanted if id > 0])
    return {-seed.id: lead_of(seed.row) for seed in seeds} | {
        candidate.id: lead_of(candidate.row) for candidate in rows
    }


def _verdict(passed: bool, value: float | None, twin: int, texts: Mapping[int, str]) -> Verdict:
    if passed or value is None:
        return Verdict(passed=passed, value=value)
    text = texts.get(twin, "")
    return Verdict(
        passed=False,
        value=value,
        reason=Reason(
            N_("Too much like an earlier one ({value:.3g} alike): “{twin}”"),
            {"value": value, "twin": shortened(text, _QUOTED)},
        ),
        evidence=Evidence(twins=(Twin(ref_of(twin), text, value),)),
    )
