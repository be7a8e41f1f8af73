"""What is known of how far each judge of the chain can be trusted: calibrated by the person, or yet to be."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.ui import figures
from desktop.ui.loaded_model import chosen_model, chosen_server
from desktop.ui.models.chain_standing import ChainStanding, Trusted

if TYPE_CHECKING:
    from desktop.jobs.calibrating import Calibration
    from desktop.store.project import Project
    from desktop.ui.session import Session

_SMALL = 7_000_000_000  # parameters; models below were seen to agree with a person no better than chance


@dataclass(frozen=True, slots=True)
class _Known:
    calibrations: "Mapping[str, Calibration]"
    small: bool  # the chosen model is of the size that must be looked at first
    fingerprint: str  # of the chosen model; empty: not known


class Trust(QObject):
    """`look` reads it, `changed` when it is another; `of` tells it."""

    changed = Signal()

    def __init__(self, session: "Session", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._known = _Known({}, False, "")
        self._ids: tuple[str, ...] = ()
        session.engine_changed.connect(self.refresh)
        session.project_changed.connect(self._forget)

    def look(self, standing: ChainStanding) -> None:
        """Read how the judges that are switched on stand."""
        from desktop.jobs.calibrating import is_graded

        links = [link for link in standing.links if link.enabled and is_graded(standing.filters[link.filter])]
        self._ids = tuple(link.filter for link in links)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """A rating, or the chosen model, is another."""
        wanted = self._session.preferences
        path = None if chosen_server(wanted) is not None else chosen_model(wanted)
        if self._ids:
            self._session.read(partial(_read, ids=self._ids, path=path), self._on_read)
        elif self._known.calibrations:
            self._forget()

    def of(self, filter_id: str) -> Trusted:
        """How far a judge can be trusted."""
        found = self._known.calibrations.get(filter_id)
        if found is None:
            return Trusted()
        if not self._is_done(found):
            return Trusted(_("calibrate first"), first=True) if self._known.small else Trusted()
        if not found.better_than_chance:
            return Trusted(_("no better than chance"))
        return Trusted(_("agrees {rho}").format(rho=figures.signed(found.spearman or 0.0, 2)))

    # ── behind it ────────────────────────────────────────────────────────────────────────────────

    def _is_done(self, found: "Calibration") -> bool:
        """Rated enough, and with the values of the model that would be asked."""
        known = self._known.fingerprint
        return found.done and (not known or not found.fingerprint or found.fingerprint == known)

    @Slot(object)
    def _on_read(self, known: _Known) -> None:
        if known != self._known:
            self._known = known
            self.changed.emit()

    @Slot()
    def _forget(self) -> None:
        self._known = _Known({}, False, "")
        self.changed.emit()


def _read(project: "Project", ids: tuple[str, ...], path: Path | None) -> _Known:
    from desktop.jobs.calibrating import calibrate

    found = {id: calibrate(project, id) for id in ids}
    return _Known(found, *_model(path)) if path is not None else _Known(found, False, "")


def _model(path: Path) -> tuple[bool, str]:
    from desktop.engine.fingerprint import known_fingerprint
    from desktop.engine.gguf import read_header

    try:
        return read_header(path).parameters < _SMALL, known_fingerprint(path)
    except (OSError, UserError):
        return False, ""
