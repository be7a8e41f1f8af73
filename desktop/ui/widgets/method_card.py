"""The method of a run: what it makes, from what, how much of it, with which options."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.core import options
from desktop.core.i18n import N_, _
from desktop.core.records import Run
from desktop.core.shapes import Method
from desktop.ui.languages import language_name
from desktop.ui.widgets import buttons
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.field import Choice, Whole
from desktop.ui.widgets.form import OptionsForm
from desktop.ui.widgets.label import label, titled

WIDTH = 300
_MOST = 1_000_000
_USUAL_TARGET = 100
_USUAL_METHOD = "self_instruct"  # what most projects begin with: a few seeds
_CONSUMES: Mapping[str, str] = {
    "nothing": N_("from nothing"),
    "topics": N_("from topics"),
    "seeds": N_("from seeds"),
    "passages": N_("from documents"),
    "records": N_("from tables"),
    "functions": N_("from functions"),
    "rows": N_("from rows"),
}
_PROMPTS = ("en", "zh")  # the languages that prompts come in; a project of another one uses the English prompts


class MethodCard(Card):
    """Chooses method, target, language of the rows, options. While a run goes on, only the target can be changed."""

    method_changed = Signal(str)
    language_changed = Signal(str)
    target_changed = Signal(int)
    prompts_wanted = Signal()
    reasons_wanted = Signal()

    def __init__(self, methods: Mapping[str, Method]) -> None:
        super().__init__()
        self.setFixedWidth(WIDTH)
        self._methods = methods
        self._forms: dict[str, OptionsForm] = {}
        self.method_box = Choice()
        self.title_label = label("", "heading")
        self.consumes_badge = Badge()
        self.summary_label = label("", "muted", wrap=True)
        self.target = Whole()
        self.target.setRange(1, _MOST)
        self.target.setValue(_USUAL_TARGET)
        self.language_box = Choice()
        self.prompts_button = buttons.plain(_("See and change the prompt…"))
        self.reasons_button = buttons.link("")
        self._lay_out()
        for method_id, method in methods.items():
            self.method_box.addItem(_(method.title), method_id)
        self.method_box.setCurrentIndex(max(0, self.method_box.findData(_USUAL_METHOD)))
        for code in _PROMPTS:
            self.language_box.addItem(language_name(code), code)
        self._show_method()
        self.method_box.activated.connect(self._on_method)
        self.language_box.activated.connect(self._on_language)
        self.target.editingFinished.connect(self._on_target)
        self.prompts_button.clicked.connect(self.prompts_wanted)
        self.reasons_button.clicked.connect(self.reasons_wanted)

    # ── what is chosen ───────────────────────────────────────────────────────────────────────────

    @property
    def method_id(self) -> str:
        """The chosen method."""
        return str(self.method_box.currentData())

    @property
    def method(self) -> Method:
        """The chosen method's shape."""
        return self._methods[self.method_id]

    @property
    def form(self) -> OptionsForm:
        """The form of the chosen method."""
        return self._forms[self.method_id]

    def show_run(self, run: Run | None) -> None:
        """Show the method, target and options of a run."""
        if run is None or run.method not in self._methods:
            return
        self.method_box.setCurrentIndex(self.method_box.findData(run.method))
        self._show_method()
        self.form.set_value(options.from_json(self.method.options, run.options))
        self.target.blockSignals(True)
        self.target.setValue(run.target)
        self.target.blockSignals(False)

    def show_language(self, language: str) -> None:
        """Show the language of the project's rows."""
        if self.language_box.findData(language) < 0:
            self.language_box.addItem(language_name(language), language)
        self.language_box.setCurrentIndex(self.language_box.findData(language))

    def set_running(self, running: bool, *, writable: bool) -> None:
        """While a run goes on, or where nothing can be written, what it is made with stands still."""
        free = writable and not running
        for each in (self.method_box, self.language_box, self.target, *self._forms.values()):
            each.setEnabled(free)

    # ── building ─────────────────────────────────────────────────────────────────────────────────

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(15, 15, 15, 6)
        column.setSpacing(12)
        top = QVBoxLayout()
        top.setSpacing(8)
        self.method_box.setAccessibleName(_("Method"))
        self.method_box.setVisible(len(self._methods) > 1)
        heading = _beside(self.title_label, self.consumes_badge)
        top.addWidget(self.method_box)
        top.addWidget(heading)
        top.addWidget(self.summary_label)
        column.addLayout(top)
        column.addWidget(titled(_("Passing rows wanted"), self.target))
        column.addWidget(titled(_("Language of the rows"), self.language_box))
        self._forms_place = QVBoxLayout()
        column.addLayout(self._forms_place)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        self.body.addWidget(area, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(15, 8, 15, 10)
        foot.setSpacing(6)
        self.prompts_button.setSizePolicy(self.target.sizePolicy())
        foot.addWidget(self.prompts_button)
        foot.addWidget(self.reasons_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addLayout(foot)

    def _show_method(self) -> None:
        method = self.method
        if self.method_id not in self._forms:
            form = self._forms[self.method_id] = OptionsForm(method.options)
            self._forms_place.addWidget(form)
        for name, each in self._forms.items():
            each.setVisible(name == self.method_id)
        self.title_label.setText(_(method.title))
        self.consumes_badge.show_as(_(_CONSUMES[method.consumes]), "plain")
        self.summary_label.setText(_(method.summary))
        self.reasons_button.set_text(_("Why these defaults?"))
        self.reasons_button.setAccessibleDescription(method.source)

    @Slot()
    def _on_method(self) -> None:
        self._show_method()
        self.method_changed.emit(self.method_id)

    @Slot()
    def _on_language(self) -> None:
        self.language_changed.emit(str(self.language_box.currentData()))

    @Slot()
    def _on_target(self) -> None:
        self.target_changed.emit(self.target.value())


def _beside(left: QWidget, right: QWidget) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(left, 1)
    row.addWidget(right)
    return holder
