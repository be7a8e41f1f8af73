"""The Generate page: a method, a target, and the rows as they arrive."""

import time
from collections.abc import Generator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.core import catalogue, options
from desktop.core.errors import UserError
from desktop.core.i18n import N_, _, ngettext
from desktop.core.progress import Event, Landed, Partial, Progress
from desktop.core.records import Decision
from desktop.ui import figures
from desktop.ui.job_thread import JobThread, Outcome
from desktop.ui.models.run_figures import Newest, RunFigures, moved, newest_run, stop_run
from desktop.ui.session import Session
from desktop.ui.widgets import buttons
from desktop.ui.widgets.arriving import Arriving
from desktop.ui.widgets.empty import EmptyState
from desktop.ui.widgets.method_card import MethodCard
from desktop.ui.widgets.notice import Notice
from desktop.ui.widgets.page import Page
from desktop.ui.widgets.run_header import UNUSABLE, RunHeader
from desktop.ui.widgets.run_panels import RunPanels

if TYPE_CHECKING:
    from desktop.core.engine import Engine
    from desktop.jobs.generating import GenerateRequest
    from desktop.store.edit import Edit
    from desktop.store.project import Project
    from desktop.store.undo import Changes

_JOB = "generate"
_NOTHING = Newest(None, RunFigures(), 0, "")


