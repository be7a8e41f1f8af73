"""SQL that runs: a row whose query failed when it was run on SQLite is dropped.

What is judged is the run that the row's method had made; a query that was edited since has not been run, and passes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.records import Candidate, Evidence, Instruction, Reason, Span, Verdict
from desktop.core.shapes import Filter, FilterContext, Judge
from desktop.filters._verdicts import PASSED


@dataclass(frozen=True)
class SqlRunsOptions(Options):
    """Whether a query must find something."""

    finds: bool = option(
        False,
        About(
            title=N_("It must find something"),
            help=N_("Also drops queries that ran and found no row."),
            why=N_("Seedbed's own: the rows were generated, so a good query may well find none of them."),
        ),
    )


def _start(options: SqlRunsOptions, context: FilterContext) -> Judge:
    def judge(candidate: Candidate, siblings: Sequence[Candidate], /) -> Verdict:
        row, ran = candidate.row, candidate.row.extra.get("ran")
        if not isinstance(row, Instruction) or not isinstance(ran, Mapping) or ran.get("query") != row.output:
            return PASSED
        span = Span("output", 0, len(row.output or ""))
        if "fault" in ran:
            reason = Reason(N_("The query failed: {why}"), {"why": str(ran["fault"])})
            return Verdict(False, reason=reason, evidence=Evidence((span,)))
        if options.finds and not ran.get("rows"):
            return Verdict(False, reason=Reason(N_("The query found nothing.")), evidence=Evidence((span,)))
        return PASSED

    return judge


FILTER = Filter(
    title=N_("SQL that runs"),
    summary=N_("Drops a row whose query failed when it was run."),
    source=N_("Spider, arXiv 1809.08887, which compares queries by what they find when they are run"),
    options=SqlRunsOptions,
    start=_start,
    dropped_as=N_("failing query"),
)
