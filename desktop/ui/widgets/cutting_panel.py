"""How passages are cut, and doing it again."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout

from desktop.core.i18n import _, ngettext, sentences
from desktop.ui import figures, theme
from desktop.ui.widgets import buttons
from desktop.ui.widgets.form import OptionsForm
from desktop.ui.widgets.label import label
from desktop.ui.widgets.side_panel import SidePanel


class CuttingPanel(SidePanel):
    """`wanted(Cutting, all)`: cut the chosen source, or all of them, like this."""

    wanted = Signal(object, bool)

    def __init__(self) -> None:
        from desktop.jobs.cutting import Cutting

        super().__init__(_("Cut the passages again"), _("Back"))
        self.form = OptionsForm(Cutting)
        self._with_model = False
        self.form.setMaximumWidth(theme.TEXT_WIDTH // 2)
        self.one_button = buttons.plain(_("Cut this source"))
        self.all_button = buttons.primary(_("Cut the passages again"))
        words = _(
            "Passages come anew from the text that was read; files are not needed. What you left out stays left out. "
            "One step that can be undone."
        )
        self.card.body.addWidget(label(words, "muted", wrap=True))
        self.card.body.addWidget(self.form)
        self._counted = label("", "label", wrap=True)
        self.card.body.addWidget(self._counted)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.all_button)
        row.addWidget(self.one_button)
        row.addStretch(1)
        self.card.body.addSpacing(8)
        self.card.body.addLayout(row)
        self.card.body.addStretch(1)
        self.one_button.clicked.connect(self._on_one)
        self.all_button.clicked.connect(self._on_all)

    def offer(self, cutting: object, sources: int, *, one: bool, counted: bool) -> None:
        """Show how it is done so far, for so many sources; `one`: one of them is chosen, `counted`: by a model."""
        from desktop.jobs.cutting import Cutting

        assert isinstance(cutting, Cutting)
        self.form.set_value(cutting)
        self.one_button.setVisible(one and sources > 1)
        told = ngettext("Cut {n} source again", "Cut {n} sources again", sources)
        self.all_button.set_text(told.format(n=figures.number(sources)))
        self._with_model = counted

    @Slot(object)
    def show_counted_by(self, model: str) -> None:
        """Say what tokens were counted with so far, and will be."""
        before = (
            _("So far they were counted in tokens of {model}.").format(model=model)
            if model
            else _("≈ So far their tokens were estimated.")
        )
        now = (
            _("They will be counted with the tokenizer of the model that is chosen now.")
            if self._with_model
            else _("No model file is chosen, so their tokens will be estimated.")
        )
        self._counted.setText(sentences(before, now))

    @Slot()
    def _on_one(self) -> None:
        self.wanted.emit(self.form.value(), False)

    @Slot()
    def _on_all(self) -> None:
        self.wanted.emit(self.form.value(), True)
