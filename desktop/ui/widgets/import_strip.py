"""How far an import is, with a way to stop it."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout

from desktop.core.i18n import _, ngettext
from desktop.core.progress import Progress
from desktop.ui import figures
from desktop.ui.widgets import buttons
from desktop.ui.widgets.bar import Bar
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.label import ElidedLabel


class ImportStrip(Card):
    """`show_progress` while it works, `stopped` when the person has had enough; hidden until then."""

    stopped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.words_label = ElidedLabel("")
        self.bar = Bar(_("Pages read"))
        self.bar.setFixedWidth(180)
        self.stop_button = buttons.small(_("Stop"))
        row = QHBoxLayout()
        row.setSpacing(10)
        for each, stretch in ((self.words_label, 1), (self.bar, 0), (self.stop_button, 0)):
            row.addWidget(each, stretch)
        self.body.setContentsMargins(15, 8, 9, 8)
        self.body.addLayout(row)
        self.stop_button.clicked.connect(self.stopped)
        self.hide()

    @Slot(object)
    def show_progress(self, progress: Progress | None) -> None:
        """Say how far it is; None: it has just begun."""
        words = [progress.what if progress else _("Looking through the files")]
        if progress is not None and progress.total:
            told = _("{done} of {total}")
            words.append(told.format(done=figures.number(progress.done), total=figures.number(progress.total)))
        if progress is not None and (count := progress.counts.get("passages")):
            words.append(ngettext("{n} passage so far", "{n} passages so far", count).format(n=figures.number(count)))
        if progress is not None and progress.seconds_left is not None and progress.seconds_left > 3:
            words.append(_("{left} left").format(left=figures.duration(progress.seconds_left)))
        self.words_label.setText(" · ".join(words))
        self.bar.set_part(progress.done / progress.total if progress and progress.total else None)
        self.stop_button.setEnabled(True)
        self.show()
