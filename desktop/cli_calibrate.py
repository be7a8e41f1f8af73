"""The command that compares a filter's values with the person's own ratings."""

import argparse
import dataclasses
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from desktop.cli_commands import Wiring
from desktop.core.i18n import _
from desktop.core.records import JsonObject
from desktop.store.project import Project

if TYPE_CHECKING:
    from desktop.jobs.agreement import Confusion
    from desktop.jobs.calibrating import Calibration


def calibrate(asked: argparse.Namespace, wiring: Wiring) -> int:
    """Keep the ratings that were given, and say how well the filter agrees with all of them."""
    from desktop.jobs import calibrating

    with Project.open(asked.project, write=bool(asked.rate)) as project:
        if asked.rate:
            calibrating.rate(project, asked.filter, dict(asked.rate), time.time())
        found = calibrating.calibrate(project, asked.filter)
        to_rate = calibrating.to_rate(project, asked.filter)
    told: JsonObject = {**dataclasses.asdict(found), "to_rate": list(to_rate)}
    wiring.output.result(told, in_words(found, to_rate))
    return 0


def in_words(found: "Calibration", to_rate: Sequence[int]) -> str:
    """How a filter agrees with a person, as lines, and what to rate next."""
    lines = [_("{rated} rows have a rating of yours and a value.").format(rated=found.rated)]
    if found.unvalued:
        lines.append(_("{count} rated rows have no value by this filter yet.").format(count=found.unvalued))
    if found.spearman is None:
        lines.append(_("There is nothing to compare: your ratings, or the values, are all alike."))
    else:
        agreement = _("Agreement in order (Spearman): {rho}; by chance as good: {chance}.")
        lines.append(agreement.format(rho=f"{found.spearman:.2f}", chance=f"{found.chance or 0:.1%}"))
        if not found.better_than_chance:
            lines.append(_("This judge agrees with you no better than chance."))
    if found.at_cut is not None:
        lines.append(
            _("At the cut, {cut}: {confusion}").format(cut=f"{found.cut:g}", confusion=_confusion(found.at_cut))
        )
    if found.suggested is not None and found.at_suggested is not None:
        words = _("At {cut}, which fits your ratings best: {confusion}")
        lines.append(words.format(cut=f"{found.suggested:.3g}", confusion=_confusion(found.at_suggested)))
    if to_rate:
        ids = ", ".join(map(str, to_rate))
        lines.append(_("Rows to rate next: {ids}.").format(ids=ids))
    return "\n".join(lines)


def _confusion(said: "Confusion") -> str:
    words = _("both keep {a}, only you {b}, only the filter {c}, both drop {d}.")
    return words.format(a=said.kept_kept, b=said.kept_dropped, c=said.dropped_kept, d=said.dropped_dropped)
