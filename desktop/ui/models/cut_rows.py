"""The rows on either side of a filter's cut, each with its nearest twin and what it shares with it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from desktop.core.content import lead_field_of, lead_of
from desktop.core.i18n import N_
from desktop.core.records import Evidence, Reason, Ref, Span, Twin, Verdict
from desktop.store.show import Show, Stage
from desktop.ui.models.lazy_rows import Lookup
from desktop.ui.models.leads import leads_of
from desktop.ui.models.text_pieces import difference

if TYPE_CHECKING:
    from desktop.store.candidates import CandidateView
    from desktop.store.project import Project

_FIRST = 30
_COMPARED = 700  # characters; a list shows no more


def lookup(stage: Stage, filter_id: str, near: float | None) -> "Lookup[CandidateView]":
    """The rows of a stage that a filter has judged (with "dropped": that it was the first to drop), nearest first."""
    show = Show(stage, filter_id, near=near)
    get = partial(_get, filter_id=filter_id)
    return Lookup(
        ids=lambda project: project.candidates.ids(show),
        get=get,
        id_of=_id_of,
        first=lambda project: get(project, project.candidates.ids(show, _FIRST)),
    )


def _id_of(view: "CandidateView") -> int:
    return view.candidate.id


def _get(project: "Project", ids: Sequence[int], filter_id: str) -> "Sequence[CandidateView]":
    views = project.candidates.get(ids)
    wanted = {
        verdict.likenesses[0].twin
        for view in views
        if (verdict := view.verdicts.get(filter_id)) and not verdict.evidence.twins and verdict.likenesses
    }
    texts = leads_of(project, wanted)
    why = project.verdicts.reasons_set_aside(
        filter_id, [view.candidate.id for view in views if filter_id in view.overruled]
    )
    return [_with_evidence(view, filter_id, texts, why.get(view.candidate.id, "")) for view in views]


def _with_evidence(view: "CandidateView", filter_id: str, texts: Mapping[Ref, str], why: str = "") -> "CandidateView":
    """The store keeps a twin for what was dropped; of what passed it keeps only which row is how alike.

    `why` the user keeps the row anyway stands in place of the filter's reason.
    """
    verdict = view.verdicts.get(filter_id)
    if verdict is None:
        return view
    twins = verdict.evidence.twins or tuple(
        Twin(each.twin, texts[each.twin], each.value) for each in verdict.likenesses[:1] if each.twin in texts
    )
    spans = verdict.evidence.spans or _shared(view, twins)
    reason = Reason(N_("Your reason: {why}"), {"why": why}) if why else verdict.reason
    shown: Verdict = replace(verdict, evidence=Evidence(spans, twins), reason=reason)
    return replace(view, verdicts={**view.verdicts, filter_id: shown})


def _shared(view: "CandidateView", twins: tuple[Twin, ...]) -> tuple[Span, ...]:
    """What the lead has in common with its nearest twin, in order."""
    if not twins:
        return ()
    field, lead = lead_field_of(view.row), lead_of(view.row)[:_COMPARED]
    spans: list[Span] = []
    at = 0
    for piece in difference(twins[0].text[:_COMPARED], lead):
        if piece.tone == "gone":
            continue
        words = piece.text.strip()
        if piece.tone == "same" and any(each.isalnum() for each in words):
            start = at + len(piece.text) - len(piece.text.lstrip())
            spans.append(Span(field, start, start + len(words)))
        at += len(piece.text)
    return tuple(spans)
