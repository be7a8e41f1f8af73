"""What commands show of stored rows: each as a JSON object, then as words."""

import difflib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from desktop.core.content import kind_of, lead_of, to_json
from desktop.core.i18n import _
from desktop.core.progress import Landed
from desktop.core.records import Example, Json, JsonObject, Passage, Ref, Row, Seed, Verdict
from desktop.store.candidates import CandidateView
from desktop.store.project import Project
from desktop.store.show import CANDIDATE_STAGES, Show
from desktop.store.sources import SourceView

if TYPE_CHECKING:
    from desktop.jobs.fixing import Change

_AT_ONCE = 500
STAGES = ("sources", "passages", "seeds", *CANDIDATE_STAGES, "dataset")


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────


def of_stage(project: Project, stage: str) -> Iterator[JsonObject]:
    """The rows of one of STAGES, in id order."""
    if stage == "sources":
        yield from map(of_source, project.sources.get(project.sources.ids()))
    elif stage == "passages":
        paths = {source.id: source.path for source in project.sources.all()}
        ids = project.passages.ids()
        for start in range(0, len(ids), _AT_ONCE):
            for passage in project.passages.get(ids[start : start + _AT_ONCE]):
                yield of_passage(passage, paths.get(passage.source, ""))
    elif stage == "seeds":
        yield from map(of_seed, project.seeds.all())
    elif stage == "dataset":
        yield from map(of_example, project.dataset.rows())
    else:
        ids = project.candidates.ids(Show(CANDIDATE_STAGES[stage]))
        for start in range(0, len(ids), _AT_ONCE):
            yield from map(of_candidate, project.candidates.get(ids[start : start + _AT_ONCE]))


def of_seed(seed: Seed) -> JsonObject:
    """A seed as the command line shows it."""
    return {
        "id": seed.id,
        **_content(seed.row),
        "is_classification": seed.is_classification,
        "provenance": {"name": seed.name, "origin": seed.origin},
    }


def of_source(view: SourceView) -> JsonObject:
    """A source with what could not be read of it."""
    source = view.source
    return {
        "id": source.id,
        "path": source.path,
        "format": source.format,
        "pages": source.pages,
        "passages": view.passages,
        "excluded": view.excluded,
        "unread": [{"place": each.place, "why": str(each.why)} for each in source.unread],
        "provenance": {"fingerprint": source.fingerprint, "imported": source.imported},
    }


def of_passage(passage: Passage, path: str) -> JsonObject:
    """A passage with where it stands."""
    return {
        "id": passage.id,
        "form": passage.form,
        "text": passage.text,
        "columns": passage.columns,
        "excluded": passage.excluded,
        "aside": passage.aside,
        "provenance": {
            "source": passage.source,
            "path": path,
            "page": passage.page,
            "heading": passage.heading,
            "first": passage.first,
            "last": passage.last,
        },
    }


def of_candidate(view: CandidateView) -> JsonObject:
    """A candidate with what was said of it and where it comes from."""
    candidate, run = view.candidate, view.run
    return {
        "id": candidate.id,
        **_content(view.row),
        "passing": view.passing,
        "decision": view.review.decision if view.review else None,
        "edited": bool(view.review and view.review.row is not None),
        "verdicts": {id: of_verdict(verdict) for id, verdict in view.verdicts.items()},
        "overruled": sorted(view.overruled),
        "provenance": {
            "run": candidate.run,
            "method": run.method if run else None,
            "model": run.model if run else None,
            "item": candidate.item,
            "parents": [of_ref(ref) for ref in candidate.parents],
            "origin": candidate.origin,
        },
    }


def of_example(example: Example) -> JsonObject:
    """A row of the dataset with where it comes from."""
    return {"id": example.id, **_content(example.row), "provenance": example.provenance}


def of_verdict(verdict: Verdict) -> JsonObject:
    """What a filter said."""
    reason = str(verdict.reason) if verdict.reason else None
    by = {"model": verdict.by.model} if verdict.by else {}
    return {"passed": verdict.passed, "value": verdict.value, "reason": reason, **by}


def of_ref(ref: Ref) -> JsonObject:
    """What a row was made from."""
    return {"stage": ref.stage, "id": ref.id}


def in_words(found: JsonObject) -> str:
    """A row in two lines or so: what it is, and how it stands."""
    told = found.get("instruction") or found.get("text") or found.get("prompt") or found.get("path") or ""
    text = " ".join(str(told).split())
    line = f"{found['id']:>6}  {text[:100]}"
    verdicts = found.get("verdicts")
    if not isinstance(verdicts, Mapping):
        return line
    said = [str(each["reason"]) for each in verdicts.values() if isinstance(each, Mapping) and each["reason"]]
    stands = found["decision"] or (_("passes") if found["passing"] else _("dropped"))
    return "\n        ".join([line, " · ".join([str(stands), *said])])


def of_change(change: "Change") -> JsonObject:
    """A row as a filter would have it, by the fields that change."""
    fields = {name: {"before": before, "after": after} for name, (before, after) in change.fields.items()}
    return {"id": change.candidate, "fields": fields}


def change_in_words(change: "Change") -> str:
    """A row as a filter would have it, as a diff."""
    lines = [_("row {id}").format(id=change.candidate)]
    for name, (before, after) in change.fields.items():
        lines.append(f"  {name}")
        diff = difflib.ndiff(before.splitlines(), after.splitlines())
        lines += [f"    {line}" for line in diff if line[:2] in ("- ", "+ ")]
    return "\n".join(lines)


def of_landed(landed: Landed) -> str:
    """A row as it lands, in a line."""
    reasons = [str(verdict.reason) for verdict in landed.verdicts.values() if verdict.reason]
    text = " ".join(lead_of(landed.candidate.row).split())
    if landed.passed:
        return _("kept     {text}").format(text=text[:100])
    return _("dropped  {text} ({why})").format(text=text[:60], why=" · ".join(reasons) or _("no answer"))


def _content(row: Row) -> JsonObject:
    extra: dict[str, Json] = {"extra": row.extra} if row.extra else {}
    return {"kind": kind_of(row), **to_json(row), "task_type": row.task_type, "language": row.language, **extra}
