"""What there is to say of judging: that rows wait to be judged, or how far it is."""

from collections.abc import Mapping

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.core.i18n import _, ngettext
from desktop.core.progress import Progress
from desktop.ui import figures
from desktop.ui.models.chain_standing import ChainStanding
from desktop.ui.widgets import buttons
from desktop.ui.widgets.bar import Bar
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.label import ElidedLabel


class JudgingStrip(Card):
    """`offer` and `show_standing` ask for a start, `show_progress` tells of the work; hidden where all is said."""

    wanted = Signal()
    asking = Signal()  # the model is to judge
    calibrating = Signal()  # its judgement is to be compared with the person's first
    stopped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.words_label = ElidedLabel("")
        self.bar = Bar(_("Rows judged"))
        self.bar.setFixedWidth(200)
        self.judge_button = buttons.small(_("Judge everything again"))
        self.calibrate_button = buttons.small(_("Calibrate first"))
        self.ask_button = buttons.small(_("Ask the model"))
        self.stop_button = buttons.small(_("Stop"))
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.words_label, 1)
        for each in (self.bar, self.judge_button, self.calibrate_button, self.ask_button, self.stop_button):
            row.addWidget(each)
        self.body.setContentsMargins(15, 8, 9, 8)
        self.body.addLayout(row)
        self.judge_button.clicked.connect(self.wanted)
        self.calibrate_button.clicked.connect(self.calibrating)
        self.ask_button.clicked.connect(self.asking)
        self.stop_button.clicked.connect(self.stopped)
        self.hide()

    def offer(self, words: str, button: str = "") -> None:
        """Say that rows wait to be judged, with a button that begins; nothing to say where `words` is empty."""
        self._show_only(self.judge_button if button else None)
        self.words_label.setText(words)
        self.judge_button.set_text(button or self.judge_button.text())
        self.setVisible(bool(words))

    def show_standing(self, standing: ChainStanding, seconds: float | None, *, stale: bool, untried: bool) -> None:
        """Say what waits: rows not judged, rows that the model was not asked about, rows judged by earlier options.

        `seconds` is what it takes to ask about a row, where that is known; `untried`: the model is small, and nobody
        knows yet how well it judges.
        """
        if standing.missing and standing.broken_off is not None:
            words = _("The judging ended after {n} of {all} rows.").format(
                n=figures.number(standing.broken_off.done), all=figures.number(standing.counts.candidates)
            )
            self.offer(words, _("Go on judging"))
        elif standing.missing:
            words = ngettext(
                "{n} row has not been judged by every filter that is on.",
                "{n} rows have not been judged by every filter that is on.",
                standing.missing,
            )
            self.offer(words.format(n=figures.number(standing.missing)), _("Judge everything again"))
        elif any(standing.unasked.values()):
            self.offer(_unasked(standing.unasked, seconds, untried=untried))
            self._show_only(*((self.calibrate_button, self.ask_button) if untried else (self.ask_button,)))
        elif stale:
            self.offer(_("Some rows still carry the verdicts of earlier settings."), _("Judge everything again"))
        else:
            self.offer("")

    @Slot(object)
    def show_progress(self, progress: Progress | None) -> None:
        """Say how far the judging is; None: it has just begun."""
        words = progress.what if progress is not None else _("Judging the rows")
        if progress is not None and progress.total:
            words = _("{doing}: {n} of {all}").format(
                doing=words, n=figures.number(progress.done), all=figures.number(progress.total)
            )
            if progress.seconds_left is not None and progress.seconds_left > 3:
                words = _("{judging} · {left} left").format(judging=words, left=figures.duration(progress.seconds_left))
        self.words_label.setText(words)
        self.bar.set_part(progress.done / progress.total if progress and progress.total else 0.0)
        self._show_only(self.bar, self.stop_button)
        self.show()

    def _show_only(self, *wanted: QWidget | None) -> None:
        for each in (self.bar, self.judge_button, self.calibrate_button, self.ask_button, self.stop_button):
            each.setVisible(each in wanted)


def _unasked(unasked: Mapping[str, int], seconds: float | None, *, untried: bool) -> str:
    rows = max(unasked.values())
    words = ngettext(
        "The model has not been asked about {n} row yet.", "The model has not been asked about {n} rows yet.", rows
    ).format(n=figures.number(rows))
    if untried:
        return _("{asked} A small one may judge no better than chance.").format(asked=words)
    if seconds is not None:
        took = figures.duration(seconds * sum(unasked.values()))
        return _("{asked} It takes about {time}.").format(asked=words, time=took)
    return words
