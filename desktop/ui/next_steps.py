"""What a project needs next, in the order of the work."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from desktop.core.i18n import _, ngettext
from desktop.ui.figures import number, percent
from desktop.ui.standing import Standing
from desktop.ui.widgets.badge import Tone

FEW_SEEDS = 8  # Self-Instruct shows eight examples at a time
_MOSTLY_DROPPED = 0.6
_MOST_STEPS = 4


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do: what it is about, a sentence, and the button that leads to it."""

    about: str
    tone: Tone
    sentence: str
    button: str
    page: str


def next_steps(standing: Standing, *, has_model: bool, generating: bool) -> tuple[Step, ...]:
    """The few things most worth doing now, the first one first."""
    rules: Iterable[Callable[[], Step | None]] = (
        lambda: _seeds(standing),
        lambda: _sources(standing),
        lambda: _model(has_model),
        lambda: _working(generating),
        lambda: _unfinished(standing, generating),
        lambda: _first_rows(standing, has_model, generating),
        lambda: _reviewing(standing),
        lambda: _flagged(standing),
        lambda: _leaving(standing),
        lambda: _strict(standing),
    )
    return tuple(step for rule in rules if (step := rule()) is not None)[:_MOST_STEPS]


def _seeds(standing: Standing) -> Step | None:
    count = standing.counts.seeds
    if count == 0 and standing.counts.passages:
        return None  # documents are enough to start from
    if count == 0:
        sentence = _("Write or import a few good examples; eight are enough to start")
        return Step(_("Seeds"), "info", sentence, _("Add seeds"), "seeds")
    if count < FEW_SEEDS:
        sentence = ngettext(
            "You have {n} example; with eight or more the new rows vary better",
            "You have {n} examples; with eight or more the new rows vary better",
            count,
        ).format(n=number(count))
        return Step(_("Seeds"), "dropped", sentence, _("Add seeds"), "seeds")
    return None


def _sources(standing: Standing) -> Step | None:
    counts = standing.counts
    if counts.seeds or counts.passages or counts.candidates:
        return None
    sentence = _("Or bring documents, and let the model make rows from what they say")
    return Step(_("Sources"), "info", sentence, _("Add sources"), "sources")


def _model(has_model: bool) -> Step | None:
    if has_model:
        return None
    return Step(_("Model"), "dropped", _("Choose a model that writes the rows"), _("Choose"), "models")


def _working(generating: bool) -> Step | None:
    if not generating:
        return None
    return Step(_("Generate"), "info", _("New rows are being written"), _("Watch"), "generate")


def _unfinished(standing: Standing, generating: bool) -> Step | None:
    run = next((each for each in standing.runs if each.state in ("paused", "running")), None)
    if run is None or generating:
        return None
    sentence = _("Run {run} is paused at {n} of {target} rows").format(
        run=number(run.id), n=number(standing.passing.get(run.id, 0)), target=number(run.target)
    )
    return Step(_("Generate"), "info", sentence, _("Go on"), "generate")


def _first_rows(standing: Standing, has_model: bool, generating: bool) -> Step | None:
    counts = standing.counts
    if counts.candidates or not (counts.seeds or counts.passages) or not has_model or generating or standing.runs:
        return None
    if not counts.seeds:
        sentence = ngettext(
            "Let the model write rows from your {n} passage",
            "Let the model write rows from your {n} passages",
            counts.passages,
        ).format(n=number(counts.passages))
        return Step(_("Generate"), "info", sentence, _("Generate"), "generate")
    sentence = ngettext(
        "Let the model write rows from your {n} example",
        "Let the model write rows from your {n} examples",
        standing.counts.seeds,
    ).format(n=number(standing.counts.seeds))
    return Step(_("Generate"), "info", sentence, _("Generate"), "generate")


def _reviewing(standing: Standing) -> Step | None:
    count = standing.counts.unreviewed
    if not count:
        return None
    sentence = ngettext("{n} row waits for your decision", "{n} rows wait for your decision", count)
    return Step(_("Review"), "info", sentence.format(n=number(count)), _("Start"), "review")


def _flagged(standing: Standing) -> Step | None:
    count = standing.counts.flagged
    if not count:
        return None
    sentence = ngettext("You flagged {n} row to look at again", "You flagged {n} rows to look at again", count)
    return Step(_("Review"), "dropped", sentence.format(n=number(count)), _("Look at them"), "review")


def _leaving(standing: Standing) -> Step | None:
    count = standing.counts.dataset
    if not count or standing.exports:
        return None
    sentence = ngettext("{n} row is ready to leave", "{n} rows are ready to leave", count)
    return Step(_("Export"), "pass", sentence.format(n=number(count)), _("Export"), "export")


def _strict(standing: Standing) -> Step | None:
    counts = standing.counts
    dropped = sum(counts.dropped.values())
    if not standing.strictest or dropped < _MOSTLY_DROPPED * counts.candidates:
        return None
    sentence = _("{share} of the rows were dropped, most of them by “{filter}”").format(
        share=percent(dropped, counts.candidates), filter=_(standing.strictest)
    )
    return Step(_("Filter"), "dropped", sentence, _("Look at them"), "filter")
