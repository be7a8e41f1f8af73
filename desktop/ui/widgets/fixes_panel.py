"""What a filter would change in the texts: how many rows, the first of them as diffs, and doing it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.core.i18n import _, ngettext, sentences
from desktop.core.progress import Progress
from desktop.ui import figures, theme
from desktop.ui.models.row_fields import title_of
from desktop.ui.models.text_pieces import Piece, difference
from desktop.ui.widgets import buttons
from desktop.ui.widgets.bar import Bar
from desktop.ui.widgets.label import label, rule
from desktop.ui.widgets.literal_text import LiteralText
from desktop.ui.widgets.side_panel import SidePanel

if TYPE_CHECKING:
    from desktop.jobs.fixing import Change, FixReport

_LONGEST = 2_000  # characters of a text that a diff is made of


class FixesPanel(SidePanel):
    """`look` while fixes are looked for, `show_report` shows them; `applied(filter id)` when they are wanted."""

    applied = Signal(str)

    def __init__(self) -> None:
        super().__init__(_("Fixes"), _("Back"))
        self._filter = ""
        self.texts: list[LiteralText] = []
        self.words_label = label("", "muted", wrap=True)
        self.bar = Bar(_("Rows looked at"))
        self.apply_button = buttons.primary(_("Apply fixes"))
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setAccessibleName(_("The first fixes"))
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.words_label, 1)
        top.addWidget(self.apply_button)
        self.card.body.addLayout(top)
        self.card.body.addWidget(self.bar)
        self.card.body.addWidget(self._area, 1)
        self.apply_button.clicked.connect(self._on_apply)

    def look(self, filter_id: str, title: str) -> None:
        """Say that the fixes of a filter are being looked for."""
        self._filter = filter_id
        self.card.set_title(_("Fixes: {filter}").format(filter=title))
        self.words_label.setText(_("Looking for fixes"))
        self.bar.set_part(0.0)
        self.bar.show()
        self.apply_button.setEnabled(False)
        self._show_changes(())
        self.back_button.setFocus()

    @Slot(object)
    def show_progress(self, progress: Progress) -> None:
        """Say how far the looking is."""
        self.words_label.setText(
            _("{doing}: {n} rows so far").format(doing=progress.what, n=figures.number(progress.done))
        )
        self.bar.set_part(progress.done / progress.total if progress.total else None)

    def show_report(self, report: "FixReport", *, writable: bool) -> None:
        """Show what was found."""
        count = len(report.ids)
        self.bar.hide()
        self.apply_button.setEnabled(writable and count > 0)
        words = ngettext("Apply {n} fix", "Apply {n} fixes", count).format(n=figures.number(count))
        self.apply_button.set_text(words if count else _("Apply fixes"))
        if not count:
            self.words_label.setText(_("There is nothing to fix."))
        else:
            told = ngettext(
                "{n} row would read otherwise. The original stays under it; one step of undo takes it back.",
                "{n} rows would read otherwise. The originals stay under them; one step of undo takes it back.",
                count,
            ).format(n=figures.number(count))
            if count > len(report.first):
                told = sentences(told, _("The first {n} are shown.").format(n=figures.number(len(report.first))))
            self.words_label.setText(told)
        self._show_changes(report.first)

    def _show_changes(self, changes: "Sequence[Change]") -> None:
        inside = QWidget()
        inside.setMaximumWidth(theme.TEXT_WIDTH)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 4, 12, 4)
        column.setSpacing(6)
        self.texts = []
        for change in changes:
            if self.texts:
                column.addWidget(rule())
            for field, (before, after) in change.fields.items():
                title = _(title_of(field))
                text = LiteralText(title, "plain")
                text.show_pieces(_pieces(before, after))
                self.texts.append(text)
                column.addWidget(label(title, "label"))
                column.addWidget(text)
        column.addStretch(1)
        self._area.setWidget(inside)

    @Slot()
    def _on_apply(self) -> None:
        self.apply_button.setEnabled(False)
        self.words_label.setText(_("Applying the fixes"))
        self.applied.emit(self._filter)


def _pieces(before: str, after: str) -> tuple[Piece, ...]:
    return difference(before[:_LONGEST], after[:_LONGEST])
