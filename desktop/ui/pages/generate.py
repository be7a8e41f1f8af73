"""The Generate page: a method, a target, and the rows as they arrive."""

import time
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.core import catalogue
from desktop.core.errors import UserError
from desktop.core.i18n import N_, _
from desktop.core.options import OptionError
from desktop.core.progress import Landed, Partial
from desktop.core.records import Decision
from desktop.store.show import Stage
from desktop.ui.job_thread import JobThread, Outcome
from desktop.ui.loaded_model import chosen_server
from desktop.ui.method_choice import MethodChoice
from desktop.ui.models.run_figures import Newest, RunFigures, newest_run, stop_run, waits_for_answers
from desktop.ui.models.run_words import decision_words
from desktop.ui.models.stock import Lack, Stock, line_of
from desktop.ui.run_watch import RunWatch
from desktop.ui.run_work import run_method
from desktop.ui.session import Session
from desktop.ui.widgets.arriving import Arriving
from desktop.ui.widgets.method_card import MethodCard
from desktop.ui.widgets.notice import Notice
from desktop.ui.widgets.page import Page
from desktop.ui.widgets.run_buttons import Chances, RunButtons
from desktop.ui.widgets.run_header import UNUSABLE, RunHeader
from desktop.ui.widgets.run_panels import RunPanels

if TYPE_CHECKING:
    from desktop.jobs.generating import GenerateRequest
    from desktop.store.edit import Edit
    from desktop.store.project import Project
    from desktop.store.undo import Changes

_JOB = "generate"
_NOTHING = Newest(None, RunFigures(), Stock(), "")


