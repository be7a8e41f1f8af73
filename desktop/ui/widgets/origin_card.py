"""Where the row under review comes from: why it was dropped, how it was made, the examples shown, the raw replies."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop.core.i18n import _, ngettext
from desktop.core.records import Attempt
from desktop.ui import figures
from desktop.ui.models.candidate_entry import figure
from desktop.ui.models.review_rows import ReviewRow, name_of
from desktop.ui.step_titles import step_title
from desktop.ui.widgets import buttons
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.label import label
from desktop.ui.widgets.literal_text import LiteralText

_SHOWN_AS_TEXT = 120  # characters of a value of another column


class OriginCard(Card):
    """`show_row` fills it; `replies_wanted(item)` is answered by the page with `show_replies`."""

    replies_wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__(_("Where it comes from"), ruled=True, padded=False)
        self.row: ReviewRow | None = None
        self.replies_button = buttons.link("")
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.addWidget(self._area, 1)
        self._column = QVBoxLayout()
        self.replies: list[LiteralText] = []

    def show_row(self, row: ReviewRow | None) -> None:
        """Tell of a row; what was opened of the same one stays open."""
        if row == self.row:
            return
        opened = bool(self.replies) and row is not None and self.row is not None and row.id == self.row.id
        self.row = row
        self.replies = []
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(15, 13, 15, 13)
        self._column.setSpacing(4)
        if row is not None:
            self._why_dropped(row)
            self._how_made(row)
            self._other_columns(row)
            self._what_filters_said(row)
            self._examples(row)
        self._column.addStretch(1)
        self._area.setWidget(inside)
        if opened:
            self._on_replies()

    def show_replies(self, attempts: Sequence[Attempt]) -> None:
        """Show every prompt and raw reply, in the order they came."""
        if self.row is None or self.replies:
            return
        self.replies_button.hide()
        at = self._column.indexOf(self.replies_button) + 1
        for each in attempts:
            words = _("{step} · {tokens} tokens · {seconds}").format(
                step=step_title(each.step),
                tokens=figures.number(each.reply_tokens),
                seconds=figures.duration(each.seconds),
            )
            for title, text in ((_("Prompt: {step}").format(step=words), each.prompt), (_("Raw reply"), each.reply)):
                shown = LiteralText(title, "raw")
                shown.show_text(text)
                shown.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
                self.replies.append(shown)
                self._column.insertWidget(at, label(title, "label", wrap=True))
                self._column.insertWidget(at + 1, shown)
                at += 2
        if not attempts:
            self._column.insertWidget(at, label(_("No reply is stored for this row."), "muted", wrap=True))

    # ── behind it ────────────────────────────────────────────────────────────────────────────────

    def _section(self, title: str) -> None:
        if self._column.count():
            self._column.addSpacing(12)
        self._column.addWidget(label(title, "label"))

    def _say(self, text: str, *, muted: bool = False) -> None:
        made = LiteralText(text, "muted" if muted else "plain")
        made.show_text(text)
        self._column.addWidget(made)

    def _why_dropped(self, row: ReviewRow) -> None:
        view = row.view
        failed = [(id, each) for id, each in view.verdicts.items() if not each.passed]
        if not failed:
            return
        self._section(_("Why it was dropped") if not view.passing else _("What you overruled"))
        for _id, verdict in failed:
            reason = str(verdict.reason or _("A filter dropped it."))
            self._say(reason)
            for twin in verdict.evidence.twins[:1]:
                words = _("Its twin is {name}.") if twin.text in reason else _("Its twin, {name}: “{text}”")
                self._say(words.format(name=name_of(twin.ref), text=twin.text), muted=True)

    def _how_made(self, row: ReviewRow) -> None:
        view = row.view
        self._section(_("How it was made"))
        if view.run is None:
            origin = view.candidate.origin
            self._say(_("Imported from {file}").format(file=origin) if origin else _("Imported"))
            return
        parts = [_("Run {n}").format(n=view.run.id), _(row.method) or view.run.method, view.run.model]
        parts.append(figures.moment(view.run.created))
        if view.seconds:
            parts.append(figures.duration(view.seconds))
        self._say(" · ".join(part for part in parts if part))
        if view.candidate.item is not None:
            self.replies_button = buttons.link(_("prompt and raw reply"))
            self.replies_button.clicked.connect(self._on_replies)
            self._column.addWidget(self.replies_button)

    def _other_columns(self, row: ReviewRow) -> None:
        # What a method noted with a row of its own is for the provenance file; no file had such columns.
        if not row.view.row.extra or row.view.candidate.item is not None:
            return
        self._section(_("Other columns of the file"))
        for name, value in row.view.row.extra.items():
            self._say(f"{name}: {value}"[:_SHOWN_AS_TEXT])

    def _what_filters_said(self, row: ReviewRow) -> None:
        passed = [(id, each) for id, each in row.view.verdicts.items() if each.passed and id in row.filters]
        if not passed:
            return
        words = []
        for filter_id, verdict in passed:
            about = row.filters[filter_id]
            measured = f" {figure(verdict.value)}" if about.cut and verdict.value is not None else ""
            words.append(f"{_(about.title)}{measured}")
        self._section(_("Filters it passed"))
        self._say(" · ".join(words), muted=True)

    def _examples(self, row: ReviewRow) -> None:
        if not row.shown:
            return
        title = ngettext("The example the model was shown", "The {n} examples the model was shown", len(row.shown))
        self._section(title.format(n=len(row.shown)))
        for each in row.shown:
            self._column.addSpacing(4)
            self._column.addWidget(label(name_of(each.ref), "label"))
            self._say(each.text)

    @Slot()
    def _on_replies(self) -> None:
        if self.row is not None and self.row.view.candidate.item is not None:
            self.replies_wanted.emit(self.row.view.candidate.item)