class GeneratePage(Page):
    """Figures of the run on top, its method on the left, its rows on the right; panels take the place of all three."""

    ID, TITLE, ICON = "generate", N_("Generate"), "generate"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._newest = _NOTHING
        self._moving = RunFigures()  # of the run that goes on
        self._pausing = False
        self._job: JobThread | None = None
        self._loading = ""  # what the job does before it asks for the first row
        self._known = False  # whether the run of the job has been read
        self.method = MethodCard(catalogue.methods())
        self.header = RunHeader({name: _(each.dropped_as or each.title) for name, each in catalogue.filters().items()})
        self.arriving = Arriving(session)
        self.model_notice = Notice(_("No model is chosen yet. A small one is enough to begin."), _("Choose a model"))
        self.panels = RunPanels(session)
        self.start_button = buttons.primary(_("Start"), icon="play")
        self.resume_button = buttons.primary(_("Resume"), icon="play")
        self.pause_button = buttons.plain(_("Pause"))
        self.review_button = buttons.plain(_("Review what passes"))
        self.stop_button = buttons.plain(_("Stop"))
        self._build()
        self._listen()
        self._on_job_changed()

    # ── what is stored ───────────────────────────────────────────────────────────────────────────

    def refresh(self) -> None:
        if self.session.project is None:
            self._newest = _NOTHING
            self.arriving.show_run(None)
            self._show_no_project()
            return
        self.session.read(newest_run, self._on_newest)
        self._show_state()

    def on_changed(self, changes: "Changes") -> None:
        from_job = not changes.title
        if not (from_job and self._job is not None):
            self.session.read(newest_run, self._on_newest)
            touched = {each for stage in ("candidates", "reviews") for each in changes.ids.get(stage, ())}
            if changes.stages & {"candidates", "reviews", "runs", "chain"}:
                self.arriving.rows.refresh(touched or None)
        if "prompts" in changes.stages:
            self.panels.refresh_prompts()

    @Slot(object)
    def _on_newest(self, newest: Newest) -> None:
        before = self._newest.run
        self._newest = newest
        self._known = newest.run is not None and newest.run.state == "running"
        if newest.run is None or before is None or newest.run.id != before.id:
            self.arriving.show_run(newest.run)
            if self._job is None:
                self.method.show_run(newest.run)
        self._moving = newest.figures
        self.method.show_language(newest.language)
        self._show_state()

    # ── buttons ──────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def _on_start(self) -> None:
        from desktop.jobs.generating import GenerateRequest

        chosen = options.to_json(self.method.form.value())
        self._run(GenerateRequest(self.method.method_id, chosen, self.method.target.value()))

    @Slot()
    def _on_resume(self) -> None:
        from desktop.jobs.generating import GenerateRequest

        run = self._newest.run
        if run is not None:
            self._run(
                GenerateRequest(
                    run.method,
                    run.options,
                    run.target,
                    resume=True,
                    sampling=run.sampling,
                    starts_from=run.starts_from,
                )
            )

    def _run(self, request: "GenerateRequest") -> None:
        self.header.show_error("")
        try:
            self.session.start_model_job(_JOB, partial(_generate, request=request))
        except UserError as error:
            self.session.failed.emit(error)

    @Slot()
    def _on_pause(self) -> None:
        if self._job is not None:
            self._pausing = True  # the focus goes to Resume, once it is there
            self._job.pause()
            self._show_state()

    @Slot()
    def _on_stop(self) -> None:
        if self._job is not None:
            self._job.stop()
            self._show_state()
        else:
            self._stop_stored_run()

    def _stop_stored_run(self) -> None:
        """End the newest run for good."""
        project, run = self.session.project, self._newest.run
        if project is not None and run is not None and self._newest.unfinished:
            self.session.start_job("stop", partial(stop_run, project, run.id))

    @Slot(list, object)
    def _on_decided(self, ids: list[int], decision: Decision | None) -> None:
        count = len(ids)
        n = figures.number(count)
        if decision is None:
            title = ngettext("Take back a decision", "Take back {n} decisions", count).format(n=n)
            said = ngettext("Decision taken back.", "{n} decisions taken back.", count).format(n=n)
        elif decision == "accepted":
            title = ngettext("Keep a row", "Keep {n} rows", count).format(n=n)
            said = ngettext("Row kept.", "{n} rows kept.", count).format(n=n)
        else:
            title = ngettext("Reject a row", "Reject {n} rows", count).format(n=n)
            said = ngettext("Row rejected.", "{n} rows rejected.", count).format(n=n)
        self._said = said
        self.session.perform(title, partial(_decide, ids=ids, decision=decision), self.arriving, self._on_decision_made)

    @Slot(object)
    def _on_decision_made(self, _nothing: object) -> None:
        self.session.noticed.emit(self._said, True)

    # ── the job ──────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def _on_job_changed(self) -> None:
        job, before = self.session.generate_job, self._job
        if job is not before:
            self._job = job
            self._loading, self._known = "", False
            if job is not None:
                job.streamed.connect(self._on_streamed)
                job.landed.connect(self._on_landed)
                job.progressed.connect(self._on_progressed)
                job.failed.connect(self._on_failed)
            elif before is not None and self.session.project is not None:
                self._take_end(before.outcome)
        self._show_state()

    @Slot(list)
    def _on_streamed(self, partials: Sequence[Partial]) -> None:
        self.arriving.take_partials(partials)

    @Slot(list)
    def _on_landed(self, landed: Sequence[Landed]) -> None:
        self.arriving.take_landed(landed)

    @Slot(object)
    def _on_progressed(self, progress: Progress) -> None:
        if not progress.counts:
            self._loading = progress.what
            if progress.total:
                self._loading += f" · {figures.percent(progress.done, progress.total)}"
        else:
            self._loading = ""
            if not self._known:
                self.session.read(newest_run, self._on_newest)
            self._moving = moved(self._moving, progress)
        self._show_figures()

    @Slot(object)
    def _on_failed(self, error: UserError) -> None:
        self.header.show_error(str(error))

    def _take_end(self, outcome: Outcome) -> None:
        """A job pauses its run as it closes; that the person meant to end it is said here."""
        self.session.read(newest_run, self._on_newest_to_stop if outcome == "stopped" else self._on_newest)
        self.arriving.rows.refresh()

    @Slot(object)
    def _on_newest_to_stop(self, newest: Newest) -> None:
        self._on_newest(newest)
        self._stop_stored_run()

    # ── what is shown ────────────────────────────────────────────────────────────────────────────

    def _show_state(self) -> None:
        """Buttons, words and cards as they fit what goes on."""
        project, job, newest = self.session.project, self._job, self._newest
        if project is None:
            return
        if job is None and newest.run is None and not newest.seeds and self.method.method.consumes == "seeds":
            self._show_no_seeds()
            return
        self.show_body()
        working = job is not None
        closing = job is not None and job.closing
        has_model = self.session.model_state()[0] != "none"
        writable = project.writable
        self.start_button.setVisible(not working and not newest.unfinished)
        self.resume_button.setVisible(not working and newest.unfinished)
        if self._pausing and self.resume_button.isVisible():
            self._pausing = False
            self.resume_button.setFocus()
        self.pause_button.setVisible(working)
        self.stop_button.setVisible(working or newest.unfinished)
        self.review_button.setVisible(not working and newest.figures.passing > 0)
        for each in (self.start_button, self.resume_button):
            each.setEnabled(writable and has_model)
        for each in (self.pause_button, self.stop_button):
            each.setEnabled(writable and not closing)
        self.model_notice.setVisible(not has_model)
        self.method.set_running(working or newest.unfinished, writable=writable)
        self.arriving.set_method(self.method.method)
        self.arriving.set_working(working)
        self.arriving.set_empty_words(self._empty_words(working=working))
        self.header.setVisible(working or newest.run is not None)
        self._show_line()
        self._show_figures()

    def _empty_words(self, *, working: bool) -> str:
        if working:
            return _("The first rows arrive here, word by word, each with what the filters say of it.")
        if self._newest.unfinished:
            return _("No row had landed when this run was paused. Press Resume to go on with it.")
        return _("Press Start, and the rows arrive here, word by word, each with what the filters say of it.")

    def _show_line(self) -> None:
        state, model = self.session.model_state()
        method = _(self.method.method.title)
        if self.method.method.consumes != "seeds" or not self._newest.seeds:
            self.set_line(_(self.method.method.summary))
            return
        seeds = ngettext("{n} seed", "{n} seeds", self._newest.seeds).format(n=figures.number(self._newest.seeds))
        if state == "none":
            words = _("{method} writes new rows from your {seeds}.").format(method=method, seeds=seeds)
        else:
            words = _("{method} writes new rows from your {seeds}, with {model}.").format(
                method=method, seeds=seeds, model=model
            )
        self.set_line(words)

    def _show_figures(self) -> None:
        shown, run = self._moving, self._newest.run
        words, note = "", ""
        if self._job is not None and self._job.closing:
            words = _("coming to a stop…")
        elif self._job is not None:
            words = self._loading or ("" if shown.rows_per_minute else _("under way"))
        elif self._newest.unfinished:
            words = _("paused; Resume goes on where it stopped")
        elif run is not None:
            words = _("stopped") if run.state == "stopped" else _("finished")
            note = run.note if run.state == "finished" and shown.passing < run.target else ""
        self.header.show_run(shown, words)
        self.header.show_note(note)
        self.arriving.show_figures(shown.passing, shown.written - shown.passing)

    def _show_no_project(self) -> None:
        home = buttons.primary(_("Go to Home"))
        home.clicked.connect(partial(self.went.emit, "home"))
        self._show_instead_of_all(_("No project is open"), _("Open one, or make a new one, on the Home page."), home)

    def _show_no_seeds(self) -> None:
        seeds = buttons.primary(_("Add seeds"))
        seeds.clicked.connect(partial(self.went.emit, "seeds"))
        words = _("{method} starts from examples. Write or import a few, or take the samples; twenty are a good start.")
        self._show_instead_of_all(_("There are no seeds yet"), words.format(method=_(self.method.method.title)), seeds)

    def _show_instead_of_all(self, title: str, words: str, way_on: buttons.Button) -> None:
        for number in range(self.action_row.count()):
            item = self.action_row.itemAt(number)
            if item is not None and (button := item.widget()) is not None:
                button.hide()
        self.set_line("")
        self.show_empty(EmptyState("generate", title, words, way_on))

    # ── panels ───────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def _on_prompts_wanted(self) -> None:
        self.panels.show_prompts(self.method.method_id)

    @Slot()
    def _on_reasons_wanted(self) -> None:
        self.panels.show_reasons(self.method.method_id)

    @Slot(str)
    def _on_part_chosen(self, key: str) -> None:
        if key == UNUSABLE:
            self.panels.show_unusable(self._newest.run, self._moving.unusable)
        elif key in ("passing", "unanswered"):
            self.arriving.show_only("passing" if key == "passing" else "unanswered")
        else:
            self.arriving.show_only("dropped", key)

    @Slot()
    def _on_panel_opened(self) -> None:
        self._either.setCurrentWidget(self.panels)

    @Slot()
    def _on_panel_closed(self) -> None:
        self._either.setCurrentIndex(0)
        self.method.prompts_button.setFocus()

    @Slot(str)
    def _on_language(self, language: str) -> None:
        self.session.perform(
            _("Change the language of the rows"), lambda edit: edit.set_language(language), self.method
        )

    # ── building ─────────────────────────────────────────────────────────────────────────────────

    def _build(self) -> None:
        across = QHBoxLayout()
        across.setSpacing(14)
        across.addWidget(self.method)
        across.addWidget(self.arriving, 1)
        main = QWidget()
        column = QVBoxLayout(main)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(self.model_notice)
        column.addWidget(self.header)
        column.addLayout(across, 1)
        self._either = QStackedWidget()
        self._either.addWidget(main)
        self._either.addWidget(self.panels)
        self.body.addWidget(self._either, 1)
        for button in (self.pause_button, self.stop_button, self.review_button, self.start_button, self.resume_button):
            self.action_row.addWidget(button)

    def _listen(self) -> None:
        self._said = ""
        self.start_button.clicked.connect(self._on_start)
        self.resume_button.clicked.connect(self._on_resume)
        self.pause_button.clicked.connect(self._on_pause)
        self.stop_button.clicked.connect(self._on_stop)
        self.review_button.clicked.connect(partial(self.went.emit, "review"))
        self.model_notice.button.clicked.connect(partial(self.went.emit, "models"))
        self.method.prompts_wanted.connect(self._on_prompts_wanted)
        self.method.reasons_wanted.connect(self._on_reasons_wanted)
        self.method.language_changed.connect(self._on_language)
        self.method.method_changed.connect(self._show_state)
        self.arriving.decided.connect(self._on_decided)
        self.header.chosen.connect(self._on_part_chosen)
        self.panels.opened.connect(self._on_panel_opened)
        self.panels.closed.connect(self._on_panel_closed)
        self.session.job_changed.connect(self._on_job_changed)
        self.session.engine_changed.connect(self._show_state)
        self.session.preferences_changed.connect(self._show_state)


def _generate(project: "Project", engine: "Engine", request: "GenerateRequest") -> Generator[Event, None, object]:
    from desktop.confined.runner import ConfinedProcess
    from desktop.jobs.generating import generate

    with ConfinedProcess() as confined:
        return (yield from generate(project, engine, request, confined))


def _decide(edit: "Edit", ids: Sequence[int], decision: Decision | None) -> None:
    edit.decide(ids, decision, time.time())
