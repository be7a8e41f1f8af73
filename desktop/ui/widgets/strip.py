"""The status strip: the model, the pace of the work, when it will be done, and what may leave this computer."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from desktop.core.i18n import _
from desktop.core.text.prose import shortened
from desktop.ui import figures, theme
from desktop.ui.loaded_model import allowed_address
from desktop.ui.session import Session
from desktop.ui.widgets import buttons
from desktop.ui.widgets.label import ElidedLabel, label, literal

if TYPE_CHECKING:
    from desktop.core.progress import Progress
    from desktop.store.user import UnderWay

HEIGHT = 30
_LONGEST = 32  # characters of an undo step's title


class Dot(QWidget):
    """A dot that is green when the model is ready, grey when it is not loaded, blue while it loads."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = "idle"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(8, 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        colour = {"ready": tokens.accent, "loading": tokens.info}.get(self.state, tokens.muted)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(colour))
        if self.state != "idle":
            painter.setBrush(QColor(colour))
        painter.drawEllipse(1, 1, 6, 6)


class Strip(QFrame):
    """Reads the session; holds nothing of its own."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.dot = Dot()
        self.model_label = ElidedLabel()
        self.pace_label = label()
        self.end_label = label()
        self.undo_button = buttons.link("")
        self.network_label = label()
        self.saved_label = label()
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 14, 0)
        row.setSpacing(18)
        model = QHBoxLayout()
        model.setSpacing(6)
        model.addWidget(self.dot)
        model.addWidget(self.model_label)
        row.addLayout(model)
        for each in (self.pace_label, self.end_label):
            row.addWidget(each)
        row.addStretch(1)
        row.addWidget(self.undo_button)
        row.addWidget(self.network_label)
        row.addWidget(self.saved_label)
        self.model_label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.setFixedHeight(max(HEIGHT, self.fontMetrics().height() + 12))
        session.engine_changed.connect(self._on_engine_changed)
        session.progressed.connect(self._on_progressed)
        session.job_changed.connect(self._on_job_changed)
        session.project_changed.connect(self._on_job_changed)
        session.edits.moved.connect(self._on_saving_changed)
        self.undo_button.clicked.connect(session.edits.undo)
        session.preferences_changed.connect(self._on_engine_changed)
        self._on_engine_changed()
        self._on_job_changed()

    @Slot()
    def _on_engine_changed(self) -> None:
        allowed = allowed_address(self._session.preferences)
        self.network_label.setText(_("network: {place}").format(place=allowed.place) if allowed else _("network: none"))
        state, name = self._session.model_state()
        self.dot.state = state
        self.dot.update()
        self.model_label.setText(
            {
                "none": _("No model yet"),
                "idle": _("{model} · loads when it is needed"),
                "loading": _("{model} · loading {percent} %"),
                "ready": _("{model} · ready"),
            }[state].format(model=name, percent=round(self._session.model.loaded_part * 100))
        )
        self.model_label.setToolTip(literal(self._session.model.loaded_note))
        self.model_label.setAccessibleDescription(self._session.model.loaded_note)

    @Slot(object)
    def _on_progressed(self, progress: "Progress") -> None:
        pace = []
        if progress.rows_per_minute is not None:
            rate = progress.rows_per_minute
            pace.append(_("{n} rows/min").format(n=figures.number(rate, 1 if rate < 10 else 0)))
        if progress.tokens_per_second is not None:
            pace.append(_("{n} tokens/s").format(n=figures.number(progress.tokens_per_second)))
        self.pace_label.setText(" · ".join(pace) or progress.what)
        self.end_label.setText(figures.done_about(left) if (left := progress.seconds_left) is not None else "")

    @Slot()
    def _on_job_changed(self) -> None:
        session = self._session
        if not session.jobs:
            self.pace_label.setText("")
            self.end_label.setText("")
        self._on_saving_changed()

    @Slot()
    def _on_saving_changed(self) -> None:
        session, edits = self._session, self._session.edits
        undo = edits.undo_title
        self.undo_button.setVisible(bool(undo))
        if undo:
            self.undo_button.set_text(_("Undo “{title}”").format(title=_shortened(undo).replace("&", "&&")))
        self.saved_label.setVisible(session.project is not None)
        if session.project is None:
            self.saved_label.setText("")
        elif not session.project.writable:
            self.saved_label.setText(_("read only"))
        else:
            self.saved_label.setText(_("all changes saved") if edits.all_saved else _saving(edits.under_way))


def _saving(change: "UnderWay | None") -> str:
    """What is being saved, where that takes long enough to be asked after."""
    if change is None:
        return _("saving…")
    words = _("undoing “{title}” · {part}") if change.back else _("saving “{title}” · {part}")
    return words.format(title=_shortened(change.title), part=figures.percent(change.part, 1))


def _shortened(title: str) -> str:
    """The title of a step, short enough for the strip."""
    return shortened(title, _LONGEST)
