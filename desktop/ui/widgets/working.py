"""What a page shows while a job reads what it is to show: what is going on, how far it is, and a way to stop."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.i18n import _
from desktop.core.progress import Progress
from desktop.ui import figures
from desktop.ui.widgets import buttons
from desktop.ui.widgets.bar import Bar
from desktop.ui.widgets.label import label

_WIDTH = 360


class Working(QWidget):
    """`show_progress` tells of the work; `stopped` when a person has had enough."""

    stopped = Signal()

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title_label = label(title, "title", wrap=True)
        self.words_label = label("", "muted", wrap=True)
        self.bar = Bar(title)
        self.stop_button = buttons.plain(_("Stop"))
        self.stop_button.clicked.connect(self.stopped)
        inside = QWidget()
        inside.setFixedWidth(_WIDTH)
        lines = QVBoxLayout(inside)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(10)
        for each in (self.title_label, self.words_label):
            each.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        for widget in (self.title_label, self.bar, self.words_label):
            lines.addWidget(widget)
        lines.addWidget(self.stop_button, 0, Qt.AlignmentFlag.AlignHCenter)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(inside)
        across.addStretch(1)
        column = QVBoxLayout(self)
        column.addStretch(2)
        column.addLayout(across)
        column.addStretch(3)

    @Slot(object)
    def show_progress(self, progress: Progress | None) -> None:
        """Say how far it is; None: it has just begun."""
        words = ""
        if progress is not None and progress.total:
            words = _("{what}: {n} of {all}").format(
                what=progress.what, n=figures.number(progress.done), all=figures.number(progress.total)
            )
            if progress.seconds_left is not None and progress.seconds_left > 3:
                words = _("{far} · {left} left").format(far=words, left=figures.duration(progress.seconds_left))
        elif progress is not None:
            words = progress.what
        self.words_label.setText(words)
        self.bar.set_part(progress.done / progress.total if progress and progress.total else 0.0)
