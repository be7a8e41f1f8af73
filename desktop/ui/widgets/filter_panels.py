"""The right side of the Filter page: the chosen filter, or one of the panels that take its place for a while."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from desktop.core.i18n import _
from desktop.core.records import ChainLink
from desktop.ui.calibrating import Calibrating
from desktop.ui.fixing import Fixing
from desktop.ui.models.calibration_sheet import CalibrationSheet
from desktop.ui.models.chain_standing import ChainStanding, Trusted
from desktop.ui.models.cluster_rows import change_of_keeper
from desktop.ui.widgets import buttons
from desktop.ui.widgets.calibration_panel import CalibrationPanel
from desktop.ui.widgets.cluster_panel import ClusterPanel
from desktop.ui.widgets.empty import EmptyState
from desktop.ui.widgets.filter_picker import FilterPicker
from desktop.ui.widgets.filter_view import FilterView
from desktop.ui.widgets.fixes_panel import FixesPanel
from desktop.ui.widgets.label import label
from desktop.ui.widgets.side_panel import SidePanel

if TYPE_CHECKING:
    from desktop.jobs.fixing import FixReport
    from desktop.store.edit import Edit
    from desktop.ui.session import Session


class FilterPanels(QStackedWidget):
    """`stand` tells it how the chain stands. `picked(id)`: a filter to add; `cut_wanted(id, cut)`; `generating`."""

    picked = Signal(str)
    cut_wanted = Signal(str, float)
    generating = Signal()

    def __init__(self, session: "Session") -> None:
        super().__init__()
        self._session = session
        self._filter = ""
        self._standing: ChainStanding | None = None
        self._left: QWidget | None = None  # had the focus before a panel opened
        self.fixing = Fixing(session, self)
        self.calibrating = Calibrating(session, self)
        self.view = FilterView(session)
        self.picker = FilterPicker()
        self.clusters = ClusterPanel(session)
        self.fixes = FixesPanel()
        self.calibration = CalibrationPanel()
        self._lay_out()
        self.picker.picked.connect(self.picked)
        self.view.card.clusters_wanted.connect(self._on_clusters)
        self.view.card.fixes_wanted.connect(self._on_fixes)
        self.view.card.calibration_wanted.connect(self.calibrate)
        self.clusters.wanted.connect(self._on_keeper_wanted)
        self.fixes.applied.connect(self.fixing.apply)
        self.fixing.progressed.connect(self.fixes.show_progress)
        self.fixing.found.connect(self._on_fixes_found)
        self.fixing.applied.connect(self.back)
        self.calibrating.found.connect(self._on_sheet)
        self.calibration.rated.connect(self.calibrating.rate)
        self.calibration.forgotten.connect(self.calibrating.forget)
        self.calibration.result.good_chosen.connect(self.calibrating.set_good)
        self.calibration.result.asking.connect(self.calibrating.ask)
        self.calibration.result.stopped.connect(self.calibrating.stop)
        self.calibration.result.cut_wanted.connect(self._on_cut_wanted)

    def stand(self, standing: ChainStanding, link: ChainLink | None, trust: Trusted) -> None:
        """Show the chosen filter as it stands now, and what is open of it."""
        self._standing, self._filter = standing, link.filter if link is not None else ""
        if self.currentWidget() in (self._waiting, self.view, self._nothing):
            self.back()
        if link is None:
            return
        self.view.show_filter(standing, link, writable=self._session.writable, trust=trust)
        if self.currentWidget() is self.clusters:
            self.clusters.refresh()
        elif self.currentWidget() is self.calibration:
            self.calibrating.refresh()

    def forget(self) -> None:
        """Another project is open, or none."""
        self._standing, self._filter = None, ""
        self.view.forget()
        self.back()

    @Slot()
    def back(self) -> None:
        """Show the chosen filter again, or that there is nothing to judge, or that it is not known yet."""
        self.fixing.stop()
        self.calibrating.leave()
        standing, left, focus = self._standing, self._left, QApplication.focusWidget()
        self._left = None
        if standing is None:
            self.setCurrentWidget(self._waiting)
        else:
            self.setCurrentWidget(self.view if standing.counts.candidates else self._nothing)
        if left is not None and shiboken6.isValid(left) and focus is not None and self.isAncestorOf(focus):
            left.setFocus()

    @Slot()
    def offer_filters(self) -> None:
        """Show the filters that are not in the chain yet."""
        if (standing := self._standing) is not None:
            chosen = {link.filter for link in standing.links}
            self._open(self.picker)
            self.picker.offer((id, each) for id, each in standing.filters.items() if id not in chosen)

    @Slot()
    def calibrate(self) -> None:
        """Let the person rate rows for the chosen filter."""
        self._open(self.calibration)
        self.calibration.open(self._title())
        self.calibrating.look(self._filter)

    # ── behind it ────────────────────────────────────────────────────────────────────────────────

    def _lay_out(self) -> None:
        go = buttons.primary(_("Go to Generate"))
        go.clicked.connect(self.generating)
        words = _(
            "Every row is judged as it is written. Once there are some, you see here what each filter keeps and what"
            " it drops, and move the cut between them. The filters can be set beforehand."
        )
        self._nothing = EmptyState("filter", _("No rows to judge yet"), words, go)
        self._waiting = label(_("Reading the rows"), "muted")
        self._waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for each in (self._waiting, self.view, self._nothing):
            self.addWidget(each)
        for panel in (self.picker, self.clusters, self.fixes, self.calibration):
            self.addWidget(panel)
            panel.closed.connect(self.back)

    def _open(self, panel: SidePanel) -> None:
        self._left = QApplication.focusWidget()
        self.setCurrentWidget(panel)

    def _title(self) -> str:
        return _(self._standing.filters[self._filter].title) if self._standing is not None else ""

    @Slot()
    def _on_clusters(self) -> None:
        if self.view.card.cut is not None:
            self._open(self.clusters)
            self.clusters.open(self._filter, self.view.card.cut, writable=self._session.writable)

    @Slot(int, int, str)
    def _on_keeper_wanted(self, instead: int, keeper: int, reason: str) -> None:
        filter_id = self._filter
        self._session.read(
            lambda project: change_of_keeper(project, filter_id, instead, keeper, reason), self._on_keeper
        )

    @Slot(object)
    def _on_keeper(self, change: "Callable[[Edit], None]") -> None:
        said = _("Another row of the cluster is kept now.")
        self._session.edits.perform(_("Keep another row of a cluster"), change, self, say=said)

    @Slot()
    def _on_fixes(self) -> None:
        self._open(self.fixes)
        self.fixes.look(self._filter, self._title())
        self.fixing.look(self._filter)

    @Slot(object)
    def _on_fixes_found(self, report: "FixReport") -> None:
        self.fixes.show_report(report, writable=self._session.writable)

    @Slot(object)
    def _on_sheet(self, sheet: CalibrationSheet) -> None:
        self.calibration.show_sheet(sheet, writable=self._session.writable, asking=self.calibrating.asking)

    @Slot(float)
    def _on_cut_wanted(self, cut: float) -> None:
        self.cut_wanted.emit(self._filter, cut)
