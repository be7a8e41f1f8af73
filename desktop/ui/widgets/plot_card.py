"""A plot with its title, what it lets one choose, a sentence on what it shows, and buttons that copy or save it."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.core.i18n import _
from desktop.ui import theme
from desktop.ui.models.chart import Bars, Chart, Choosing
from desktop.ui.widgets import buttons
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.field import Choice
from desktop.ui.widgets.label import label
from desktop.ui.widgets.legend import Legend
from desktop.ui.widgets.plot import Plot

_MOST_CHOICES = 2
_ONE_ALONE, _ONE_OF_TWO = 16, 9  # characters of a choice that are always shown


class PlotCard(Card):
    """`show_chart` fills it. `picked(mark)`, `chosen(values)` of its choices in their order, `copied`, `saved`."""

    picked = Signal(int)
    chosen = Signal(tuple)
    copied = Signal()
    saved = Signal()

    def __init__(self) -> None:
        super().__init__(" ", ruled=True)
        self.plot = Plot()
        self.choices = [Choice() for _number in range(_MOST_CHOICES)]
        self.up_label, self.across_label = label("", "label"), label("", "label")
        self.note_label = label("", "muted", wrap=True)
        self.empty_label = label("", "muted", wrap=True)
        self.empty_label.setFixedWidth(theme.TEXT_WIDTH // 2)
        self.legend = Legend()
        self.copy_button = buttons.small(_("Copy"))
        self.save_button = buttons.small(_("Save…"))
        self.copy_button.setAccessibleName(_("Copy the picture"))
        self.save_button.setAccessibleName(_("Save the picture"))
        self.action_button = buttons.primary("")
        self.action_button.hide()
        self._states = QStackedWidget()
        self._lay_out()
        self.plot.picked.connect(self.picked)
        self.copy_button.clicked.connect(self.copied)
        self.save_button.clicked.connect(self.saved)
        for each in self.choices:
            each.activated.connect(self._on_chosen)

    @property
    def controls(self) -> tuple[QWidget, ...]:
        """What takes the focus, in order."""
        return (*self.choices, self.copy_button, self.save_button, self.plot, self.action_button)

    def show_chart(self, chart: Chart) -> None:
        """Draw a chart, or say why there is nothing to draw."""
        self.set_title(chart.title)
        for number, box in enumerate(self.choices):
            choosing = chart.choosing[number] if number < len(chart.choosing) else None
            self._fill(box, choosing, _ONE_ALONE if len(chart.choosing) == 1 else _ONE_OF_TWO)
        drawn = chart.drawn
        self._states.setCurrentIndex(0 if drawn is not None else 1)
        self.up_label.setText(chart.up)
        self.across_label.setText(chart.across)
        for words in (self.up_label, self.across_label):
            words.setVisible(bool(words.text()) and drawn is not None)
        self.legend.show_series(drawn.series if isinstance(drawn, Bars) and len(drawn.series) > 1 else ())
        self.note_label.setText(chart.note if drawn is not None else "")
        self.note_label.setVisible(drawn is not None)
        self.empty_label.setText(chart.note if drawn is None else "")
        for button in (self.copy_button, self.save_button):
            button.setVisible(drawn is not None)
        if drawn is not None:
            self.plot.show_chart(chart)

    def _fill(self, box: Choice, choosing: Choosing | None, most: int) -> None:
        box.setVisible(choosing is not None and len(choosing.options) > 1)
        if choosing is None:
            return
        box.clear()
        longest = max(len(words) for _value, words in choosing.options)
        box.setMinimumContentsLength(min(longest, most))
        for value, words in choosing.options:
            box.addItem(words, value)
        box.setCurrentIndex(max(0, box.findData(choosing.chosen)))
        box.setAccessibleName(choosing.name)
        box.setToolTip(choosing.name)

    @Slot()
    def _on_chosen(self) -> None:
        self.chosen.emit(tuple(box.currentData() for box in self.choices if not box.isHidden()))

    def _lay_out(self) -> None:
        self.header.setContentsMargins(15, 8, 12, 8)
        self.header.addStrut(theme.CONTROL_HEIGHT)  # as high, whatever there is to choose
        for widget in (*self.choices, self.copy_button, self.save_button):
            self.header.addWidget(widget)
        drawn = QWidget()
        column = QVBoxLayout(drawn)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(self.across_label)
        above = QHBoxLayout()
        above.addWidget(self.up_label)
        above.addStretch(1)
        above.addWidget(self.legend)
        column.addLayout(above)
        column.addWidget(self.plot, 1)
        column.addLayout(across)
        nothing = QWidget()
        lines = QVBoxLayout(nothing)
        lines.setSpacing(14)
        lines.addStretch(1)
        for widget in (self.empty_label, self.action_button):
            row = QHBoxLayout()
            row.addStretch(1)
            row.addWidget(widget)
            row.addStretch(1)
            lines.addLayout(row)
        lines.addStretch(1)
        self._states.addWidget(drawn)
        self._states.addWidget(nothing)
        self.body.addWidget(self._states, 1)
        self.body.addWidget(self.note_label)
