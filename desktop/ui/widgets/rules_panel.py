"""Which rows of a file of questions and answers are to be taken, asked before it comes in."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.core.catalogue import formats
from desktop.core.i18n import _
from desktop.core.options import Options
from desktop.ui import theme
from desktop.ui.widgets import buttons
from desktop.ui.widgets.form import OptionsForm
from desktop.ui.widgets.label import label
from desktop.ui.widgets.side_panel import SidePanel


class RulesPanel(SidePanel):
    """`ask` shows a form for each format; `confirmed(rules by format)` or `closed` answers."""

    confirmed = Signal(object)

    def __init__(self) -> None:
        super().__init__(_("Which answers to take"), _("Cancel"))
        self.forms: dict[str, OptionsForm] = {}
        self.import_button = buttons.primary(_("Import these"))
        self._column = QVBoxLayout()
        self._column.setSpacing(12)
        self._lay_out()
        self.import_button.clicked.connect(self._on_import)

    def ask(self, rules: Mapping[str, Options]) -> None:
        """Ask for the rules of these formats, which stand as they were used last."""
        for form in self.forms.values():
            form.setParent(None)
            form.deleteLater()
        self.forms = {}
        for format_id, chosen in rules.items():
            form = self.forms[format_id] = OptionsForm(type(chosen))
            form.set_value(chosen)
            form.setMaximumWidth(theme.TEXT_WIDTH // 2)
            self._words.setText(
                _("{title}: {summary} What the rules leave out is counted and told.").format(
                    title=_(formats()[format_id].title), summary=_(formats()[format_id].summary)
                )
            )
            self._column.addWidget(form)
        self.import_button.setFocus()

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setMaximumWidth(theme.TEXT_WIDTH)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 10, 0)
        column.setSpacing(12)
        self._words = label("", "muted", wrap=True)
        column.addWidget(self._words)
        column.addLayout(self._column)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.card.body.addWidget(area, 1)
        row = QHBoxLayout()
        row.addWidget(self.import_button)
        row.addStretch(1)
        self.card.body.addLayout(row)

    @Slot()
    def _on_import(self) -> None:
        self.confirmed.emit({format_id: form.value() for format_id, form in self.forms.items()})
