"""The chosen filter: what it measured, where it cuts, and its options."""

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop.core import options
from desktop.core.i18n import N_, _, ngettext
from desktop.core.options import OptionField, Options
from desktop.core.records import ChainLink
from desktop.core.shapes import Filter
from desktop.jobs.calibrating import is_graded
from desktop.ui import figures
from desktop.ui.models.chain_standing import Trusted
from desktop.ui.models.measured import Measured, Sides
from desktop.ui.widgets import buttons
from desktop.ui.widgets.bar import Bar
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.field import Field, field_for
from desktop.ui.widgets.form import OptionsForm
from desktop.ui.widgets.histogram import Histogram
from desktop.ui.widgets.label import label

_CUT_WIDTH = 72
_FORM_HEIGHT = 210
_SETTLES = 600  # milliseconds after the last change of the figure
_ENDS = {"novelty": (N_("{value} unlike anything"), N_("{value} the same words"))}


class FilterCard(Card):
    """`show_filter` and `show_measured` fill it; `changed(id, options)` when a person wants other options.

    `moving(value)` while the cut is moved, to be answered by `show_sides`.
    """

    changed = Signal(str, object)
    moving = Signal(float)
    clusters_wanted = Signal()
    fixes_wanted = Signal()
    calibration_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(" ", padded=False)
        self._id = ""
        self._options: Options | None = None
        self._cut: Field | None = None
        self._cut_name = ""
        self.form: OptionsForm | None = None
        self._settle = QTimer(self, singleShot=True, interval=_SETTLES)
        self._settle.timeout.connect(self._on_settled)
        self.cut_label = label("", "muted")
        self.options_button = buttons.small(_("Options"))
        self.options_button.setCheckable(True)
        self.clusters_button = buttons.small(_("Clusters"))
        self.fixes_button = buttons.small(_("Fixes"))
        self.calibrate_button = buttons.small(_("Calibrate"))
        self.trust_label = label("", "muted")
        self.summary_label = label("", "muted", wrap=True)
        self.counts_label = label("", "body")
        self.bar = Bar(_("Rows that it keeps"))
        self.histogram = Histogram()
        self.apply_button = buttons.small(_("Apply and judge again"))
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFixedHeight(_FORM_HEIGHT)
        self._folded = QWidget()
        folded = QVBoxLayout(self._folded)
        folded.setContentsMargins(0, 0, 0, 0)
        folded.setSpacing(8)
        folded.addWidget(self._area)
        folded.addWidget(self.apply_button, 0, Qt.AlignmentFlag.AlignRight)
        self.header.addWidget(self.cut_label)
        self.header.addWidget(self.trust_label)
        for button in (self.calibrate_button, self.fixes_button, self.clusters_button, self.options_button):
            self.header.addWidget(button)
        self.header.setContentsMargins(15, 11, 15, 0)
        self.body.setContentsMargins(15, 4, 15, 13)
        for each in (self.summary_label, self.counts_label, self.bar, self.histogram):
            self.body.addWidget(each)
        self.body.addWidget(self._folded)
        self._folded.hide()
        self.options_button.toggled.connect(self._folded.setVisible)
        self.apply_button.clicked.connect(self._on_apply)
        self.clusters_button.clicked.connect(self.clusters_wanted)
        self.fixes_button.clicked.connect(self.fixes_wanted)
        self.calibrate_button.clicked.connect(self.calibration_wanted)
        self.histogram.moving.connect(self._on_moving)
        self.histogram.moved.connect(self._on_moved)

    def show_filter(self, link: ChainLink, about: Filter, *, writable: bool, trust: Trusted) -> None:
        """Show a filter; what was typed into its form stays unless its options are others now."""
        wanted = options.from_json(about.options, link.options)
        if link.filter != self._id:
            self._build(link.filter, about)
        if wanted != self._options:
            self._options = wanted
            self._show_options(about, wanted)
        for each in (self.form, self.apply_button, self.histogram, self._cut.widget if self._cut else None):
            if each is not None:
                each.setEnabled(writable)
        self.show_trust(trust)
        self._on_typed()

    def show_trust(self, trust: Trusted) -> None:
        """Say how far a judge can be trusted."""
        self.trust_label.setText(trust.words)
        self.trust_label.setVisible(bool(trust.words) and not trust.first)
        self.calibrate_button.set_text(_("Calibrate first") if trust.first else _("Calibrate"))

    def show_measured(self, about: Filter, measured: Measured) -> None:
        """Show what the filter measured; where there is nothing to draw, what it does and how many rows it drops."""
        sides = measured.sides
        # Two bars alone say no more than two figures do, where no cut can be moved between them.
        drawn = sides.bins is not None and bool(about.cut or len(sides.bins.passed) > 2)
        self.set_title(_(about.value_title) if drawn and about.value_title else _(about.title))
        self.histogram.setVisible(drawn)
        self.summary_label.setText(_(about.summary))
        self.summary_label.setVisible(not drawn)
        judged = bool(sides.kept + sides.dropped)
        self.counts_label.setVisible(not drawn and judged)
        self.bar.setVisible(not drawn and judged)
        self.fixes_button.setVisible(bool(measured.fixes))
        words = ngettext("{n} fix", "{n} fixes", measured.fixes).format(n=figures.number(measured.fixes))
        self.fixes_button.set_text(words)
        self.show_sides(sides)

    def show_sides(self, sides: Sides) -> None:
        """Show how the rows lie on either side of a cut, which may be one that is only tried."""
        kept, dropped = figures.number(sides.kept), figures.number(sides.dropped)
        told = _("keeps {kept} · drops {dropped}").format(kept=kept, dropped=dropped)
        self.counts_label.setText(told)
        self.bar.set_part(sides.kept / (sides.kept + sides.dropped) if sides.kept + sides.dropped else 0.0)
        if (bins := sides.bins) is None:
            return
        low, high = _ENDS.get(self._id, (N_("{value}"), N_("{value} or more") if bins.open_end else N_("{value}")))
        top = bins.high - 1 if bins.whole else bins.high
        places = 0 if bins.whole else 1
        ends = (
            _(low).format(value=figures.number(bins.low, places)),
            _(high).format(value=figures.number(top, places)),
        )
        self.histogram.show_bins(bins, ends, told)

    @property
    def cut_field(self) -> QWidget | None:
        """The field of the cut, where the filter has one."""
        return self._cut.widget if self._cut else None

    @property
    def cut(self) -> float | None:
        """Where the filter cuts."""
        return float(getattr(self._options, self._cut_name)) if self._cut_name and self._options else None

    # ── behind it ────────────────────────────────────────────────────────────────────────────────

    def _build(self, filter_id: str, about: Filter) -> None:
        self._settle.stop()
        self._id, self._options = filter_id, None
        self.options_button.setChecked(False)
        self.set_title(_(about.value_title or about.title))
        self.histogram.show_bins(None, ("", ""))  # what another filter measured stands no longer
        self.counts_label.clear()
        if self._cut is not None:
            self._cut.widget.hide()
            self._cut.widget.deleteLater()
        self._cut, self._cut_name = None, about.cut
        fields = {each.name: each for each in options.fields(about.options)}
        if about.cut:
            self._make_cut(fields[about.cut])
        self.cut_label.setVisible(bool(about.cut))
        self.clusters_button.setVisible(bool(about.cut) and about.cost == "pairs" and about.keeps == "at most")
        self.calibrate_button.setVisible(is_graded(about))
        self.fixes_button.hide()
        others = [name for name in fields if name != about.cut]
        self.options_button.setVisible(bool(others))
        self.form = OptionsForm(about.options)
        if about.cut and (row := self.form.field(about.cut).parentWidget()) is not None:
            row.hide()
        if others and all(fields[name].about.advanced for name in others):
            self.form.more_button.click()
            self.form.more_button.hide()
        self.form.changed.connect(self._on_typed)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 4, 12, 4)
        column.addWidget(self.form)
        column.addStretch(1)
        self._area.setWidget(inside)

    def _make_cut(self, about: OptionField) -> None:
        cut = field_for(about)
        title = _(about.about.title)
        cut.widget.setAccessibleName(title)
        cut.widget.setAccessibleDescription(_(about.about.help))
        cut.widget.setToolTip(_(about.about.help))
        cut.widget.setFixedWidth(_CUT_WIDTH)
        cut.on_change(self._settle.start)
        self.cut_label.setText(title)
        self.cut_label.setBuddy(cut.widget)
        self.header.insertWidget(self.header.indexOf(self.cut_label) + 1, cut.widget)
        self.histogram.setAccessibleName(title)
        self._cut = cut

    def _show_options(self, about: Filter, wanted: Options) -> None:
        if self.form is not None:
            self.form.set_value(wanted)
        if self._cut is None:
            self.histogram.set_cut(None)
            return
        value = getattr(wanted, self._cut_name)
        self._cut.set_value(value)
        limits = next(each.about for each in options.fields(about.options) if each.name == self._cut_name)
        low = 0.0 if limits.minimum is None else limits.minimum
        high = 1.0 if limits.maximum is None else limits.maximum
        self.histogram.set_cut(value, (low, high), limits.step or 0.01)

    @Slot()
    def _on_typed(self) -> None:
        changed = self.form is not None and self.form.value() != self._options
        self.apply_button.setEnabled(changed and self.form is not None and self.form.isEnabled())

    @Slot()
    def _on_apply(self) -> None:
        if self.form is not None:
            self._want(self.form.value())

    @Slot(float)
    def _on_moving(self, value: float) -> None:
        if self._cut is not None:
            self._cut.set_value(value)
        self.moving.emit(value)

    @Slot(float)
    def _on_moved(self, value: float) -> None:
        self._want_cut(value)

    @Slot()
    def _on_settled(self) -> None:
        if self._cut is not None:
            self._want_cut(self._cut.value())

    def _want_cut(self, value: float) -> None:
        if self._options is not None:
            stored = dict(options.to_json(self._options)) | {self._cut_name: value}
            self._want(options.from_json(type(self._options), stored))

    def _want(self, wanted: Options) -> None:
        if wanted != self._options:
            self.changed.emit(self._id, options.to_json(wanted))
