"""What commands show of stored data: each thing as a JSON object, then as words."""

import difflib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from desktop.core.catalogue import filters, find
from desktop.core.content import kind_of, lead_of, to_json
from desktop.core.engine import Model
from desktop.core.i18n import N_, _, ngettext, sentences
from desktop.core.progress import Landed
from desktop.core.records import Example, Json, JsonObject, Passage, Ref, Row, Seed, Verdict
from desktop.core.speed import Speed, Yield, speed_to_json
from desktop.store.candidates import CandidateView
from desktop.store.counts import Counts
from desktop.store.project import Project
from desktop.store.show import CANDIDATE_STAGES, Show
from desktop.store.sources import SourceView

if TYPE_CHECKING:
    from desktop.engine.shelf import ModelFile
    from desktop.jobs.exporting import ExportReport
    from desktop.jobs.filtering import AskedReport
    from desktop.jobs.fixing import Change
    from desktop.jobs.generating import GenerateReport
    from desktop.jobs.importing_sources import SourcesReport

_AT_ONCE = 500
_STATES = {"running": N_("running"), "paused": N_("paused"), "stopped": N_("stopped"), "finished": N_("finished")}
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


def of_asked(report: "AskedReport") -> JsonObject:
    """What one filter had a model say."""
    return {
        "filter": report.filter,
        "model": report.model,
        "judged": report.judged,
        "failed": report.failed,
        "unreadable": report.unreadable,
        "seconds": round(report.seconds, 1),
    }


def asked_in_words(report: "AskedReport") -> str:
    """The same as a line."""
    words = _("{filter}: {model} judged {judged} rows in {seconds} s; {failed} failed, {unreadable} without a value.")
    return words.format(
        filter=_(find(filters(), report.filter).title),
        model=report.model,
        judged=report.judged,
        seconds=f"{report.seconds:.0f}",
        failed=report.failed,
        unreadable=report.unreadable,
    )


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


# ── counts ───────────────────────────────────────────────────────────────────────────────────────


def of_counts(counts: Counts) -> JsonObject:
    """The figures of `status`, under the names that scripts rely on."""
    return {
        "sources": counts.sources,
        "passages": counts.passages,
        "seeds": counts.seeds,
        "runs": [
            {
                "id": run.id,
                "method": run.method,
                "state": run.state,
                "attempts": run.attempts,
                "candidates": run.candidates,
            }
            for run in counts.runs
        ],
        "candidates": counts.candidates,
        "unanswered": counts.unanswered,
        "passing": counts.passing,
        "dropped": dict(counts.dropped),
        "discards": dict(counts.discards),
        "reviewed": {
            "accepted": counts.accepted,
            "rejected": counts.rejected,
            "edited": counts.edited,
            "flagged": counts.flagged,
        },
        "unreviewed": counts.unreviewed,
        "dataset": counts.dataset,
    }


def counts_in_words(counts: Counts) -> str:
    """The figures of `status` as lines."""
    lines = [
        _("Sources: {count}, with {passages} passages").format(count=counts.sources, passages=counts.passages),
        _("Seeds: {count}").format(count=counts.seeds),
        *(
            _("Run {id}: {method}, {state}, {replies} replies, {rows} rows").format(
                id=run.id, method=run.method, state=_(_STATES[run.state]), replies=run.attempts, rows=run.candidates
            )
            for run in counts.runs
        ),
        _("Candidates: {count}, of which {passing} pass").format(count=counts.candidates, passing=counts.passing),
        *reasons_in_words(counts.dropped, counts.discards),
        _("Reviewed: {accepted} accepted, {rejected} rejected, {unreviewed} waiting").format(
            accepted=counts.accepted, rejected=counts.rejected, unreviewed=counts.unreviewed
        ),
        _("Dataset: {count}").format(count=counts.dataset),
    ]
    return "\n".join(lines)


def reasons_in_words(dropped: Mapping[str, int], discards: Mapping[str, int]) -> Iterator[str]:
    """Why rows were dropped and replies could not be used, the commonest first, a line each."""
    for id, count in sorted(dropped.items(), key=lambda each: -each[1]):
        title = _(find(filters(), id).title)
        yield "    " + ngettext("{count} row dropped: {why}", "{count} rows dropped: {why}", count).format(
            count=count, why=title
        )
    for message, count in sorted(discards.items(), key=lambda each: -each[1]):
        yield "    " + ngettext("{count} reply not used: {why}", "{count} replies not used: {why}", count).format(
            count=count, why=_(message)
        )


# ── reports ──────────────────────────────────────────────────────────────────────────────────────


def of_sources(report: "SourcesReport") -> JsonObject:
    """What an import of sources brought."""
    return {
        "added": len(report.sources),
        "passages": report.passages,
        "tokens_counted_by": report.counted_by or None,
        "known": list(report.known),
        "failed": [{"file": name, "why": str(why)} for name, why in report.failed],
        "unread": [
            {"file": source.path, "place": each.place, "why": str(each.why)}
            for source in report.sources
            for each in source.unread
        ],
    }


def sources_in_words(report: "SourcesReport") -> str:
    """What an import of sources brought, in a line."""
    came = ngettext("{count} source came in", "{count} sources came in", len(report.sources))
    with_it = ngettext("with {count} passage.", "with {count} passages.", report.passages)
    told = f"{came.format(count=len(report.sources))} {with_it.format(count=report.passages)}"
    if report.known:
        known = ngettext("{count} was there already.", "{count} were there already.", len(report.known))
        told += " " + known.format(count=len(report.known))
    if report.passages:
        told += "\n" + counted_in_words(report.counted_by)
    return told


