"""What there is to say of judging: that rows wait to be judged, or how far it is."""

from collections.abc import Mapping

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout

from desktop.core.i18n import _, ngettext
from desktop.core.progress import Progress
from desktop.ui import figures
from desktop.ui.widgets import buttons
from desktop.ui.widgets.bar import Bar
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.label import ElidedLabel


class JudgingStrip(Card):
    """`offer` and `show_standing` ask for a start, `show_progress` tells of the work; hidden where all is said."""

    wanted = Signal()
    asking = Signal()  # the model is to judge
    stopped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.words_label = ElidedLabel("")
        self.bar = Bar(_("Rows judged"))
        self.bar.setFixedWidth(200)
        self.judge_button = buttons.small(_("Judge everything again"))
        self.ask_button = buttons.small(_("Ask the model"))
        self.stop_button = buttons.small(_("Stop"))
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.words_label, 1)
        for each in (self.bar, self.judge_button, self.ask_button, self.stop_button):
            row.addWidget(each)
        self.body.setContentsMargins(15, 8, 9, 8)
        self.body.addLayout(row)
        self.judge_button.clicked.connect(self.wanted)
        self.ask_button.clicked.connect(self.asking)
        self.stop_button.clicked.connect(self.stopped)
        self.hide()

    def offer(self, words: str, *, possible: bool = True) -> None:
        """Say that rows wait to be judged; nothing to say where `words` is empty."""
        self.words_label.setText(words)
        self.bar.hide()
        self.stop_button.hide()
        self.judge_button.setVisible(possible)
        self.ask_button.hide()
        self.setVisible(bool(words))

    def show_standing(self, missing: int, unasked: Mapping[str, int], seconds: float | None, *, stale: bool) -> None:
        """Say what waits: rows not judged, rows that the model was not asked about, rows judged by earlier options.

        `unasked` counts rows by filter; `seconds` is what it takes to ask about one, where that is known.
        """
        if missing:
            words = ngettext(
                "{n} row has not been judged by every filter that is on.",
                "{n} rows have not been judged by every filter that is on.",
                missing,
            )
            self.offer(words.format(n=figures.number(missing)))
        elif rows := max(unasked.values(), default=0):
            words = ngettext(
                "The model has not been asked about {n} row yet.",
                "The model has not been asked about {n} rows yet.",
                rows,
            ).format(n=figures.number(rows))
            if seconds is not None:
                took = figures.duration(seconds * sum(unasked.values()))
                words = _("{asked} It takes about {time}.").format(asked=words, time=took)
            self.offer(words, possible=False)
            self.ask_button.show()
        else:
            self.offer(_("Some rows still carry the verdicts of earlier settings.") if stale else "")

    @Slot(object)
    def show_progress(self, progress: Progress | None) -> None:
        """Say how far the judging is; None: it has just begun."""
        words = _("Judging the rows")
        if progress is not None and progress.total:
            words = _("Judging the rows: {n} of {all}").format(
                n=figures.number(progress.done), all=figures.number(progress.total)
            )
            if progress.seconds_left is not None and progress.seconds_left > 3:
                words = _("{judging} · {left} left").format(judging=words, left=figures.duration(progress.seconds_left))
        self.words_label.setText(words)
        self.bar.set_part(progress.done / progress.total if progress and progress.total else 0.0)
        self.bar.show()
        self.stop_button.show()
        self.judge_button.hide()
        self.ask_button.hide()
        self.show()
