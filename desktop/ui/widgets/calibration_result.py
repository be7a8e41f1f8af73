"""What a calibration comes to: how well the judge agrees, at its cut and at a better one, and where it does not."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.i18n import _, ngettext, sentences
from desktop.jobs.agreement import Confusion
from desktop.jobs.calibrating import Calibration
from desktop.ui import figures, theme
from desktop.ui.models.calibration_sheet import CalibrationSheet, SheetRow, grade_words
from desktop.ui.widgets import buttons
from desktop.ui.widgets.confusion_table import ConfusionTable
from desktop.ui.widgets.field import Choice
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.label import ElidedLabel, label


class CalibrationResult(QWidget):
    """`show_sheet` fills it. `good_chosen(rating)`, `cut_wanted(value)`; `asking` the model about rows, `stopped`."""

    good_chosen = Signal(float)
    cut_wanted = Signal(float)
    asking = Signal()
    stopped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._suggested = 0.0
        self._asking = False
        self.verdict_label = label("", "heading", wrap=True)
        self.figures_label = label("", "muted", wrap=True)
        self.ask_button = buttons.primary(_("Ask the model about these rows"))
        self.good_box = Choice()
        self.good_label = label(_("A row is good enough from"), "muted")
        self.now = _AtCut()
        self.better = _AtCut()
        self.cut_button = buttons.primary(_("Set the cut to {cut}").format(cut="…"))
        self.apart_label = label(_("Where you and the model differ"), "label")
        self.apart: list[ElidedLabel] = []
        self._lay_out()
        self.ask_button.clicked.connect(self._on_ask)
        self.good_box.activated.connect(self._on_good)
        self.cut_button.clicked.connect(self._on_cut)

    def show_sheet(self, sheet: CalibrationSheet, *, writable: bool, asking: bool) -> None:
        """Show what it comes to; `asking`: the model is at work on the rows just now."""
        found, self._asking = sheet.found, asking
        self.verdict_label.setText(_("The model is judging the rows that you rated.") if asking else _verdict(found))
        self.figures_label.setText(_figures(found))
        self.figures_label.setVisible(bool(self.figures_label.text()))
        self.ask_button.setVisible(sheet.rated > 0)
        self.ask_button.setEnabled(writable)
        self.ask_button.kind = "primary" if found.unvalued else "plain"
        ask = _("Ask the model about these rows") if found.unvalued else _("Ask the chosen model again")
        self.ask_button.set_text(_("Stop") if asking else ask)
        self._show_good(sheet, writable=writable)
        tables = found.at_cut is not None and found.spearman is not None
        self.now.setVisible(tables)
        self.better.setVisible(tables and found.at_suggested is not None)
        if found.at_cut is not None:
            self.now.show_cut(_("At the cut now, {cut}").format(cut=_figure(found.cut)), found.at_cut)
        if found.suggested is not None and found.at_suggested is not None:
            self._suggested = round(found.suggested, 2)
            words = _("At {cut}, which fits your ratings best").format(cut=_figure(self._suggested))
            self.better.show_cut(words, found.at_suggested)
            self.cut_button.set_text(_("Set the cut to {cut}").format(cut=_figure(self._suggested)))
        other = found.suggested is not None and abs(self._suggested - found.cut) > 1e-9
        self.cut_button.setVisible(tables and other)
        self.cut_button.setEnabled(writable)
        self.cut_button.kind = "primary" if found.better_than_chance else "plain"
        self._show_apart(sheet)

    # ── behind it ────────────────────────────────────────────────────────────────────────────────

    def _lay_out(self) -> None:
        self.verdict_label.setMaximumWidth(theme.TEXT_WIDTH)
        self.figures_label.setMaximumWidth(theme.TEXT_WIDTH)
        good = QHBoxLayout()
        good.setSpacing(8)
        good.addWidget(self.good_label)
        good.addWidget(self.good_box)
        good.addStretch(1)
        self.good_label.setBuddy(self.good_box)
        self.good_box.setAccessibleName(self.good_label.text())
        tables = QWidget()
        flow = Flow(36, 14, tables)
        flow.addWidget(self.now)
        flow.addWidget(self.better)
        policy = tables.sizePolicy()
        policy.setHeightForWidth(True)
        tables.setSizePolicy(policy)
        self._apart = QVBoxLayout()
        self._apart.setSpacing(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.CARD_PADDING, 14, theme.CARD_PADDING, 14)
        column.setSpacing(10)
        column.addWidget(self.verdict_label)
        column.addWidget(self.figures_label)
        column.addWidget(self.ask_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(4)
        column.addLayout(good)
        column.addWidget(tables)
        column.addWidget(self.cut_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(8)
        column.addWidget(self.apart_label)
        column.addLayout(self._apart)
        column.addStretch(1)

    def _show_good(self, sheet: CalibrationSheet, *, writable: bool) -> None:
        grades = sheet.scale.grades
        offered = [grade for grade in grades[1:] if sheet.scale.high > 1]
        for each in (self.good_label, self.good_box):
            each.setVisible(bool(offered))
            each.setEnabled(writable)
        if [self.good_box.itemData(place) for place in range(self.good_box.count())] != offered:
            self.good_box.clear()
            for grade in offered:
                self.good_box.addItem(grade_words(sheet.scale, grade), grade)
        enough = (place for place, grade in enumerate(offered) if grade >= sheet.found.good)
        self.good_box.setCurrentIndex(next(enough, len(offered) - 1))

    def _show_apart(self, sheet: CalibrationSheet) -> None:
        for old in self.apart:
            self._apart.removeWidget(old)
            old.deleteLater()
        self.apart = [ElidedLabel(_told_apart(sheet, *each)) for each in sheet.differing()]
        for made in self.apart:
            self._apart.addWidget(made)
        self.apart_label.setVisible(bool(self.apart))

    @Slot()
    def _on_ask(self) -> None:
        (self.stopped if self._asking else self.asking).emit()

    @Slot()
    def _on_good(self) -> None:
        self.good_chosen.emit(float(self.good_box.currentData()))

    @Slot()
    def _on_cut(self) -> None:
        self.cut_wanted.emit(self._suggested)


class _AtCut(QWidget):
    """A table with the cut it holds for, and on how many rows both say the same."""

    def __init__(self) -> None:
        super().__init__()
        self.title_label = label("", "label")
        self.table = ConfusionTable()
        self.same_label = label("", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for each in (self.title_label, self.table, self.same_label):
            column.addWidget(each)

    def show_cut(self, title: str, counts: Confusion) -> None:
        self.title_label.setText(title)
        self.table.show_counts(counts)
        same = _("You and the model say the same of {n} in {all}.")
        self.same_label.setText(same.format(n=figures.number(counts.same), all=figures.number(counts.rows)))


def _verdict(found: Calibration) -> str:
    if found.unvalued and not found.rated:
        return _("The model has not judged these rows yet.")
    if not found.done:
        words = ngettext(
            "{n} row is rated and judged: too few to say much.",
            "{n} rows are rated and judged: too few to say much.",
            found.rated,
        )
        return words.format(n=found.rated)
    if found.spearman is None:
        return _("There is nothing to compare: your ratings, or the values, are all alike.")
    if not found.better_than_chance:
        return _("This judge agrees with you no better than chance.")
    return _("This judge agrees with you better than chance.")


def _figures(found: Calibration) -> str:
    if found.unvalued and not found.rated:
        return _("It is asked about the rows that you rated alone, which does not take long.")
    if found.spearman is None:
        return _("Rate more rows, and use more of the scale.") if not found.done else ""
    words = _(
        "Agreement in order (Spearman): {rho}, where 1 is the same order and 0 none; chance alone reaches as much in"
        " {chance} of cases."
    )
    told = [words.format(rho=figures.signed(found.spearman, 2), chance=figures.percent(found.chance or 0.0, 1.0))]
    if found.done and not found.better_than_chance:
        told.append(_("Do not cut by it: take a larger model, say more plainly what is graded, or switch it off."))
    if found.model:
        told.append(_("Judged by {model}.").format(model=found.model))
    return sentences(*told)


def _told_apart(sheet: CalibrationSheet, row: SheetRow, rating: float, value: float) -> str:
    text = " ".join(row.lead.split())
    words = _("you {rating}, the model {value}: “{text}”")
    return words.format(rating=grade_words(sheet.scale, round(rating)), value=_figure(value), text=text[:200])


def _figure(value: float) -> str:
    return figures.number(value, 2)
