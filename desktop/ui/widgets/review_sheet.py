"""The row under review: its badges and its texts, each in the size of what it is."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop.core.content import KINDS, answers_of, fields_of, kind_of, lead_field_of
from desktop.core.i18n import _
from desktop.core.records import Instruction
from desktop.core.text.prose import shortened
from desktop.ui import task_types, theme
from desktop.ui.models.candidate_entry import failing, figure
from desktop.ui.models.review_rows import ReviewRow
from desktop.ui.models.row_fields import title_of
from desktop.ui.models.text_pieces import Piece, marked
from desktop.ui.widgets.badge import Badge, Tone
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.label import label
from desktop.ui.widgets.literal_text import LiteralText, Role

if TYPE_CHECKING:
    from desktop.store.candidates import CandidateView

_LONG = 60  # characters of a badge


class ReviewSheet(QScrollArea):
    """`show_row` shows one; an edit is shown as what it changed in the model's text."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(_("The row under review"))
        self.row: ReviewRow | None = None
        self.texts: dict[str, LiteralText] = {}  # by field
        self.badges: list[Badge] = []

    def show_row(self, row: ReviewRow | None) -> None:
        """Show a row; the same one read again keeps its place."""
        if row == self.row:
            return
        bar = self.verticalScrollBar()
        place = bar.value() if row is not None and self.row is not None and row.id == self.row.id else 0
        self.row = row
        self.texts, self.badges = {}, []
        self.setUpdatesEnabled(False)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(theme.CARD_PADDING, 14, theme.CARD_PADDING, 14)
        column.setSpacing(0)
        if row is not None:
            column.addWidget(self._badge_row(row))
            for field in fields_of(row.view.row):
                self._add_field(column, row, field)
            if isinstance(row.view.row, Instruction) and row.view.row.output is None:
                column.addSpacing(12)
                column.addWidget(label(_("It has no answer yet, so it cannot leave."), "muted", wrap=True))
        column.addStretch(1)
        self.setWidget(inside)
        bar.setValue(place)
        self.setUpdatesEnabled(True)

    def _add_field(self, column: QVBoxLayout, row: ReviewRow, field: str) -> None:
        content = row.view.row
        text = fields_of(content)[field]
        changed = field in row.changes
        if not text and not changed and field not in answers_of(content):
            return
        title = _(title_of(field))
        if changed:
            title = _("{field} · the edit against the model's text").format(field=title)
        lead = field == lead_field_of(content) and field != "text"
        role: Role = "lead" if lead else "answer" if field in answers_of(content) else "quiet"
        made = LiteralText(title, role)
        made.show_pieces(row.changes.get(field) or _pieces(row, field, text))
        made.setMaximumWidth(theme.TEXT_WIDTH)
        self.texts[field] = made
        column.addSpacing(14)
        column.addWidget(label(title, "label"))
        column.addSpacing(5)
        column.addWidget(made)

    def _badge_row(self, row: ReviewRow) -> QWidget:
        made = QWidget()
        flow = Flow(8, 6, made)
        for words, tone in _badges(row):
            badge = Badge(shortened(words, _LONG), tone)
            self.badges.append(badge)
            flow.addWidget(badge)
        policy = made.sizePolicy()
        policy.setHeightForWidth(True)
        made.setSizePolicy(policy)
        return made


def _pieces(row: ReviewRow, field: str, text: str) -> tuple[Piece, ...]:
    """The text with what the filters found marked."""
    spans = [span for verdict in failing(row.view) for span in verdict.evidence.spans if span.field == field]
    # A mark over everything says nothing.
    return marked(text, [(span.start, span.end) for span in spans if span.end - span.start < len(text)])


def _badges(row: ReviewRow) -> list[tuple[str, Tone]]:
    view = row.view
    badges: list[tuple[str, Tone]] = [(_(KINDS[kind_of(view.row)]), "plain")]
    if view.row.task_type:
        badges.append((task_types.shown(view.row.task_type), "plain"))
    if row.method and view.run is not None:
        badges.append((_("{method}, run {n}").format(method=_(row.method), n=view.run.id), "info"))
    elif view.candidate.origin:
        badges.append((_("from {file}").format(file=view.candidate.origin), "info"))
    badges += decision_badges(view)
    for filter_id, verdict in view.verdicts.items():
        about = row.filters.get(filter_id)
        words = _(about.dropped_as or about.title) if about else filter_id
        value = figure(verdict.value) if verdict.value is not None and about and about.cut else ""
        if filter_id in view.overruled:
            badges.append((_("{why}, kept anyway").format(why=words), "info"))
        elif not verdict.passed and not view.passing:
            badges.append((f"{words} {value}".strip(), "dropped"))
        elif filter_id == "novelty" and value:
            badges.append((_("similarity {value}").format(value=value), "pass"))
    return badges


def decision_badges(view: "CandidateView") -> list[tuple[str, Tone]]:
    """What the person has said of a candidate."""
    review = view.review
    if review is None:
        return []
    words: dict[str, tuple[str, Tone]] = {
        "accepted": (_("kept by you"), "pass"),
        "rejected": (_("rejected by you"), "dropped"),
        "flagged": (_("flagged"), "info"),
    }
    badges = [words[review.decision]] if review.decision else []
    return [*badges, (_("edited"), "info")] if review.row is not None else badges
