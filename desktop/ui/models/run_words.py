"""What the Generate page says of runs: what a row costs, how long a run would take, what a person decided."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from desktop.core.address import Address
from desktop.core.engine import NO_MODEL
from desktop.core.i18n import _, ngettext
from desktop.core.records import Decision
from desktop.core.speed import Speed, Yield
from desktop.store.counts import RunCost
from desktop.ui import figures
from desktop.ui.models.run_figures import Past

_FEW = 10  # below so many of each, a mean is said with one decimal


@dataclass(frozen=True, slots=True)
class Known:
    """A model as it is known before it is loaded, and what the last runs with it brought on this computer."""

    fingerprint: str = ""
    speed: Speed | None = None  # where it was measured
    yields: Mapping[str, Yield] = field(default_factory=dict)  # by method; those that ask no model as well


def read_known(path: Path, server: Address | None = None) -> Known:
    """What is remembered of a model file, or of a server, on this machine; little where it was never used."""
    from desktop.engine.fingerprint import known_fingerprint
    from desktop.engine.pace import recall_speed, recall_yields

    unasked = recall_yields(NO_MODEL.fingerprint)
    if server is not None:
        return Known(yields={**unasked, **recall_yields(str(server))})
    try:
        fingerprint = known_fingerprint(path)
    except OSError:
        fingerprint = ""
    if not fingerprint:
        return Known(yields=unasked)
    return Known(fingerprint, recall_speed(fingerprint), {**unasked, **recall_yields(fingerprint)})


def cost_words(cost: RunCost, passing: int, seconds: float = 0.0) -> str:
    """What a good row costs so far; empty before the first reply. `seconds` is the run's time by the clock."""
    if not cost.asks:
        return ""
    if not passing:
        asks = ngettext("{n} ask", "{n} asks", cost.asks).format(n=figures.number(cost.asks))
        return _("So far {asks} and {tokens} tokens, and no good row yet.").format(
            asks=asks, tokens=figures.number(cost.tokens)
        )
    asks, tokens = _mean(cost.asks / passing), figures.number(cost.tokens / passing)
    if not seconds:
        return _("A good row costs {asks} asks and {tokens} tokens.").format(asks=asks, tokens=tokens)
    return _("A good row costs {asks} asks and {tokens} tokens, and came every {seconds}.").format(
        asks=asks, tokens=tokens, seconds=figures.duration(seconds / passing)
    )


def cost_help(cost: RunCost) -> str:
    """How the figures of `cost_words` are to be read."""
    return _(
        "Measured on this run so far, on rows that pass; what was dropped is paid for by them. The time is that of the"
        " clock, pauses left out. As several texts are written at once, writing took {seconds} if each is counted by"
        " itself."
    ).format(seconds=figures.duration(cost.seconds))


def forecast_words(known: Known, past: Past | None, method: str, target: int, *, asks_model: bool = True) -> str:
    """How fast a run will go and when it is done, as far as that is known before it starts, and where from."""
    speed, brought = known.speed, known.yields.get(method)
    if brought is not None:
        hourly, words = brought.per_hour, _as_before(brought, asks_model=asks_model)
    elif not asks_model:
        return _("No model is asked, so it goes quickly.")
    elif speed is None:
        return _(
            "How fast it goes is measured from the first rows on. A speed test on the Models page tells it before."
        )
    elif past is not None and past.passing and past.cost.tokens and past.run.fingerprint == known.fingerprint:
        hourly = 3600 * speed.together_per_second * past.passing / past.cost.tokens
        words = ngettext(
            "about {n} good row an hour, by the speed test and the rows of run {run}",
            "about {n} good rows an hour, by the speed test and the rows of run {run}",
            round(hourly),
        ).format(n=_rounded(hourly), run=figures.number(past.run.id))
    else:
        hourly = speed.rows_per_hour
        words = ngettext(
            "about {n} row an hour by the speed test, before any is dropped",
            "about {n} rows an hour by the speed test, before any is dropped",
            round(hourly),
        ).format(n=_rounded(hourly))
    return f"{words} · {figures.done_about(3600 * target / hourly)}" if hourly > 0 else ""


def _as_before(brought: Yield, *, asks_model: bool) -> str:
    hourly, when = brought.per_hour, figures.moment(brought.measured_at)
    if asks_model:
        words = ngettext(
            "about {n} good row an hour, as in the last run of this method with this model on this computer ({when})",
            "about {n} good rows an hour, as in the last run of this method with this model on this computer ({when})",
            round(hourly),
        )
    else:
        words = ngettext(
            "about {n} good row an hour, as in the last run of this method on this computer ({when})",
            "about {n} good rows an hour, as in the last run of this method on this computer ({when})",
            round(hourly),
        )
    return words.format(n=_rounded(hourly), when=when)


def decision_words(decision: Decision | None, count: int) -> tuple[str, str]:
    """The name of the step that decides on rows, and what is said when it is done."""
    n = figures.number(count)
    if decision is None:
        title = ngettext("Take back a decision", "Take back {n} decisions", count)
        said = ngettext("Decision taken back.", "{n} decisions taken back.", count)
    elif decision == "accepted":
        title = ngettext("Keep a row", "Keep {n} rows", count)
        said = ngettext("Row kept.", "{n} rows kept.", count)
    else:
        title = ngettext("Reject a row", "Reject {n} rows", count)
        said = ngettext("Row rejected.", "{n} rows rejected.", count)
    return title.format(n=n), said.format(n=n)


def _mean(value: float) -> str:
    return figures.number(value, 1 if value < _FEW and round(value, 1) != round(value) else 0)


def _rounded(value: float) -> str:
    """No more digits than are known: two."""
    return figures.number(round(value, min(0, 1 - math.floor(math.log10(value)))) if value > 50 else round(value))