class GeneratePage(Page):
    """Figures of the run on top, its method on the left, its rows on the right; panels take the place of all three."""

    ID, TITLE, ICON = "generate", N_("Generate"), "generate"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._project: Project | None = None  # that is shown
        self._newest = _NOTHING
        self._watch = RunWatch(session, self)
        self._job: JobThread | None = None
        self._left: QWidget | None = None  # had the focus before a panel opened
        self.method = MethodCard(catalogue.methods())
        self.header = RunHeader({name: _(each.dropped_as or each.title) for name, each in catalogue.filters().items()})
        self.arriving = Arriving(session)
        self.model_notice = Notice(_("No model is chosen yet. A small one is enough to begin."), _("Choose a model"))
        self.lack_notice = Notice("", _("Choose a method"))
        self.panels = RunPanels(session)
        self.choice = MethodChoice(session, self.method, self.panels)
        self.buttons = RunButtons()
        self._build()
        self._listen()
        self._on_job_changed()

    # ── what is stored ───────────────────────────────────────────────────────────────────────────

    def refresh(self) -> None:
        if self.session.project is not self._project:
            self._project, self._newest = self.session.project, _NOTHING
            self.choice.forget()
        if self.session.project is None:
            self.arriving.show_run(None)
            self.buttons.hide()
            self.show_no_project()
            return
        self.session.read(newest_run, self._on_newest)
        self.choice.read()
        self._show_state()

    def on_changed(self, changes: "Changes") -> None:
        from_job = not changes.title
        if not (from_job and self._job is not None):
            self.session.read(newest_run, self._on_newest)
            self.choice.read()
            touched = {each for stage in ("candidates", "reviews") for each in changes.ids.get(stage, ())}
            if changes.stages & {"candidates", "reviews", "runs", "chain"}:
                self.arriving.rows.refresh(touched or None)
        if changes.stages & {"prompts", "lists"}:
            self.panels.refresh_prompts()

    @Slot(object)
    def _on_newest(self, newest: Newest) -> None:
        before, self._newest = self._newest, newest
        ids = [each.run.id if each.run is not None else 0 for each in (before, newest)]
        other = before is _NOTHING or ids[0] != ids[1]
        if other or newest.run is None:
            self.arriving.show_run(newest.run)
        self.choice.take(newest, show=self._job is None and (other or newest.method != before.method))
        self._watch.take(newest)
        self._show_state()

    @Slot()
    def _on_engine_changed(self) -> None:
        self._show_state()
        if self.session.model_is_free and self.session.project is not None:
            self.choice.read_model()

    # ── buttons ──────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def _on_start(self) -> None:
        self._run(self.choice.request())

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
        self.method.form.show_fault("", "")
        try:
            server = chosen_server(self.session.preferences)
            self.session.start_asking_job(_JOB, partial(run_method, request=request, server=str(server or "")))
        except UserError as error:
            self.session.failed.emit(error)

    @Slot()
    def _on_pause(self) -> None:
        if self._job is not None:
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
        title, said = decision_words(decision, len(ids))
        self.session.edits.perform(title, partial(_decide, ids=ids, decision=decision), self.arriving, say=said)

    # ── the job ──────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def _on_job_changed(self) -> None:
        job, before = self.session.generate_job, self._job
        if job is not before:
            self._job = job
            self._watch.follow(job)
            if job is not None:
                job.streamed.connect(self._on_streamed)
                job.landed.connect(self._on_landed)
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

    @Slot()
    def _on_unknown(self) -> None:
        self.session.read(newest_run, self._on_newest)

    @Slot(object)
    def _on_failed(self, error: UserError) -> None:
        """An option that is wrong is told beside its field, everything else above."""
        if not (isinstance(error, OptionError) and self.method.form.show_fault(error.name, str(error))):
            self.header.show_error(str(error))

    def _take_end(self, outcome: Outcome) -> None:
        """A job pauses its run as it closes; that the person meant to end it is said here."""
        self.session.read(newest_run, self._on_newest_to_stop if outcome == "stopped" else self._on_newest)
        self.arriving.rows.refresh()
        self.choice.read_model()  # what the run brought is remembered by now

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
        self.show_body()
        self.buttons.show()
        working = job is not None
        has_model = self.session.model_state()[0] != "none"
        writable = project.writable
        ended = not working and not newest.unfinished
        lack = self.choice.lack() if ended else None
        self._show_lack(lack)
        free = (has_model or not self.method.method.asks_model) and self.session.model_is_free
        chances = Chances(
            working=working,
            unfinished=newest.unfinished,
            startable=ended and lack is None,
            good=newest.figures.good > 0,
            passing=newest.figures.passing > 0,
            model_free=free,
            writable=writable,
            closing=job is not None and job.closing,
        )
        self.buttons.show_chances(chances, covered=self._either.currentWidget() is self.panels)
        can_try = writable and free and self.choice.lack() is None
        self.method.try_button.setEnabled(can_try)
        self.panels.prompts.set_can_try(can_try)
        self.model_notice.setVisible(not has_model and lack is None and self.method.method.asks_model)
        self.method.set_running(working or newest.unfinished, writable=writable)
        self.arriving.set_method(self.method.method)
        self.arriving.set_working(working)
        self.arriving.set_empty_words(self._empty_words(working=working))
        self.header.setVisible(working or newest.run is not None)
        _state, model = self.session.model_state()
        self.set_line(line_of(self.method.method, newest.stock, self.method.start_box.start, model))
        self._show_figures()

    def _show_lack(self, lack: Lack | None) -> None:
        self.lack_notice.setVisible(lack is not None)
        if lack is not None:
            self.lack_notice.words_label.setText(lack.words)
            self.lack_notice.button.set_text(lack.button)

    def _empty_words(self, *, working: bool) -> str:
        if working:
            return _("The first rows arrive here, word by word, each with what the filters say of it.")
        if self._newest.unfinished:
            return _("No row had landed when this run was paused. Press Resume to go on with it.")
        if self.choice.lack() is not None:
            return _("The rows arrive here, once there is something to start from.")
        return _("Press Start, and the rows arrive here, word by word, each with what the filters say of it.")

    @Slot()
    def _show_figures(self) -> None:
        shown, run = self._watch.figures, self._newest.run
        words, note = "", ""
        if self._job is not None and self._job.closing:
            words = _("coming to a stop…")
        elif self._job is not None:
            words = self._watch.loading or ("" if shown.rows_per_minute else _("under way"))
        elif self._newest.unfinished:
            words = _("paused; Resume goes on where it stopped")
        elif run is not None:
            words = _("stopped") if run.state == "stopped" else _("finished")
            note = run.note if run.state == "finished" and shown.passing < run.target else ""
        self.header.show_run(shown, words)
        self.header.show_note(note)
        self.arriving.show_figures(shown.passing, shown.written - shown.passing)

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
            self.panels.show_unusable(self._newest.run, self._watch.figures.unusable)
        elif key in ("passing", "unanswered"):
            run = self._newest.run
            good: Stage = "unanswered" if run is not None and waits_for_answers(run) else "passing"
            self.arriving.show_only(good if key == "passing" else "unanswered")
        else:
            self.arriving.show_only("dropped", key)

    @Slot()
    def _on_method_taken(self) -> None:
        self._on_panel_closed()
        (self.buttons.start if self.buttons.start.isVisible() else self.method.methods_button).setFocus()

    @Slot(str)
    def _on_went(self, page: str) -> None:
        self._on_panel_closed()
        self.went.emit(page)

    @Slot()
    def _on_panel_opened(self) -> None:
        if self._either.currentWidget() is not self.panels:
            self._left = self.focusWidget()
        self._either.setCurrentWidget(self.panels)
        self._show_state()

    @Slot()
    def _on_panel_closed(self) -> None:
        self._either.setCurrentIndex(0)
        self._show_state()
        (self._left or self.method.methods_button).setFocus()

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
        column.addWidget(self.lack_notice)
        column.addWidget(self.header)
        column.addLayout(across, 1)
        self._either = QStackedWidget()
        self._either.addWidget(main)
        self._either.addWidget(self.panels)
        self.body.addWidget(self._either, 1)
        self.action_row.addWidget(self.buttons)

    def _listen(self) -> None:
        self.buttons.start.clicked.connect(self._on_start)
        self.buttons.resume.clicked.connect(self._on_resume)
        self.buttons.pause.clicked.connect(self._on_pause)
        self.buttons.stop.clicked.connect(self._on_stop)
        self.buttons.review.clicked.connect(partial(self.went.emit, "review"))
        self.model_notice.button.clicked.connect(partial(self.went.emit, "models"))
        self.method.prompts_wanted.connect(self._on_prompts_wanted)
        self.method.reasons_wanted.connect(self._on_reasons_wanted)
        self.buttons.next.clicked.connect(self.choice.choose_next)
        self.lack_notice.button.clicked.connect(self.choice.mend)
        self.choice.changed.connect(self._show_state)
        self.choice.taken.connect(self._on_method_taken)
        self.choice.went.connect(self._on_went)
        self._watch.changed.connect(self._show_figures)
        self._watch.unknown.connect(self._on_unknown)
        self.arriving.decided.connect(self._on_decided)
        self.header.chosen.connect(self._on_part_chosen)
        self.panels.opened.connect(self._on_panel_opened)
        self.panels.closed.connect(self._on_panel_closed)
        self.session.job_changed.connect(self._on_job_changed)
        self.session.engine_changed.connect(self._on_engine_changed)
        self.session.preferences_changed.connect(self._on_engine_changed)


def _decide(edit: "Edit", ids: Sequence[int], decision: Decision | None) -> None:
    edit.decide(ids, decision, time.time())