def counted_in_words(model: str) -> str:
    """What the length of passages was counted with."""
    if model:
        return _("The length of passages was counted in tokens of {model}.").format(model=model)
    return _("≈ The length of passages in tokens is an estimate; with --model FILE it is counted.")


def of_generate(report: "GenerateReport") -> JsonObject:
    """How a run ended."""
    run = report.run
    return {
        "run": run.id,
        "state": run.state,
        "note": run.note,
        "target": run.target,
        "passing": report.passing,
        "attempts": report.asked,
        "dropped": dict(report.dropped),
        "discards": dict(report.discards),
        "model": run.model or None,
        "fingerprint": run.fingerprint,
        "cost": {
            "asks": report.cost.asks,
            "tokens": report.cost.tokens,
            "seconds": round(report.seconds, 2),
            "seconds_of_writing": round(report.cost.seconds, 2),
        },
        "random_seed": run.random_seed,
    }


def generate_in_words(report: "GenerateReport") -> str:
    """How a run ended, as lines."""
    opening = _("{passing} of {target} rows pass, after {replies} replies.").format(
        passing=report.passing, target=report.run.target, replies=report.asked
    )
    note = [report.run.note] if report.run.note else []
    cost = [_cost_in_words(report)] if report.passing and report.cost.asks else []
    return "\n".join([opening, *note, *cost, *reasons_in_words(report.dropped, report.discards)])


def _cost_in_words(report: "GenerateReport") -> str:
    """What a good row cost, the time by the clock."""
    return _("A good row costs {asks} asks and {tokens} tokens, and came every {seconds} s.").format(
        asks=f"{report.cost.asks / report.passing:.1f}",
        tokens=f"{report.cost.tokens / report.passing:.0f}",
        seconds=f"{report.seconds / report.passing:.1f}",
    )


def forecast_in_words(brought: Yield, target: int) -> str:
    """How fast a run will go if it goes like the one before."""
    return sentences(
        _("About {rows} good rows an hour, as in the last run of this method with this model on this computer.").format(
            rows=f"{brought.per_hour:,.0f}"
        ),
        _("{target} rows will take about {minutes} min.").format(
            target=target, minutes=max(1, round(60 * target / brought.per_hour))
        ),
    )


def of_export(report: "ExportReport") -> JsonObject:
    """What was written."""
    return {"rows": report.rows, "files": [str(file) for file in report.files], "left_out": dict(report.left_out)}


def export_in_words(report: "ExportReport") -> str:
    """What was written, as lines."""
    opening = ngettext("{count} row written.", "{count} rows written.", report.rows).format(count=report.rows)
    left_out = [
        _("Left out: {count} ({reason})").format(count=count, reason=reason)
        for reason, count in report.left_out.items()
    ]
    return "\n".join([opening, *(f"    {file}" for file in report.files), *left_out])


# ── models ───────────────────────────────────────────────────────────────────────────────────────


def of_model(model: "ModelFile") -> JsonObject:
    """A model file as far as a script needs it; `rows_per_hour_guess` (least, most) only where `speed` is null."""
    return {
        "path": str(model.path),
        "name": model.name,
        "origin": model.origin,
        "architecture": model.architecture,
        "parameters": model.parameters,
        "quantisation": model.quantisation,
        "context": model.context,
        "size": model.size,
        "files": model.files,
        "fingerprint": model.fingerprint or None,
        "licence": model.licence,
        "has_chat_template": model.has_chat_template,
        "nature": model.nature,
        "tuned": model.tuned,
        "verdict": model.verdict,
        "words": model.words,
        "memory_needed": model.needed,
        "rows_per_hour": round(model.speed.rows_per_hour) if model.speed is not None else None,
        "rows_per_hour_guess": [round(each) for each in model.guess] if model.guess is not None else None,
        "speed": speed_to_json(model.speed) if model.speed is not None else None,
    }


def model_in_words(model: "ModelFile", pace: str) -> str:
    """A model file in a few lines."""
    facts = [model.quantisation, f"{model.size / 1e6:,.0f} MB", model.origin]
    if model.parameters:
        facts.insert(0, _("{n} parameters").format(n=f"{model.parameters:,}"))
        facts.append(tuned_in_words(model.tuned) if model.nature == "text" else "")
        facts.append(model.licence or _("licence not stated"))
    lines = [f"{model.name} ({', '.join(filter(None, facts))})", model.words, pace, str(model.path)]
    return "\n    ".join(filter(None, lines))


def tuned_in_words(tuned: str) -> str:
    """Whether a model was taught to follow instructions."""
    return {"instruct": _("follows instructions"), "base": _("base model")}.get(tuned, _("base or instruct: unknown"))


def of_speed(model: Model, speed: Speed) -> JsonObject:
    """What a speed test measured."""
    return {"model": model.name, "path": model.path, "fingerprint": model.fingerprint, **speed_to_json(speed)}


def speed_in_words(model: Model, speed: Speed) -> str:
    """What a speed test measured, and what a row was taken to be."""
    return "\n".join(
        (
            _("{name} writes about {rows} rows an hour on this computer, before any is dropped.").format(
                name=model.name, rows=f"{speed.rows_per_hour:,.0f}"
            ),
            _(
                "It reads {read} tokens a second, writes {alone} alone and {together} with {slots} texts at once."
            ).format(
                read=f"{speed.read_per_second:.0f}",
                alone=f"{speed.alone_per_second:.1f}",
                together=f"{speed.together_per_second:.1f}",
                slots=speed.slots,
            ),
            _("A row was taken to be {n} tokens: one answer from a prompt with examples, and its judgement.").format(
                n=speed.row_tokens
            ),
        )
    )
