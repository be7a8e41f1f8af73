"""How long a run has been worked on by the clock, its pauses left out."""

import time
from collections.abc import Callable

from desktop.store.project import Project

_SETTING = "worked.{run}"
_KEEP = 10.0  # seconds between two times that it is kept: so much is forgotten where the process is killed


def seconds_worked(project: Project, run: int) -> float:
    """What is kept of it; 0 where nothing was."""
    kept = project.settings.get(_SETTING.format(run=run))
    return float(kept) if isinstance(kept, int | float) else 0.0


class Worked:
    """Counts on from what is kept; begin it when the work begins."""

    def __init__(self, project: Project, run: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._project = project
        self._name = _SETTING.format(run=run)
        self._clock = clock
        self._before = seconds_worked(project, run)
        self._began = self._kept = clock()

    @property
    def seconds(self) -> float:
        """Until now."""
        return self._before + self._clock() - self._began

    def keep_now_and_then(self) -> None:
        """Keep it where that was long ago."""
        if self._clock() - self._kept >= _KEEP:
            self.keep()

    def keep(self) -> None:
        """Keep it with the project."""
        self._kept = self._clock()
        seconds = self.seconds
        self._project.user.set_up(lambda edit: edit.set_setting(self._name, seconds)).result()
