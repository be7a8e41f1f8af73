"""The Review page: one candidate at a time, decided from the keyboard."""

import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout

from desktop.core.i18n import N_, _
from desktop.core.records import Attempt, Decision, Review, Row
from desktop.core.text.prose import shortened
from desktop.store.show import Show, Stage
from desktop.ui.judge_again import JudgeAgain
from desktop.ui.models.review_line import line_of
from desktop.ui.models.review_pace import ReviewPace
from desktop.ui.models.review_queue import ReviewQueue
from desktop.ui.session import Session
from desktop.ui.widgets import buttons
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.field import Choice
from desktop.ui.widgets.origin_card import OriginCard
from desktop.ui.widgets.page import Page
from desktop.ui.widgets.review_end import Ways, review_end
from desktop.ui.widgets.review_foot import ReviewFoot
from desktop.ui.widgets.review_paper import ReviewPaper
from desktop.ui.widgets.search_field import SearchField

if TYPE_CHECKING:
    from desktop.store.counts import Counts
    from desktop.store.edit import Edit
    from desktop.store.undo import Changes

_COUNTED_AFTER = 300  # milliseconds after a decision in which the figures are read again
_LONGEST_STEP = 24  # characters of a step's title in the Undo button


class ReviewPage(Page):
    """The row on the left, where it comes from on the right, the keys at the foot."""

    ID = "review"
    TITLE = N_("Review")
    ICON = "review"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.queue = ReviewQueue(session, self)
        self._pace = ReviewPace()
        self._counts: Counts | None = None
        self._decided = 0  # rows decided since the figures were read: -1 each from what is left
        self._judge_again = JudgeAgain(session, self)
        self._count_soon = QTimer(self, singleShot=True, interval=_COUNTED_AFTER)
        self.stage_box = Choice()
        self.search = SearchField(_("Search"))
        self.undo_button = buttons.plain(_("Undo"), "Ctrl Z")
        self.redo_button = buttons.plain(_("Redo"), "Ctrl Shift Z")
        self.paper = ReviewPaper()
        self.origin = OriginCard()
        self.foot = ReviewFoot()
        self._set_up()
        self._listen()
        self._keys = self._make_shortcuts()
        self._show_keys()

    # ── for the window ───────────────────────────────────────────────────────────────────────────

    def refresh(self) -> None:
        self.paper.end()
        self._counts = None
        if self.session.project is None:
            self.queue.start(None)
            self.show_no_project()
            return
        self.queue.start(self._show_of())
        self._ask_counts()
        self._show_undo()

    def on_shown(self) -> None:
        self.paper.sheet.setFocus(Qt.FocusReason.OtherFocusReason)
        if self.session.project is not None:
            self.queue.refresh()
            self._ask_counts()

    def on_changed(self, changes: "Changes") -> None:
        touched = changes.stages & {"candidates", "reviews", "chain", "runs"}
        if not touched:
            return
        named = changes.ids.get("reviews", ())
        only = touched == {"reviews"} and bool(named)
        self.queue.touch(named if only else None)
        if not only:
            self.queue.refresh()
        self._count_soon.start()

    def hideEvent(self, event: QHideEvent) -> None:
        if self.paper.editing and not event.spontaneous():
            self.paper.save()
        super().hideEvent(event)

    # ── deciding ─────────────────────────────────────────────────────────────────────────────────

    def decide(self, decision: Decision) -> None:
        """Decide the row that is shown, and go on to the next."""
        row = self.queue.current
        if row is None or self.paper.editing or self.paper.sheet.row != row or not self.session.writable:
            return
        now = row.view.review
        if now is None or now.decision != decision:
            titles = {"accepted": _("Keep"), "rejected": _("Reject"), "flagged": _("Flag")}
            self.session.edits.perform(
                titles[decision], partial(_decide, id=row.id, decision=decision, at=time.time()), self
            )
            undecided = now is None or now.decision is None
            self._decided += undecided and row.view.passing
            self._pace.note(time.monotonic())
            review = replace(now, decision=decision) if now else Review(row.id, decision)
            self.queue.put(replace(row, view=replace(row.view, review=review)))
        self.queue.step(1)
        self._show_line()

    @Slot()
    def _on_keep(self) -> None:
        self.decide("accepted")

    @Slot()
    def _on_reject(self) -> None:
        self.decide("rejected")

    @Slot()
    def _on_flag(self) -> None:
        self.decide("flagged")

    @Slot()
    def _on_next(self) -> None:
        if not self.paper.editing:
            self.queue.step(1)

    @Slot()
    def _on_back(self) -> None:
        if not self.paper.editing:
            self.queue.step(-1)

    # ── fixing ───────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def start_fix(self) -> None:
        """Edit the row that is shown."""
        row = self.queue.current
        if row is not None and not self.paper.editing and self.session.writable:
            self.paper.start(row)

    @Slot()
    def _on_turned(self) -> None:
        self.foot.set_editing(self.paper.editing)
        self._show_keys()
        self._on_moved()

    @Slot(int, object)
    def _on_fixed(self, id: int, row: Row) -> None:
        """Store what was typed, have the rule filters judge it, and show what it changed."""
        self.session.edits.perform(_("Fix"), partial(_edit, id=id, row=row, at=time.time()), self, self._on_stored)

    @Slot(object)
    def _on_stored(self, id: int) -> None:
        self._judge_again.judge(id)

    # ── showing ──────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def _on_moved(self) -> None:
        if self.session.project is None or self.paper.editing:
            return
        row, count = self.queue.current, self.queue.count
        if self.queue.ended:
            self._show_end()
        else:
            self.show_body()
        self.paper.sheet.show_row(row)
        self.origin.show_row(row)
        self.foot.show_place(self.queue.place, count)
        self._show_keys()

    def _show_keys(self) -> None:
        """Which keys do something now; while a row is edited its letters are only letters."""
        ready = self.queue.current is not None and not self.paper.editing
        self.foot.set_ready(ready, writable=self.session.writable)
        for shortcut, while_editing in self._keys.items():
            shortcut.setEnabled(while_editing == self.paper.editing)
        for field in (self.stage_box, self.search):
            field.setEnabled(not self.paper.editing)

    def _show_line(self) -> None:
        counts = self._counts
        if counts is None:
            return
        self.set_line(line_of(counts, self._left(counts), self._pace.per_hour(), writable=self.session.writable))

    def _left(self, counts: "Counts") -> int:
        return max(0, counts.unreviewed - self._decided)

    @Slot()
    def _show_undo(self) -> None:
        undo, redo = self.session.edits.undo_title, self.session.edits.redo_title
        self.undo_button.set_text(_("Undo “{step}”").format(step=shortened(undo, _LONGEST_STEP)) if undo else _("Undo"))
        self.undo_button.setEnabled(undo is not None)
        self.redo_button.setVisible(redo is not None)

    @Slot(object, object)
    def _on_any_change(self, changes: "Changes", origin: object) -> None:
        """Undo leads back to the row that it was about."""
        named = changes.ids.get("reviews", ())
        if origin in ("undo", "redo") and len(named) == 1 and self.isVisible() and not self.paper.editing:
            self.queue.go_to(named[0])

    def _ask_counts(self) -> None:
        self.session.read(lambda project: project.counts(), self._on_counts)

    @Slot(object)
    def _on_counts(self, counts: "Counts") -> None:
        self._counts = counts
        self._decided = 0
        self._show_line()
        self._on_moved()

    @Slot(int)
    def _on_replies_wanted(self, item: int) -> None:
        self.session.read(lambda project: (item, project.runs.attempts_of(item)), self._on_replies)

    @Slot(object)
    def _on_replies(self, answer: tuple[int, Sequence[Attempt]]) -> None:
        item, attempts = answer
        if self.origin.row is not None and self.origin.row.view.candidate.item == item:
            self.origin.show_replies(attempts)

    # ── nothing to review ────────────────────────────────────────────────────────────────────────

    def _show_end(self) -> None:
        if self._counts is None:
            return
        left = self._left(self._counts)
        ways: Ways = {
            "generate": partial(self.went.emit, "generate"),
            "export": partial(self.went.emit, "export"),
            "again": self._on_again,
            "unreviewed": self._on_unreviewed,
            "flagged": self._on_flagged,
            "no search": self._on_search_dropped,
        }
        searched = bool(self.search.text().strip())
        self.show_empty(review_end(self._counts, self._stage, self.queue.count, left, searched=searched, ways=ways))

    # ── which rows ───────────────────────────────────────────────────────────────────────────────

    def show_stage(self, stage: Stage) -> None:
        """Review the rows of a stage, from the first."""
        self.stage_box.setCurrentIndex(max(0, self.stage_box.findData(stage)))
        self._start_over()

    @property
    def _stage(self) -> Stage:
        stage: Stage = self.stage_box.currentData()
        return stage

    def _show_of(self) -> Show:
        return Show(self._stage, query=self.search.text().strip())

    @Slot()
    def _start_over(self) -> None:
        if self.session.project is not None:
            self.queue.start(self._show_of())
            self._ask_counts()

    @Slot(str)
    def _on_searched(self, _words: str) -> None:
        self._start_over()

    @Slot()
    def _on_again(self) -> None:
        self._start_over()

    @Slot()
    def _on_unreviewed(self) -> None:
        self.show_stage("unreviewed")

    @Slot()
    def _on_flagged(self) -> None:
        self.show_stage("flagged")

    @Slot()
    def _on_search_dropped(self) -> None:
        self.search.clear()
        self._start_over()

    # ── building ─────────────────────────────────────────────────────────────────────────────────

    def _set_up(self) -> None:
        stages: tuple[tuple[str, Stage], ...] = (
            (_("To review"), "unreviewed"),
            (_("Flagged"), "flagged"),
            (_("Dropped"), "dropped"),
            (_("Kept"), "accepted"),
            (_("Rejected"), "rejected"),
            (_("Edited"), "edited"),
            (_("All rows"), "all"),
        )
        for words, stage in stages:
            self.stage_box.addItem(words, stage)
        self.stage_box.setAccessibleName(_("Which rows"))
        self.search.setFixedWidth(170)
        for each in (self.stage_box, self.search, self.redo_button, self.undo_button):
            self.action_row.addWidget(each)
        card = Card(padded=False)
        card.body.addWidget(self.paper)
        self.origin.setMinimumWidth(270)
        self.origin.setMaximumWidth(400)
        across = QHBoxLayout()
        across.setSpacing(14)
        across.addWidget(card, 17)
        across.addWidget(self.origin, 10)
        self.body.addLayout(across, 1)
        self.body.addWidget(self.foot)

    def _listen(self) -> None:
        self.queue.moved.connect(self._on_moved)
        self._count_soon.timeout.connect(self._ask_counts)
        self.stage_box.activated.connect(self._start_over)
        self.search.searched.connect(self._on_searched)
        self.undo_button.clicked.connect(self.session.edits.undo)
        self.redo_button.clicked.connect(self.session.edits.redo)
        self.foot.keep_button.clicked.connect(self._on_keep)
        self.foot.reject_button.clicked.connect(self._on_reject)
        self.foot.flag_button.clicked.connect(self._on_flag)
        self.foot.skip_button.clicked.connect(self._on_next)
        self.foot.fix_button.clicked.connect(self.start_fix)
        self.foot.save_button.clicked.connect(self.paper.save)
        self.foot.leave_button.clicked.connect(self.paper.end)
        self.paper.turned.connect(self._on_turned)
        self.paper.fixed.connect(self._on_fixed)
        self.paper.hinted.connect(self.foot.hint_label.setText)
        self.origin.replies_wanted.connect(self._on_replies_wanted)
        self.session.changed.connect(self._on_any_change)
        self.session.edits.moved.connect(self._show_undo)

    def _make_shortcuts(self) -> dict[QShortcut, bool]:
        """Each with whether it is for the time of editing. A field that is typed into keeps its letters to itself."""
        made: dict[QShortcut, bool] = {}
        for keys, slot, repeats, while_editing in (
            ("K", self._on_keep, False, False),
            ("R", self._on_reject, False, False),
            ("F", self._on_flag, False, False),
            ("E", self.start_fix, False, False),
            ("Right", self._on_next, True, False),
            ("Left", self._on_back, True, False),
            ("Ctrl+F", self.search.setFocus, False, False),
            ("Ctrl+Return", self.paper.save, False, True),
            ("Ctrl+Enter", self.paper.save, False, True),
            ("Esc", self.paper.leave, False, True),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setAutoRepeat(repeats)  # a key that is held must not decide rows nobody has read
            shortcut.activated.connect(slot)
            made[shortcut] = while_editing
        return made


def _decide(edit: "Edit", id: int, decision: Decision, at: float) -> None:
    edit.decide([id], decision, at)


def _edit(edit: "Edit", id: int, row: Row, at: float) -> int:
    edit.edit_row(id, row, at=at)
    return id
