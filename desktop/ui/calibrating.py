"""Reads and keeps what a person rates to calibrate a judge, and has the model judge the rows that were rated."""

import time
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from desktop.core.errors import UserError
from desktop.core.i18n import N_, _
from desktop.ui.models.calibration_sheet import CalibrationSheet, read_sheet

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from desktop.core.engine import Engine
    from desktop.core.progress import Event
    from desktop.jobs.calibrating import Scale
    from desktop.store.edit import Edit
    from desktop.store.project import Project
    from desktop.ui.session import Session

NAME = "calibrate"

_RATE, _FORGET, _GOOD = N_("Rate a row"), N_("Forget the ratings"), N_("Change what is good enough")
TITLES = (_RATE, _FORGET, _GOOD)
"""What the steps of undo are called that change nothing but the calibration, marked with N_."""


class Calibrating(QObject):
    """`look` reads a filter's sheet, `found` tells it; again whenever something of it is stored or taken back."""

    found = Signal(object)  # CalibrationSheet

    def __init__(self, session: "Session", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._filter = ""
        self._sheet: CalibrationSheet | None = None
        session.job_changed.connect(self._on_change)
        session.edits.moved.connect(self._on_change)
        session.project_changed.connect(self.leave)

    @property
    def asking(self) -> bool:
        """Whether the model is at work on the rated rows."""
        return NAME in self._session.jobs

    def look(self, filter_id: str) -> None:
        """Read what there is to rate for a filter."""
        self._filter, self._sheet = filter_id, None
        self._read()

    @Slot()
    def refresh(self) -> None:
        """Something stored has changed."""
        if self._filter:
            self._read()

    @Slot()
    def leave(self) -> None:
        """Nobody looks any more. What the model was asked goes on."""
        self._filter, self._sheet = "", None

    @Slot(int, float)
    def rate(self, row: int, rating: float) -> None:
        """Keep what a row is worth to the person."""
        if (sheet := self._sheet) is not None:
            ratings, at = {row: rating}, time.time()
            self._session.edits.perform(_(_RATE), partial(_rate, scale=sheet.scale, ratings=ratings, at=at), self)

    @Slot()
    def forget(self) -> None:
        """Take all ratings of the filter back."""
        if (sheet := self._sheet) is not None:
            change = partial(_take_back, scale=sheet.scale, ids=list(sheet.ratings))
            self._session.edits.perform(_(_FORGET), change, self, say=_("The ratings are forgotten."))

    @Slot(float)
    def set_good(self, rating: float) -> None:
        """Keep from which rating on a row is good enough."""
        if (sheet := self._sheet) is not None:
            change = partial(_set_good, scale=sheet.scale, good=rating)
            self._session.edits.perform(_(_GOOD), change, self)

    @Slot()
    def ask(self) -> None:
        """Have the model judge the rated rows, and no others."""
        if (sheet := self._sheet) is None:
            return
        try:
            self._session.start_model_job(NAME, partial(_judge, filter_id=sheet.filter, ids=frozenset(sheet.ratings)))
        except UserError as error:
            self._session.failed.emit(error)

    @Slot()
    def stop(self) -> None:
        """Ask no further; what the model said is kept."""
        if job := self._session.jobs.get(NAME):
            job.stop()

    # ── behind it ────────────────────────────────────────────────────────────────────────────────

    def _read(self) -> None:
        filter_id, keep = self._filter, self._sheet.ids if self._sheet is not None else ()
        self._session.read(lambda project: read_sheet(project, filter_id, keep), self._on_read)

    @Slot(object)
    def _on_read(self, sheet: CalibrationSheet) -> None:
        # What was read while a rating was on its way would take it back on screen; it is read again once that is there.
        if sheet.filter == self._filter and self._session.edits.all_saved:
            self._sheet = sheet
            self.found.emit(sheet)

    @Slot()
    def _on_change(self) -> None:
        if self._session.edits.all_saved:
            self.refresh()


def _rate(edit: "Edit", scale: "Scale", ratings: dict[int, float], at: float) -> None:
    edit.rate(ratings, scale.name, at)


def _take_back(edit: "Edit", scale: "Scale", ids: "Sequence[int]") -> None:
    edit.take_rating_back(ids, scale.name)


def _set_good(edit: "Edit", scale: "Scale", good: float) -> None:
    from desktop.jobs.calibrating import set_good

    set_good(edit, scale, good)


def _judge(
    project: "Project", engine: "Engine", filter_id: str, ids: frozenset[int]
) -> "Generator[Event, None, object]":
    from desktop.jobs.judging_by_model import judge_rows

    def ready() -> "Generator[Event, None, Engine]":
        yield from ()
        return engine

    return judge_rows(project, ready, filter_id, ids)
