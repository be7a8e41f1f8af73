"""The method of a run: what it makes, from what, how much of it, with which options."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.core import options
from desktop.core.i18n import _
from desktop.core.records import Run
from desktop.core.shapes import Method
from desktop.ui.languages import language_name
from desktop.ui.models.method_words import CONSUMES
from desktop.ui.widgets import buttons
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.field import Choice, Whole
from desktop.ui.widgets.form import OptionsForm
from desktop.ui.widgets.label import label, rule, titled
from desktop.ui.widgets.start_box import StartBox

WIDTH = 300
_MOST = 1_000_000
_USUAL_TARGET = 100
USUAL_METHOD = "self_instruct"
"""What most projects begin with: a few seeds."""
_PROMPTS = ("en", "zh")  # the languages that prompts come in; a project of another one uses the English prompts


class MethodCard(Card):
    """Shows the method; takes start, target, language of the rows and options, which stand still during a run."""

    methods_wanted = Signal()
    try_wanted = Signal()
    start_changed = Signal()
    language_changed = Signal(str)
    target_changed = Signal(int)
    prompts_wanted = Signal()
    reasons_wanted = Signal()

    def __init__(self, methods: Mapping[str, Method]) -> None:
        super().__init__()
        self.setFixedWidth(WIDTH)
        self._methods = methods
        self._forms: dict[str, OptionsForm] = {}
        self.method_id = USUAL_METHOD if USUAL_METHOD in methods else next(iter(methods))
        self.methods_button = buttons.small(_("Other methods…"))
        self.try_button = buttons.small(_("Try on one"))
        self.title_label = label("", "heading")
        self.consumes_badge = Badge()
        self.summary_label = label("", "muted", wrap=True)
        self.start_box = StartBox()
        self.forecast_label = label("", "label", wrap=True)
        self.target = Whole()
        self.target.setRange(1, _MOST)
        self.target.setValue(_USUAL_TARGET)
        self.language_box = Choice()
        self.prompts_button = buttons.plain("")
        self.reasons_button = buttons.link("")
        self._lay_out()
        for code in _PROMPTS:
            self.language_box.addItem(language_name(code), code)
        self._show_method()
        self.methods_button.clicked.connect(self.methods_wanted)
        self.try_button.clicked.connect(self.try_wanted)
        self.start_box.changed.connect(self.start_changed)
        self.language_box.activated.connect(self._on_language)
        self.target.valueChanged.connect(self.target_changed)
        self.prompts_button.clicked.connect(self.prompts_wanted)
        self.reasons_button.clicked.connect(self.reasons_wanted)

    # ── what is chosen ───────────────────────────────────────────────────────────────────────────

    @property
    def method(self) -> Method:
        """The chosen method's shape."""
        return self._methods[self.method_id]

    @property
    def form(self) -> OptionsForm:
        """The form of the chosen method."""
        return self._forms[self.method_id]

    @property
    def starts_from(self) -> str:
        """The rows it is to start from; empty where it starts from something else."""
        return self.start_box.value if self.method.consumes == "rows" else ""

    def show_method(self, method_id: str, run: Run | None) -> None:
        """Show a method, with the options, target and start of its last run where there was one."""
        if method_id not in self._methods:
            return
        self.method_id = method_id
        self._show_method()
        self.start_box.choose((run.starts_from if run is not None else "") or self.method.starts_from)
        if run is None:
            return
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
        for each in (self.start_box, self.language_box, self.target, *self._forms.values()):
            each.setEnabled(free)
        self.methods_button.setEnabled(not running)
        self.forecast_label.setVisible(not running)

    # ── building ─────────────────────────────────────────────────────────────────────────────────

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(15, 15, 15, 6)
        column.setSpacing(12)
        top = QVBoxLayout()
        top.setSpacing(8)
        self.title_label.setWordWrap(True)
        top.addWidget(_beside(self.title_label, self.consumes_badge))
        top.addWidget(self.summary_label)
        ways = QHBoxLayout()
        ways.setSpacing(8)
        ways.addWidget(self.methods_button)
        ways.addWidget(self.try_button)
        ways.addStretch(1)
        top.addLayout(ways)
        column.addLayout(top)
        self._start_place = titled(_("Start from"), self.start_box)
        column.addWidget(self._start_place)
        wanted = QVBoxLayout()
        wanted.setSpacing(5)
        wanted.addWidget(titled(_("Passing rows wanted"), self.target))
        wanted.addWidget(self.forecast_label)
        column.addLayout(wanted)
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
        self.body.addWidget(rule())
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
        self.consumes_badge.show_as(_(CONSUMES[method.consumes]), "plain")
        self._start_place.setVisible(method.consumes == "rows")
        self.prompts_button.setVisible(bool(method.prompts or method.lists))
        self.prompts_button.set_text(_changeable(method))
        self.summary_label.setText(_(method.summary))
        self.reasons_button.set_text(_("Why these defaults?"))
        self.reasons_button.setAccessibleDescription(method.source)

    @Slot()
    def _on_language(self) -> None:
        self.language_changed.emit(str(self.language_box.currentData()))


def _changeable(method: Method) -> str:
    if not method.lists:
        return _("See and change the prompt…")
    return _("See and change prompts and lists…") if method.prompts else _("See and change the lists…")


def _beside(left: QWidget, right: QWidget) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(left, 1)
    row.addWidget(right, 0, Qt.AlignmentFlag.AlignTop)
    return holder
