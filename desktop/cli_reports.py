"""What commands say when they have done something: counts and reports as a JSON object, then as words."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from desktop.core.catalogue import filters, find
from desktop.core.i18n import N_, _, ngettext, sentences
from desktop.core.records import JsonObject
from desktop.core.speed import Yield
from desktop.store.counts import Counts

if TYPE_CHECKING:
    from desktop.jobs.exporting import ExportReport
    from desktop.jobs.filtering import AskedReport
    from desktop.jobs.generating import GenerateReport
    from desktop.jobs.importing_sources import SourcesReport

_STATES = {"running": N_("running"), "paused": N_("paused"), "stopped": N_("stopped"), "finished": N_("finished")}


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
