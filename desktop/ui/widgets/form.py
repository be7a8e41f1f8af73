"""A form drawn from an Options dataclass: one field for each option, with what a person is told of it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.i18n import _, sentences
from desktop.core.options import OptionField, Options, fields
from desktop.ui.widgets import buttons
from desktop.ui.widgets.field import Field, field_for
from desktop.ui.widgets.label import label, literal


class OptionsForm(QWidget):
    """`value()` is an instance of the class; `changed` when a field has a new one. Advanced options are folded."""

    changed = Signal()

    def __init__(self, options: type[Options], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options = options
        self._fields: dict[str, Field] = {}
        self._rows: dict[str, QWidget] = {}
        self._fault = label("", "error", wrap=True)  # stands below the field that it is of
        self._fault.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self._folded = QWidget()
        folded = QVBoxLayout(self._folded)
        folded.setContentsMargins(0, 0, 0, 0)
        folded.setSpacing(12)
        self.more_button = buttons.link(_("More options"))
        for each in fields(options):
            (folded if each.about.advanced else column).addWidget(self._row(each))
        column.addWidget(self.more_button)
        column.addWidget(self._folded)
        self.more_button.setVisible(folded.count() > 0)
        self.more_button.clicked.connect(self._on_more_clicked)
        self._folded.hide()

    def value(self) -> Options:
        """The options as the form shows them."""
        return self._options(**{name: each.value() for name, each in self._fields.items()})

    def set_value(self, options: Options) -> None:
        """Show other options; `changed` is not emitted."""
        self._fault.hide()
        for name, each in self._fields.items():
            each.set_value(getattr(options, name))

    def field(self, name: str) -> QWidget:
        """The widget of one option."""
        return self._fields[name].widget

    def show_fault(self, name: str, words: str) -> bool:
        """Say below an option what is wrong with it, and go there; empty takes it away. False: there is no such one.

        It goes by itself when the option is changed.
        """
        self._fault.hide()
        if name not in self._fields:
            return False
        widget = self._fields[name].widget
        if not widget.isVisibleTo(self):
            self._on_more_clicked()
        below = self._rows[name].layout()
        assert below is not None
        below.addWidget(self._fault)
        self._fault.setText(words)
        self._fault.show()
        widget.setFocus()
        return True

    def _row(self, about: OptionField) -> QWidget:
        made = field_for(about)
        made.on_change(self._on_changed)
        self._fields[about.name] = made
        title, told = _(about.about.title), _(about.about.help)
        made.widget.setAccessibleName(title)
        made.widget.setAccessibleDescription(told)
        made.widget.setToolTip(literal(sentences(told, _(about.about.why))))
        row = self._rows[about.name] = QWidget()
        return made.lay_out(row, label(title, "body" if about.kind is bool else "label", wrap=True))

    def _on_changed(self) -> None:
        self._fault.hide()
        self.changed.emit()

    def _on_more_clicked(self) -> None:
        shown = self._folded.isHidden()
        self._folded.setVisible(shown)
        self.more_button.set_text(_("Fewer options") if shown else _("More options"))
