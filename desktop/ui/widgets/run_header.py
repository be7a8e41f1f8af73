"""How far a run is: rows against the target, the pace, and what came of everything that was written."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from desktop.core.i18n import _, ngettext
from desktop.ui import figures
from desktop.ui.models.run_figures import RunFigures
from desktop.ui.models.run_words import cost_help, cost_words
from desktop.ui.widgets.bar import Bar
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.label import ElidedLabel, label, literal
from desktop.ui.widgets.tally import Part, Tally

UNUSABLE = "unusable"
"""The key of the part that counts replies that could not be used."""


class RunHeader(Card):
    """`show_run` says it in words and figures; `chosen(key)` is a filter's id, "passing" or UNUSABLE."""

    chosen = Signal(str)

    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__()
        self._names = names  # filter id → its title, in the user's language
        self.figure_label = label("", "heading")
        self.pace_label = ElidedLabel("", "muted")
        self.written_label = label("", "muted")
        self.bar = Bar(_("Passing rows"))
        self.tally = Tally(_("What came of it"))
        self.cost_label = label("", "label", wrap=True)
        self.note_label = label("", "body", wrap=True)
        self.error_label = label("", "error", wrap=True)
        for each in (self.note_label, self.error_label):
            each.hide()
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(self.figure_label)
        top.addWidget(self.pace_label, 1)
        top.addWidget(self.written_label)
        self.body.setContentsMargins(15, 13, 15, 8)
        self.body.addLayout(top)
        self.body.addWidget(self.bar)
        self.body.addWidget(self.tally)
        self.body.addWidget(self.cost_label)
        self.body.addWidget(self.note_label)
        self.body.addWidget(self.error_label)
        self.tally.setContentsMargins(0, 0, 0, 0)
        self.tally.chosen.connect(self.chosen)

    def show_run(self, run: RunFigures, words: str = "") -> None:
        """Show the figures; `words` stand in the place of the pace: "paused"."""
        figure = _("{n} of {target} passing rows").format(
            n=figures.number(run.passing), target=figures.number(run.target)
        )
        self.figure_label.setText(figure)
        self.pace_label.setText(words or _pace(run))
        written = run.written
        said = [ngettext("{n} written", "{n} written", written).format(n=figures.number(written))]
        if written:
            said.append(_("{share} pass").format(share=figures.percent(run.passing, written)))
        self.written_label.setText(" · ".join(said))
        self.bar.set_part(run.passing / run.target if run.target else 0.0)
        self.bar.setAccessibleDescription(figure)
        self.tally.show_parts(self._parts(run))
        cost = cost_words(run.cost, run.passing, run.seconds)
        self.cost_label.setText(cost)
        self.cost_label.setToolTip(literal(cost_help(run.cost)))
        self.cost_label.setAccessibleDescription(cost_help(run.cost))
        self.cost_label.setVisible(bool(cost))

    def show_note(self, words: str) -> None:
        """Say why the run ended; empty takes it away."""
        self.note_label.setText(words)
        self.note_label.setVisible(bool(words))

    def show_error(self, words: str) -> None:
        """Say what failed and what to do; empty takes it away."""
        self.error_label.setText(words)
        self.error_label.setVisible(bool(words))

    def _parts(self, run: RunFigures) -> Sequence[Part]:
        parts = [Part(run.passing, _("pass"), key="passing")]
        for name, count in sorted(run.dropped.items(), key=lambda each: -each[1]):
            if count:
                parts.append(Part(count, self._names.get(name, name), "dropped", key=name))
        if run.unanswered:
            parts.append(Part(run.unanswered, _("without an answer"), "dropped", key="unanswered"))
        unusable = sum(run.unusable.values())
        if unusable:
            words = ngettext("reply not usable", "replies not usable", unusable)
            parts.append(Part(unusable, words, "dropped", key=UNUSABLE, more=_("see why")))
        return parts


def _pace(run: RunFigures) -> str:
    words = []
    if run.rows_per_minute:
        hourly = round(run.rows_per_minute * 60)
        hourly = round(hourly, -1) if hourly > 50 else hourly
        words.append(
            ngettext("about {n} good row an hour", "about {n} good rows an hour", hourly).format(
                n=figures.number(hourly)
            )
        )
    if run.seconds_left is not None:
        words.append(figures.done_about(run.seconds_left))
    return " · ".join(words)
