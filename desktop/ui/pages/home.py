"""Home: where this project stands, the next step, and the projects to open."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout

from desktop.core.i18n import N_, _, ngettext
from desktop.ui import figures, theme
from desktop.ui.machine import Machine, read_machine
from desktop.ui.models.run_words import cost_words
from desktop.ui.next_steps import Step, next_steps
from desktop.ui.session import Session
from desktop.ui.standing import Standing, read_standing
from desktop.ui.widgets import buttons, card_row
from desktop.ui.widgets.badge import Badge, Tone
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.card_row import CardRow
from desktop.ui.widgets.figure import Figure
from desktop.ui.widgets.label import ElidedLabel
from desktop.ui.widgets.page import Page
from desktop.ui.widgets.project_files import choose_project
from desktop.ui.widgets.recent_projects import RecentProjects
from desktop.ui.widgets.welcome import Welcome

if TYPE_CHECKING:
    from desktop.core.records import Run
    from desktop.store.undo import Changes

_STATES: dict[str, tuple[str, Tone]] = {
    "running": (N_("in progress"), "info"),
    "paused": (N_("paused"), "dropped"),
    "stopped": (N_("stopped"), "plain"),
    "finished": (N_("finished"), "pass"),
}


class HomePage(Page):
    """With a project: its figures, next steps and runs. Without: how to begin."""

    ID, TITLE, ICON = "home", N_("Home"), "home"
    SCROLLS = True

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._standing: Standing | None = None
        self._first: Step | None = None
        self._machine = ""
        self._making = False
        self.other_button = buttons.plain(_("Open another…"), "Ctrl+O")
        self.new_button = buttons.plain(_("New project"), "Ctrl+N")
        self.main_button = buttons.primary("")
        for each in (self.new_button, self.other_button, self.main_button):
            self.action_row.addWidget(each)
        self.other_button.clicked.connect(self._on_other_clicked)
        self.new_button.clicked.connect(self.start_new)
        self.main_button.clicked.connect(self._on_main_clicked)
        self._build_figures()
        self._build_cards()
        self.welcome = Welcome(session)
        self.welcome.left.connect(self.refresh)
        QTimer.singleShot(0, self, self._read_machine)  # once the window is painted
        session.job_changed.connect(self._on_other_news)
        session.engine_changed.connect(self._on_other_news)
        session.preferences_changed.connect(self._on_preferences_changed)

    def on_changed(self, changes: "Changes") -> None:
        """Read again; whoever is about to make a new project is left alone."""
        if self.session.project is not None:
            self.session.read(read_standing, self._show)

    def refresh(self) -> None:
        """Show the open project, or how to begin."""
        self._making = False
        project = self.session.project
        for each in (self.new_button, self.other_button, self.main_button):
            each.setVisible(project is not None)
        if project is None:
            self._standing = None
            self._show_welcome(making=False)
        else:
            self.show_body()
            self.session.read(read_standing, self._show)
        self._show_computer()
        self.recent.refresh()

    @Slot()
    def start_new(self) -> None:
        """Show the form of a new project."""
        self._making = True
        self._show_welcome(making=True)

    # ── building ─────────────────────────────────────────────────────────────────────────────────

    def _build_figures(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(theme.CARD_GAP)
        self.seeds_figure = Figure(_("Seeds"))
        self.candidates_figure = Figure(_("Candidates"))
        self.passing_figure = Figure(_("Pass the filters"))
        self.reviewed_figure = Figure(_("Reviewed"))
        self.dataset_figure = Figure(_("Dataset"))
        for each in (
            self.seeds_figure,
            self.candidates_figure,
            self.passing_figure,
            self.reviewed_figure,
            self.dataset_figure,
        ):
            row.addWidget(each, 1)
        self.body.addLayout(row)

    def _build_cards(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(theme.CARD_GAP)
        self.steps_card = Card(_("Next"), ruled=True, padded=False)
        self.computer_card = Card(_("This computer"))
        self.runs_card = Card(_("Recent runs"), ruled=True, padded=False)
        self.recent = RecentProjects(self.session)
        self._computer_lines = [ElidedLabel("", "muted") for _line in range(3)]
        for line in self._computer_lines:
            self.computer_card.body.addWidget(line)
        self.computer_card.body.addStretch(1)
        grid.addWidget(self.steps_card, 0, 0)
        grid.addWidget(self.computer_card, 0, 1)
        grid.addWidget(self.runs_card, 1, 0)
        grid.addWidget(self.recent, 1, 1)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 2)
        grid.setRowStretch(1, 1)
        self.body.addLayout(grid, 1)

    # ── showing ──────────────────────────────────────────────────────────────────────────────────

    def _show_welcome(self, *, making: bool) -> None:
        self.title_label.setText(_("New project") if making else _("Welcome to Seedbed"))
        self.set_line(_("From a few good examples to a dataset that can be trained on. Nothing leaves this computer."))
        self.main_button.hide()
        self.welcome.show_form(making, can_leave=self.session.project is not None)
        self.show_instead(self.welcome)

    def _show(self, standing: Standing) -> None:
        self._standing = standing
        if self._making:
            return
        counts = standing.counts
        self.show_body()
        self.title_label.setText(standing.title)
        self.set_line(
            _("{n} rows in the dataset · {waiting} wait for your decision").format(
                n=figures.number(counts.dataset), waiting=figures.number(counts.unreviewed)
            )
        )
        kinds = ngettext("{n} kind of task", "{n} kinds of task", standing.task_types)
        self.seeds_figure.show_figure(figures.number(counts.seeds), kinds.format(n=figures.number(standing.task_types)))
        runs = ngettext("from {n} run", "from {n} runs", len(counts.runs)).format(n=figures.number(len(counts.runs)))
        self.candidates_figure.show_figure(figures.number(counts.candidates), runs)
        share = figures.percent(counts.passing, counts.candidates) if counts.candidates else ""
        self.passing_figure.show_figure(figures.number(counts.passing), share)
        reviewed = _("{kept} kept, {rejected} rejected").format(
            kept=figures.number(counts.accepted), rejected=figures.number(counts.rejected)
        )
        self.reviewed_figure.show_figure(figures.number(counts.accepted + counts.rejected), reviewed)
        left = ngettext("{n} export so far", "{n} exports so far", standing.exports)
        self.dataset_figure.show_figure(figures.number(counts.dataset), left.format(n=figures.number(standing.exports)))
        self._show_steps(standing)
        self._show_runs(standing)

    def _show_steps(self, standing: Standing) -> None:
        state, _name = self.session.model_state()
        steps = next_steps(standing, has_model=state != "none", generating=self.session.generate_job is not None)
        self._first = steps[0] if steps else None
        self.main_button.setVisible(self._first is not None)
        if self._first is not None:
            self.main_button.set_text(self._first.button)
        card_row.fill(self.steps_card, [self._step_row(each) for each in steps] or [_calm()])

    def _step_row(self, step: Step) -> CardRow:
        row = CardRow(step.sentence, badge=Badge(step.about, step.tone), wrap=True)
        button = buttons.small(step.button)
        button.setAccessibleDescription(step.sentence)
        button.clicked.connect(partial(self.went.emit, step.page))
        row.trailing.addWidget(button)
        return row

    def _show_runs(self, standing: Standing) -> None:
        rows = [self._run_row(run, standing) for run in standing.runs]
        card_row.fill(self.runs_card, rows or [_no_runs()])

    def _run_row(self, run: "Run", standing: Standing) -> CardRow:
        written = next((each.candidates for each in standing.counts.runs if each.id == run.id), 0)
        title = _("{method} · run {run}").format(
            method=_(standing.method_titles.get(run.method, run.method)), run=figures.number(run.id)
        )
        words = ngettext(
            "{written} candidate, {passing} of {target} wanted pass",
            "{written} candidates, {passing} of {target} wanted pass",
            written,
        )
        detail = words.format(
            written=figures.number(written),
            passing=figures.number(standing.passing.get(run.id, 0)),
            target=figures.number(run.target),
        )
        row = CardRow(title, detail)
        state = "paused" if run.state == "running" and self.session.generate_job is None else run.state
        words, tone = _STATES[state]
        line = QHBoxLayout()
        line.setSpacing(8)
        line.setContentsMargins(0, 2, 0, 0)
        line.addWidget(Badge(_(words), tone))
        line.addWidget(ElidedLabel(_when(run), "label"), 1)
        row.words.addLayout(line)
        if (cost := standing.costs.get(run.id)) is not None and cost.asks:
            words = cost_words(cost, standing.passing.get(run.id, 0), standing.seconds.get(run.id, 0.0))
            row.words.addWidget(ElidedLabel(words, "label"))
        remove = buttons.small(_("Remove"))
        remove.setAccessibleDescription(title)
        remove.setEnabled(run.state != "running" and self.session.project is not None)
        remove.clicked.connect(partial(self._remove_run, run.id))
        row.trailing.addWidget(remove)
        return row

    def _remove_run(self, run: int) -> None:
        self.session.edits.perform(
            _("Remove run {run}").format(run=figures.number(run)),
            lambda edit: edit.remove_run(run),
            self,
            say=_("Run {run} and its rows were removed.").format(run=figures.number(run)),
        )

    def _show_computer(self) -> None:
        state, name = self.session.model_state()
        model = _("No model chosen yet") if state == "none" else name
        for line, text in zip(self._computer_lines, (model, self._machine, _("Network: none")), strict=True):
            line.setText(text)

    def _read_machine(self) -> None:
        self.session.fetch(read_machine, self._show_machine)

    def _show_machine(self, machine: Machine) -> None:
        self._machine = _("{cores} physical cores, {memory} of memory").format(
            cores=figures.number(machine.cores), memory=figures.memory(machine.memory)
        )
        self._show_computer()

    # ── news ─────────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def _on_other_news(self) -> None:
        self._show_computer()
        if self._standing is not None and self.isVisible():
            self._show_steps(self._standing)

    @Slot(object)
    def _on_preferences_changed(self, names: frozenset[str]) -> None:
        if "recent" in names:
            self.recent.refresh()
            self.welcome.recent.refresh()

    @Slot()
    def _on_other_clicked(self) -> None:
        choose_project(self, self.session)

    @Slot()
    def _on_main_clicked(self) -> None:
        if self._first is not None:
            self.went.emit(self._first.page)


def _calm() -> CardRow:
    return CardRow(_("Nothing waits for you."), role="muted", wrap=True)


def _no_runs() -> CardRow:
    words = _("No run yet. On the Generate page the model writes new rows from your seeds.")
    return CardRow(words, role="muted", wrap=True)


def _when(run: "Run") -> str:
    began = figures.moment(run.created)
    if run.ended is None:
        return began
    return _("{when} · took {duration}").format(when=began, duration=figures.duration(run.ended - run.created))
