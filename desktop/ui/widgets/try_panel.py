"""A method tried on one item: what the model was given, what it wrote, and what was made of that."""

import json
from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from random import SystemRandom
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.core import catalogue
from desktop.core.content import fields_of
from desktop.core.errors import UserError
from desktop.core.i18n import _, ngettext
from desktop.core.progress import Event, Partial, Progress
from desktop.ui import figures, theme
from desktop.ui.models.row_fields import title_of
from desktop.ui.session import Session
from desktop.ui.widgets import buttons
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.label import label, rule
from desktop.ui.widgets.literal_text import LiteralText
from desktop.ui.widgets.side_panel import SidePanel

if TYPE_CHECKING:
    from desktop.core.records import Attempt, Row
    from desktop.core.steps import Discard
    from desktop.jobs.judging_by_model import Ready
    from desktop.jobs.trying import Tried, TryRequest
    from desktop.store.project import Project
    from desktop.ui.job_thread import JobThread

JOB = "try"


class TryPanel(SidePanel):
    """`show_trial` opens it and sets to work; `closed` cancels what is still being written."""

    working_changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(_("Try on one"), _("Back"))
        self._session = session
        self._request: TryRequest | None = None
        self._job: JobThread | None = None
        self._titles: Mapping[str, str] = {}
        self._texts: dict[tuple[str, int], str] = {}
        self.state_label = label("", "muted", wrap=True)
        self.error_label = label("", "error", wrap=True)
        self.again_button = buttons.small(_("Try another"))
        self.cancel_button = buttons.small(_("Cancel"))
        self.writing = LiteralText(_("Being written now"), "raw", fills=True)
        self.writing.setPlaceholderText("")
        self.results = QScrollArea()
        self._lay_out()
        self.again_button.clicked.connect(self._on_again)
        self.cancel_button.clicked.connect(self.cancel)
        self.closed.connect(self.cancel)

    def show_trial(self, request: "TryRequest") -> None:
        """Try this; the place and the random seed are the panel's to choose."""
        prompts = catalogue.methods()[request.method].prompts
        self._titles = {each.step: _(each.title) for each in prompts if each.title}
        self._request = replace(request, place=0, random_seed=SystemRandom().getrandbits(31))
        self._start()

    @Slot()
    def cancel(self) -> None:
        """End what is being tried; nothing of it was stored."""
        if self._job is not None:
            self._job.stop()
            self.cancel_button.setEnabled(False)

    # ── the job ──────────────────────────────────────────────────────────────────────────────────

    def _start(self) -> None:
        assert self._request is not None
        self._texts.clear()
        self.writing.show_text("")
        self.error_label.hide()
        try:
            job = self._session.start_asking_job(JOB, partial(_try, request=self._request))
        except UserError as error:
            self._show_error(error)
            self._show_state(_("Nothing was tried."))
            return
        self._job = job
        job.streamed.connect(self._on_streamed)
        job.progressed.connect(self._on_progressed)
        job.finished_with.connect(self._on_tried)
        job.failed.connect(self._show_error)
        job.finished.connect(self._on_ended)
        self._show_state(_("The first words come in a moment. Nothing of this is stored."))
        self.cancel_button.setEnabled(True)
        self.cancel_button.setFocus()
        self.working_changed.emit()

    @Slot(list)
    def _on_streamed(self, partials: "Sequence[Partial]") -> None:
        for each in partials:
            self._texts[each.step, each.sample] = each.text
        blocks = [f"── {self._title(step)} ──\n{text}" for (step, _sample), text in self._texts.items()]
        self.writing.show_text("\n\n".join(blocks))
        self.state_label.setText(_("The model is writing. Nothing of this is stored."))
        bar = self.writing.verticalScrollBar()
        bar.setValue(bar.maximum())

    @Slot(object)
    def _on_progressed(self, progress: Progress) -> None:
        if progress.total and progress.done < progress.total:
            self.state_label.setText(f"{progress.what} · {figures.percent(progress.done, progress.total)}")

    @Slot(object)
    def _on_tried(self, tried: "Tried") -> None:
        self.results.setWidget(self._told(tried))
        self.state_label.setText(_summary(tried))

    @Slot(object)
    def _show_error(self, error: UserError) -> None:
        self.error_label.setText(str(error))
        self.error_label.show()

    @Slot()
    def _on_ended(self) -> None:
        job, self._job = self._job, None
        if job is None:
            return
        if job.outcome == "done":
            self._show_state(self.state_label.text(), results=True)
        else:
            self._show_state(_("Cancelled.") if job.outcome in ("stopped", "paused") else _("Nothing came of it."))
        self.working_changed.emit()
        if self.isVisible():
            self.again_button.setFocus()

    @Slot()
    def _on_again(self) -> None:
        if self._request is not None and self._job is None:
            self._request = replace(self._request, place=self._request.place + 1)
            self._start()

    # ── what is shown ────────────────────────────────────────────────────────────────────────────

    def _show_state(self, words: str, *, results: bool = False) -> None:
        self.state_label.setText(words)
        self.again_button.setVisible(self._job is None)
        self.cancel_button.setVisible(self._job is not None)
        self.results.setVisible(results)
        self.writing.setVisible(not results)

    def _title(self, step: str) -> str:
        return self._titles.get(step, step.replace("_", " "))

    def _told(self, tried: "Tried") -> QWidget:
        """Rows first, then what could not be used, then every reply with its prompt."""
        inside = QWidget()
        inside.setMaximumWidth(theme.TEXT_WIDTH)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 10, 0)
        column.setSpacing(8)
        column.addWidget(label(_("What was made of it"), "heading"))
        for number, row in enumerate(tried.rows):
            if number:
                column.addWidget(rule())
            _add_row(column, row)
        if not tried.rows:
            column.addWidget(label(tried.why or _("No row: see below what the model wrote."), "body", wrap=True))
        for discard in tried.discards:
            self._add_discard(column, discard)
        for number, reply in enumerate(tried.replies, 1):
            column.addWidget(rule())
            self._add_reply(column, number, reply)
        column.addStretch(1)
        return inside

    def _add_discard(self, column: QVBoxLayout, discard: "Discard") -> None:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(Badge(_("not usable"), "dropped"), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(label(f"{self._title(discard.step)}: {discard.reason}", wrap=True), 1)
        column.addLayout(line)
        if discard.text.strip():
            column.addWidget(_shown(_("What the model wrote"), discard.text, raw=True))

    def _add_reply(self, column: QVBoxLayout, number: int, reply: "Attempt") -> None:
        words = _("{number}. {step} · {tokens} tokens · {seconds}").format(
            number=figures.number(number),
            step=self._title(reply.step),
            tokens=figures.number(reply.reply_tokens),
            seconds=figures.duration(reply.seconds),
        )
        column.addWidget(label(words, "heading", wrap=True))
        given, wrote = _readable(reply.prompt), reply.reply
        for title, text in ((_("What the model was given"), given), (_("What the model wrote"), wrote)):
            column.addWidget(label(title, "label"))
            column.addWidget(_shown(title, text, raw=True))

    def _lay_out(self) -> None:
        self.results.setWidgetResizable(True)
        self.results.setFrameShape(QFrame.Shape.NoFrame)
        self.results.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for place, button in enumerate((self.again_button, self.cancel_button)):
            self.card.header.insertWidget(2 + place, button)
        self.card.body.addWidget(self.state_label)
        self.card.body.addWidget(self.error_label)
        self.card.body.addWidget(self.writing, 1)
        self.card.body.addWidget(self.results, 1)


def _summary(tried: "Tried") -> str:
    asks = ngettext("{n} ask", "{n} asks", len(tried.replies)).format(n=figures.number(len(tried.replies)))
    tokens = sum(each.reply_tokens for each in tried.replies)
    written = ngettext("{n} token", "{n} tokens", tokens).format(n=figures.number(tokens))
    rows = ngettext("{n} row", "{n} rows", len(tried.rows)).format(n=figures.number(len(tried.rows)))
    if not tried.replies:
        return _("{rows}. No model was asked, nothing was stored, and no filter has looked at it.").format(rows=rows)
    return _("{rows} from {asks}, {tokens}, in {seconds}. Nothing was stored, and no filter has looked at it.").format(
        rows=rows, asks=asks, tokens=written, seconds=figures.duration(tried.seconds)
    )


def _readable(prompt: str) -> str:
    """A prompt as it is stored; messages one under another, each with who speaks."""
    try:
        messages = json.loads(prompt)
        return "\n\n".join(f"[{each['role']}]\n{each['content']}" for each in messages)
    except (ValueError, TypeError, KeyError, RecursionError):
        return prompt


def _add_row(column: QVBoxLayout, row: "Row") -> None:
    for name, text in fields_of(row).items():
        if text:
            column.addWidget(label(_(title_of(name)), "label"))
            column.addWidget(_shown(_(title_of(name)), text))


def _shown(name: str, text: str, *, raw: bool = False) -> LiteralText:
    made = LiteralText(name, "raw" if raw else "quiet")
    made.show_text(text)
    return made


def _try(project: "Project", ready: "Ready", request: "TryRequest") -> "Generator[Event, None, Tried]":
    from desktop.confined.runner import ConfinedProcess
    from desktop.core.engine import NoEngine
    from desktop.jobs.beginning import look_first
    from desktop.jobs.trying import try_one

    with ConfinedProcess() as confined:
        yield from look_first(project, confined, request.method, request.options, request.starts_from)
        asks = catalogue.methods()[request.method].asks_model
        engine = (yield from ready()) if asks else NoEngine()
        return (yield from try_one(project, engine, request, confined))
