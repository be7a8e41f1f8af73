"""What is to be judged again as the chain changes, and what the strip says of it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from desktop.core.i18n import _
from desktop.ui.asking_time import AskingTime
from desktop.ui.judge_all import JudgeAll
from desktop.ui.judged_as import JudgedAs
from desktop.ui.models.chain_standing import ChainStanding
from desktop.ui.trust import Trust
from desktop.ui.widgets.judging_strip import JudgingStrip

if TYPE_CHECKING:
    from desktop.ui.session import Session


class Rejudging(QObject):
    """`stand` tells it how the chain stands; it judges again by itself where options have changed.

    `calibrating(filter id)`: a judge is to be calibrated before it is asked.
    """

    calibrating = Signal(str)

    def __init__(
        self, session: "Session", strip: JudgingStrip, asking: AskingTime, trust: Trust, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._strip = strip
        self._asking = asking
        self._trust = trust
        self._standing: ChainStanding | None = None
        self._judged_as = JudgedAs()
        self.judging = JudgeAll(session, self)
        strip.wanted.connect(self._on_wanted)
        strip.asking.connect(self.judging.ask)
        strip.stopped.connect(self.judging.stop)
        strip.calibrating.connect(self._on_calibrating)
        asking.changed.connect(self.show)
        trust.changed.connect(self.show)
        self.judging.changed.connect(self._on_changed)
        self.judging.finished.connect(self._on_judged)

    def stand(self, standing: ChainStanding) -> None:
        """The chain was read. Judge again where its options are not those that stored verdicts come from."""
        self._standing = standing
        todo = self._judged_as.todo(standing, busy=self.judging.waiting or self.judging.job is not None)
        if todo != "nothing" and self._session.writable:
            if todo == "all":
                self.judging.start()
            else:
                self.judging.start_cut(todo[0])
        self.show()

    def forget(self) -> None:
        """Another project is open, or none."""
        self._standing = None
        self._judged_as.clear()

    @Slot(bool, bool)
    def judge(self, asks: bool, every_row: bool) -> None:
        """Judge all rows again, as the person wants it."""
        if asks:
            self.judging.ask(every_row=every_row)
        else:
            self.judging.start(every_row=every_row)

    @Slot()
    def show(self) -> None:
        """Say in the strip what there is to say of judging."""
        standing, job = self._standing, self.judging.job
        if job is not None and standing is not None:
            self._strip.show_progress(job.progress)
        elif self.judging.waiting and standing is not None:
            self._strip.offer(_("The rows are judged again once the run that writes is paused or done."))
        elif standing is None or not standing.counts.candidates or not self._session.writable:
            self._strip.offer("")
        else:
            stale = self._judged_as.is_stale(standing.filters)
            self._strip.show_standing(standing, self._asking.seconds, stale=stale, untried=bool(self._untried()))

    # ── behind it ────────────────────────────────────────────────────────────────────────────────

    def _untried(self) -> list[str]:
        """The judges that wait to be asked, and should be calibrated before."""
        unasked = self._standing.unasked if self._standing is not None else {}
        return [id for id, rows in unasked.items() if rows and self._trust.of(id).first]

    @Slot()
    def _on_wanted(self) -> None:
        """Go on where a judging ended early; else judge everything, by the model too if its options changed."""
        standing = self._standing
        if standing is None:
            return
        if standing.missing and standing.broken_off is not None:
            self.judging.start(every_row=standing.broken_off.every_row)
        elif standing.unasked and self._judged_as.is_stale(standing.filters):
            self.judging.ask()
        else:
            self.judging.start()

    @Slot()
    def _on_calibrating(self) -> None:
        for filter_id in self._untried()[:1]:
            self.calibrating.emit(filter_id)

    @Slot()
    def _on_judged(self) -> None:
        asking = self._standing.unasked if self._standing is not None and self.judging.by_rules_alone else ()
        self._judged_as.judged(but=asking)

    @Slot()
    def _on_changed(self) -> None:
        job = self.judging.job
        if job is not None and not job.property("watched"):
            job.setProperty("watched", True)
            job.progressed.connect(self._strip.show_progress)
        self.show()
