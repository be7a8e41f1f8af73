"""What the Generate page says of runs: what a row costs, how long a run would take, what a person decided."""

from dataclasses import dataclass
from pathlib import Path

from desktop.core.i18n import _, ngettext
from desktop.core.records import Decision
from desktop.core.speed import Speed
from desktop.store.counts import RunCost
from desktop.ui import figures
from desktop.ui.models.run_figures import Past

_FEW = 10  # below so many of each, a mean is said with one decimal


@dataclass(frozen=True, slots=True)
class Known:
    """A model as it is known before it is loaded: its fingerprint, and its speed where that was measured."""

    fingerprint: str = ""
    speed: Speed | None = None


def read_known(path: Path) -> Known:
    """What is remembered of a model file on this machine; nothing where it was never used."""
    from desktop.engine.fingerprint import known_fingerprint
    from desktop.engine.pace import recall_speed

    try:
        fingerprint = known_fingerprint(path)
    except OSError:
        return Known()
    return Known(fingerprint, recall_speed(fingerprint) if fingerprint else None)


def cost_words(cost: RunCost, passing: int) -> str:
    """What a good row costs, measured so far; empty before the first reply."""
    if not cost.asks:
        return ""
    if not passing:
        asks = ngettext("{n} ask", "{n} asks", cost.asks).format(n=figures.number(cost.asks))
        return _("So far {asks} and {tokens} tokens, and no good row yet.").format(
            asks=asks, tokens=figures.number(cost.tokens)
        )
    return _("A good row costs {asks} asks, {tokens} tokens, {seconds} of writing.").format(
        asks=_mean(cost.asks / passing),
        tokens=figures.number(cost.tokens / passing),
        seconds=figures.duration(cost.seconds / passing),
    )


def forecast_words(known: Known, past: Past | None, target: int) -> str:
    """How fast a run will go and when it is done, as far as that has been measured before it starts."""
    speed = known.speed
    if speed is None:
        return _("How fast it goes is measured from the first rows on.")
    if past is not None and past.passing and past.cost.tokens and past.run.fingerprint == known.fingerprint:
        hourly = 3600 * speed.together_per_second * past.passing / past.cost.tokens
        words = ngettext(
            "about {n} good row an hour, as in run {run}", "about {n} good rows an hour, as in run {run}", round(hourly)
        ).format(n=_rounded(hourly), run=figures.number(past.run.id))
    else:
        hourly = speed.rows_per_hour
        words = ngettext(
            "about {n} row an hour before any is dropped",
            "about {n} rows an hour before any is dropped",
            round(hourly),
        ).format(n=_rounded(hourly))
    return f"{words} · {figures.done_about(3600 * target / hourly)}" if hourly > 0 else ""


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
    """No more digits than are known."""
    return figures.number(round(value, -1) if value > 50 else round(value))
