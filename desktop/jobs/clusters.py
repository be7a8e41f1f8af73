"""Duplicates in clusters: rows that are alike, directly or by way of others, and the one of each that is kept."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from desktop.core.content import lead_of
from desktop.core.errors import UserError
from desktop.core.i18n import N_, _
from desktop.core.records import Evidence, Reason, Ref, Twin, Verdict
from desktop.store.edit import Edit
from desktop.store.likenesses import ref_of
from desktop.store.project import Project


@dataclass(frozen=True, slots=True)
class Cluster:
    """Rows that are alike, the oldest first, a seed before any row, and those of them that are kept."""

    members: tuple[Ref, ...]
    keepers: tuple[Ref, ...]  # one, unless rows that are alike only by way of others were kept


def clusters(project: Project, filter_id: str, threshold: float) -> tuple[Cluster, ...]:
    """The clusters of the rows that are more than `threshold` alike, the largest first."""
    pairs = project.likenesses.pairs(filter_id, threshold)
    roots: dict[int, int] = {}
    for candidate, twin, value in zip(pairs.candidates, pairs.twins, pairs.values, strict=True):
        if value > threshold:
            one, other = _root(roots, candidate), _root(roots, twin)
            roots[max(one, other)] = min(one, other)
    members: defaultdict[int, list[int]] = defaultdict(list)
    for id in roots:
        members[_root(roots, id)].append(id)
    kept = project.likenesses.kept(filter_id, [id for id in roots if id > 0])
    found = [
        Cluster(
            members=tuple(map(ref_of, ids)),
            keepers=tuple(ref_of(id) for id in ids if id < 0 or kept.get(id, False)),
        )
        for ids in (sorted(each, key=lambda id: (id > 0, abs(id))) for each in members.values())
    ]
    return tuple(sorted(found, key=lambda cluster: -len(cluster.members)))


def keeping(project: Project, filter_id: str, instead: int, keeper: int, reason: str = "") -> Callable[[Edit], None]:
    """The change that keeps the row `instead` of `keeper`, for one step of undo. UserError where either is gone."""
    views = {view.candidate.id: view for view in project.candidates.get([keeper, instead])}
    if len(views) < 2 or any(filter_id not in view.verdicts for view in views.values()):
        raise UserError(_("This row is no longer in the project."), _("Choose another row."))
    text = lead_of(views[instead].row)
    value = max(
        [
            each.value
            for one, other in ((keeper, instead), (instead, keeper))
            for each in views[one].verdicts[filter_id].likenesses
            if each.twin == Ref("candidate", other)
        ],
        default=None,
    )
    verdict = Verdict(
        passed=False,
        value=value,
        reason=Reason(N_("Another row of its cluster is kept instead, by your choice.")),
        evidence=Evidence(twins=(Twin(Ref("candidate", instead), text, value or 0.0),)),
    )
    return lambda edit: edit.change_keeper(keeper, instead, filter_id, verdict, reason)


def _root(roots: dict[int, int], id: int) -> int:
    root = roots.setdefault(id, id)
    while root != (above := roots[root]):
        roots[id] = root = above
    return root
