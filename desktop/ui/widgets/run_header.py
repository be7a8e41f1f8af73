"""How far a run is: rows against the target, the pace, and what came of everything that was written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from desktop.core.i18n import _, ngettext
from desktop.ui import figures
from desktop.ui.widgets.bar import Bar
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.label import ElidedLabel, label
from desktop.ui.widgets.tally import Part, Tally

UNUSABLE = "unusable"
"""The key of the part that counts replies that could not be used."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A run in figures."""

    passing: int = 0
    target: int = 0
    dropped: Mapping[str, int] = field(default_factory=dict)  # by filter id
    unusable: int = 0
    unanswered: int = 0
    rows_per_minute: float | None = None
    seconds_left: float | None = None

    @property
    def written(self) -> int:
        """Rows in all."""
        return self.passing + self.unanswered + sum(self.dropped.values())


class RunHeader(Card):
    """`show_standing` says it in words and figures; `chosen(key)` is a filter's id, "passing" or UNUSABLE."""

    chosen = Signal(str)

    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__()
        self._names = names  # filter id → its title, in the user's language
        self.figure_label = label("", "heading")
        self.pace_label = ElidedLabel("", "muted")
        self.written_label = label("", "muted")
        self.bar = Bar(_("Passing rows"))
        self.tally = Tally(_("What came of it"))
        self.error_label = label("", "error", wrap=True)
        self.error_label.hide()
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(self.figure_label)
        top.addWidget(self.pace_label, 1)
        top.addWidget(self.written_label)
        self.body.setContentsMargins(15, 13, 15, 8)
        self.body.addLayout(top)
        self.body.addWidget(self.bar)
        self.body.addWidget(self.tally)
        self.body.addWidget(self.error_label)
        self.tally.setContentsMargins(0, 0, 0, 0)
        self.tally.chosen.connect(self.chosen)

    def show_standing(self, standing: Standing, words: str = "") -> None:
        """Show the figures; `words` stand in the place of the pace: "paused", or why the run ended."""
        figure = _("{n} of {target} passing rows").format(
            n=figures.number(standing.passing), target=figures.number(standing.target)
        )
        self.figure_label.setText(figure)
        self.pace_label.setText(words or _pace(standing))
        written = standing.written
        said = [ngettext("{n} written", "{n} written", written).format(n=figures.number(written))]
        if written:
            said.append(_("{share} pass").format(share=figures.percent(standing.passing, written)))
        self.written_label.setText(" · ".join(said))
        self.bar.set_part(standing.passing / standing.target if standing.target else 0.0)
        self.bar.setAccessibleDescription(figure)
        self.tally.show_parts(self._parts(standing))

    def show_error(self, words: str) -> None:
        """Say what failed and what to do; empty takes it away."""
        self.error_label.setText(words)
        self.error_label.setVisible(bool(words))

    def _parts(self, standing: Standing) -> Sequence[Part]:
        parts = [Part(standing.passing, _("pass"), key="passing")]
        for name, count in sorted(standing.dropped.items(), key=lambda each: -each[1]):
            if count:
                parts.append(Part(count, self._names.get(name, name), "dropped", key=name))
        if standing.unanswered:
            parts.append(Part(standing.unanswered, _("without an answer"), "dropped", key="unanswered"))
        if standing.unusable:
            words = ngettext("reply not usable", "replies not usable", standing.unusable)
            parts.append(Part(standing.unusable, words, "dropped", key=UNUSABLE, more=_("see why")))
        return parts


def _pace(standing: Standing) -> str:
    words = []
    if standing.rows_per_minute:
        hourly = round(standing.rows_per_minute * 60)
        hourly = round(hourly, -1) if hourly > 50 else hourly
        words.append(
            ngettext("about {n} good row an hour", "about {n} good rows an hour", hourly).format(
                n=figures.number(hourly)
            )
        )
    if standing.seconds_left is not None:
        words.append(figures.done_about(standing.seconds_left))
    return " · ".join(words)
