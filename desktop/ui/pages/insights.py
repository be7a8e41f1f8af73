"""The Insights page: plots of what the rows are like, each with the rows behind its marks."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QListWidget, QListWidgetItem

from desktop.core.errors import UserError
from desktop.core.i18n import N_, _, ngettext
from desktop.core.progress import Event
from desktop.ui import figures
from desktop.ui.job_thread import JobThread
from desktop.ui.models.chart import Bars, Chart, Dots
from desktop.ui.models.insight_charts import MAP_SIZES, VIEWS, Wanted, read_chart
from desktop.ui.session import Session
from desktop.ui.widgets import buttons
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.empty import EmptyState
from desktop.ui.widgets.field import Choice
from desktop.ui.widgets.page import Page
from desktop.ui.widgets.rows_behind import RowsBehind
from desktop.ui.widgets.working import Working

if TYPE_CHECKING:
    from desktop.core.engine import Engine
    from desktop.jobs.coverage import Map
    from desktop.jobs.insight_figures import InsightStage
    from desktop.jobs.insights import Facts
    from desktop.store.project import Project
    from desktop.store.undo import Changes
    from desktop.ui.widgets.plot_card import PlotCard

_READING, _DRAWING = "insights", "map"  # the names of the jobs
_LIST_WIDTH = 170
_SOON = 1500  # milliseconds in which several changes become one look-up: a run lands rows all the time
_STAGES = (("all", N_("All candidates")), ("passing", N_("Passing")), ("dataset", N_("Dataset")))


class InsightsPage(Page):
    """The plots are listed at the left; a click on a mark lists its rows at the right.

    Every row is read once; what was read answers for every plot and stage until a text changes.
    """

    ID = "insights"
    TITLE = N_("Insights")
    ICON = "insights"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._project = session.project  # that everything below is about
        self._facts: Facts | None = None
        self._map: Map | None = None
        self._wanted = Wanted()
        self._choices: dict[str, tuple[str, ...]] = {}  # by view
        self._chart: Chart | None = None
        self._job: JobThread | None = None  # that reads; held until it has said how it ended
        self._halted = False  # reading was stopped, or failed: it begins again only where a person wants it
        self._soon = QTimer(self, singleShot=True, interval=_SOON)
        self._soon.timeout.connect(self._ask)
        self.card: PlotCard | None = None  # made with the first plot: its library is slow to import
        self.stage_box = Choice()
        self.views = QListWidget()
        self.behind = RowsBehind(session)
        self.reading = Working(_("Reading the rows"))
        self.drawing = Working(_("Drawing the map"))
        self._set_up()

    # ── for the window ───────────────────────────────────────────────────────────────────────────

    def refresh(self) -> None:
        if self.session.project is not self._project:
            self._forget()
        self._halted = False
        if self.session.project is None:
            self.stage_box.hide()
            self.show_no_project()
            return
        self._ask()

    def on_changed(self, changes: "Changes") -> None:
        if changes.stages & {"candidates", "reviews", "chain", "runs", "verdicts"} and not self._soon.isActive():
            self._soon.start()

    @property
    def chart(self) -> Chart | None:
        """What is shown; None until the rows have been read."""
        return self._chart

    def _forget(self) -> None:
        self._project = self.session.project
        self._facts = self._map = self._chart = None
        self._choices.clear()
        self.behind.clear()

    # ── reading ──────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def _ask(self) -> None:
        """See whether there is a text that was not read yet."""
        self.session.read(partial(_standing, known=self._facts), self._on_standing, failed=self.show_failure)

    @Slot(object)
    def _on_standing(self, standing: tuple[int, bool]) -> None:
        rows, current = standing
        if not rows:
            self._show_no_rows()
        elif current or self._halted:
            self._ask_chart()
        else:
            self._read_rows()

    @Slot()
    def _read_rows(self) -> None:
        project = self.session.project
        if project is None:
            return
        self._halted = False
        if _READING not in self.session.jobs:
            self._job = job = self.session.start_job(_READING, partial(_read, project, self._facts))
            job.finished_with.connect(self._on_facts)
            job.progressed.connect(self.reading.show_progress)
            job.finished.connect(self._on_reading_ended)
            self.reading.show_progress(None)
        if self._facts is None:
            self.set_line(_("Every row is read once; then the plots are there."))
            self.show_instead(self.reading)

    @Slot(object)
    def _on_facts(self, facts: "Facts") -> None:
        if self.session.project is self._project and self._project is not None:
            self._facts = facts
            self._ask_chart()

    @Slot()
    def _on_reading_ended(self) -> None:
        job, self._job = self._job, None
        self._halted = job is not None and job.outcome != "done"
        if job is None or self._facts is not None:
            return
        if job.outcome == "stopped":
            again = buttons.primary(_("Read the rows"))
            again.clicked.connect(self._read_rows)
            words = _("The rows were not all read, so there is nothing to draw yet.")
            self.show_empty(EmptyState("insights", _("Stopped"), words, again))
        elif job.outcome == "failed":
            self.show_failure(UserError(_("The rows could not be read."), _("Try again; the message says why.")))

    @Slot()
    def _on_stop_reading(self) -> None:
        if job := self.session.jobs.get(_READING):
            job.stop()

    # ── the plot ─────────────────────────────────────────────────────────────────────────────────

    def _ask_chart(self) -> None:
        if self._facts is not None:
            wanted = self._wanted
            read = partial(_chart, facts=self._facts, wanted=wanted, map=self._map)
            self.session.read(read, self._on_chart, key="chart", failed=self.show_failure)

    @Slot(object)
    def _on_chart(self, answer: tuple[Wanted, Chart, int]) -> None:
        wanted, chart, rows = answer
        if wanted != self._wanted or self._facts is None:
            return
        shown = self._chart
        self._chart = chart
        if shown is None or shown.view != chart.view:
            self.behind.clear()
        elif self.behind.isVisible():
            self.behind.rows.refresh()
        self.stage_box.show()
        card = self._made_card()
        card.show_chart(chart)
        self._show_action(card)
        line = ngettext("{n} row at this stage.", "{n} rows at this stage.", rows).format(n=figures.number(rows))
        self.set_line(_("{rows} Click a bar or a point to see its rows.").format(rows=line))
        self._show_drawing(card)
        self._listing.show()
        self.show_body()

    def _show_drawing(self, card: "PlotCard") -> None:
        """While the map is drawn, that stands in its place; the other plots can be looked at."""
        at_work = self._wanted.view == "map" and _DRAWING in self.session.jobs
        focus = card.isAncestorOf(self.focusWidget()) if at_work else self.drawing.stop_button.hasFocus()
        card.setVisible(not at_work)
        self.drawing.setVisible(at_work)
        if focus:
            (self.drawing.stop_button if at_work else card.plot).setFocus()

    def _made_card(self) -> "PlotCard":
        if self.card is None:
            from desktop.ui.widgets.plot_card import PlotCard

            self.card = PlotCard()
            self.card.picked.connect(self._on_picked)
            self.card.chosen.connect(self._on_choices)
            self.card.copied.connect(self._on_copy)
            self.card.saved.connect(self._on_save)
            self.card.action_button.set_text(_("Draw the map"))
            self.card.action_button.clicked.connect(self._draw_map)
            self._across.insertWidget(1, self.card, 3)
            order = [self.views, *self.card.controls, self.behind.close_button, self.behind.list]
            for one, other in pairwise(order):  # the card came last, and stands before the rows behind it
                self.setTabOrder(one, other)
        return self.card

    def _show_action(self, card: "PlotCard") -> None:
        offered = self._wanted.view == "map" and self._map is None and self._chart is not None
        card.action_button.setVisible(offered and bool(self._chart and self._chart.choosing))

    @Slot(int)
    def _on_view(self, row: int) -> None:
        view = list(VIEWS)[row]
        self._wanted = replace(self._wanted, view=view, choices=self._choices.get(view, ()))
        self._ask_chart()

    @Slot()
    def _on_stage(self) -> None:
        self._wanted = replace(self._wanted, stage=self.stage_box.currentData())
        self.behind.clear()
        self._ask_chart()

    @Slot(tuple)
    def _on_choices(self, values: tuple[str, ...]) -> None:
        self._choices[self._wanted.view] = values
        self._wanted = replace(self._wanted, choices=values)
        self.behind.clear()
        if self._wanted.view == "map" and self._map is not None:
            self._draw_map()
        else:
            self._ask_chart()

    @Slot(int)
    def _on_picked(self, mark: int) -> None:
        drawn = self._chart.drawn if self._chart else None
        if isinstance(drawn, Bars):
            self.behind.show_ids(drawn.names[mark], drawn.groups[mark].tolist())
        elif isinstance(drawn, Dots) and self._wanted.view == "map" and self._map is not None:
            near, _alike = self._map.nearest(int(drawn.ids[mark]))
            self.behind.show_ids(_("This row, then those nearest to it"), near.tolist())
        elif isinstance(drawn, Dots):
            self.behind.show_ids(_("Rows at this point"), drawn.near(mark).tolist())

    @Slot()
    def _on_behind_closed(self) -> None:
        self.behind.clear()
        if self.card is not None:
            self.card.plot.setFocus()

    # ── pictures ─────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def _on_copy(self) -> None:
        from desktop.ui.widgets.plot_picture import picture

        if self.card is not None:
            QGuiApplication.clipboard().setImage(picture(self.card.plot))
            self.session.noticed.emit(_("The picture is on the clipboard."), False)

    @Slot()
    def _on_save(self) -> None:
        from desktop.ui.widgets.plot_picture import save

        if self.card is None or self._project is None:
            return
        usual = self._project.path.with_name(f"{self._project.path.stem}-{self._wanted.view}.png")
        kinds = _("Pictures") + " (*.png *.svg)"
        chosen, _kind = QFileDialog.getSaveFileName(self, _("Save the picture"), str(usual), kinds)
        if not chosen:
            return
        path = Path(chosen) if Path(chosen).suffix.lower() in (".png", ".svg") else Path(f"{chosen}.png")
        try:
            save(self.card.plot, path)
        except UserError as error:
            self.session.failed.emit(error)
            return
        self.session.noticed.emit(_("Saved as “{file}”.").format(file=path.name), False)

    # ── the map ──────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def _draw_map(self) -> None:
        choices = self._choices.get("map", ())
        most = int(choices[0]) if choices else MAP_SIZES[0]
        try:
            job = self.session.start_model_job(_DRAWING, partial(_draw, stage=self._wanted.stage, most=most))
        except UserError as error:
            self.session.failed.emit(error)
            return
        job.finished_with.connect(self._on_map)
        job.progressed.connect(self.drawing.show_progress)
        job.finished.connect(self._on_drawing_ended)
        self.drawing.show_progress(None)
        self.behind.clear()
        self._show_drawing(self._made_card())

    @Slot(object)
    def _on_map(self, drawn: "Map") -> None:
        if self.session.project is self._project and self._project is not None:
            self._map = drawn

    @Slot()
    def _on_drawing_ended(self) -> None:
        if self._wanted.view == "map":
            self._ask_chart()

    @Slot()
    def _on_stop_drawing(self) -> None:
        if job := self.session.jobs.get(_DRAWING):
            job.stop()

    # ── behind it ────────────────────────────────────────────────────────────────────────────────

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.behind.isVisible():
            self._on_behind_closed()
        else:
            super().keyPressEvent(event)

    def _set_up(self) -> None:
        for stage, words in _STAGES:
            self.stage_box.addItem(_(words), stage)
        self.stage_box.setMinimumContentsLength(14)
        self.stage_box.setAccessibleName(_("Which rows to show"))
        self.stage_box.activated.connect(self._on_stage)
        self.action_row.addWidget(self.stage_box)
        for words in VIEWS.values():
            self.views.addItem(QListWidgetItem(_(words)))
        self.views.setAccessibleName(_("Plots"))
        self.views.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.views.setCurrentRow(0)
        self.views.currentRowChanged.connect(self._on_view)
        listing = self._listing = Card(padded=False)
        listing.hide()  # until there is a plot to choose
        listing.setFixedWidth(_LIST_WIDTH)
        listing.body.setContentsMargins(8, 8, 8, 8)
        listing.body.addWidget(self.views)
        self._across = QHBoxLayout()
        self._across.setSpacing(14)
        self._across.addWidget(listing)
        self._across.addWidget(self.drawing, 3)
        self.drawing.hide()
        self._across.addWidget(self.behind, 2)
        self.body.addLayout(self._across, 1)
        self.behind.closed.connect(self._on_behind_closed)
        self.reading.stopped.connect(self._on_stop_reading)
        self.drawing.stopped.connect(self._on_stop_drawing)

    def _show_no_rows(self) -> None:
        self.stage_box.hide()
        self.set_line(_("What your rows are like, once there are some."))
        go = buttons.primary(_("Go to Generate"))
        go.clicked.connect(partial(self.went.emit, "generate"))
        words = _(
            "Once rows have been generated or imported, you see here how long they are, in which languages, what they"
            " ask for, how the filters judge them, and what they leave out."
        )
        self.show_empty(EmptyState("insights", _("Nothing to look at yet"), words, go))


def _standing(project: "Project", known: "Facts | None") -> tuple[int, bool]:
    """How many rows there are, and whether `known` tells of their texts as they are now."""
    from desktop.jobs.insights import is_current

    editions = project.insights.editions()
    return len(editions.ids), is_current(known, editions)


def _read(project: "Project", known: "Facts | None") -> Iterator[Event]:
    from desktop.jobs.insights import read_facts

    return read_facts(project, known)


def _chart(project: "Project", facts: "Facts", wanted: Wanted, map: "Map | None") -> tuple[Wanted, Chart, int]:
    from desktop.jobs.insight_figures import ids_of

    return wanted, read_chart(project, facts, wanted, map), len(ids_of(project, wanted.stage))


def _draw(project: "Project", engine: "Engine", stage: "InsightStage", most: int) -> Iterator[Event]:
    from desktop.jobs.coverage import draw_map
    from desktop.jobs.insight_figures import ids_of

    return draw_map(project, engine, ids_of(project, stage).tolist(), most)
