"""The prompts of a method, step by step, to be read and changed for this project."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QPlainTextEdit, QVBoxLayout

from desktop.core.i18n import _, listed
from desktop.core.prompts import PLACE, Prompt
from desktop.ui.widgets import buttons
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.label import label
from desktop.ui.widgets.side_panel import SidePanel

_STEPS_WIDTH = 250


@dataclass(frozen=True, slots=True)
class Template:
    """A step's default template, with the project's own where it has one."""

    prompt: Prompt
    default: str
    own: str | None = None


class PromptPanel(SidePanel):
    """`show_templates` opens it.

    `saved(step, text or None)`: None goes back to the default. `try_wanted(step, text)`: as it stands, saved or not.
    """

    saved = Signal(str, object)
    try_wanted = Signal(str, str)

    def __init__(self) -> None:
        super().__init__(_("The prompt"), _("Back"))
        self._templates: dict[str, Template] = {}
        self._step = ""
        self.steps = QListWidget()
        self.steps.setFixedWidth(_STEPS_WIDTH)
        self.steps.setWordWrap(True)
        self.steps.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.steps.setAccessibleName(_("Steps"))
        self.editor = QPlainTextEdit()
        self.editor.setProperty("role", "raw")
        self.editor.setAccessibleName(_("The template of this step"))
        self.editor.setTabChangesFocus(True)
        self.own_badge = Badge(_("changed for this project"), "info")
        self.places_label = label("", "label", wrap=True)
        self.problem_label = label("", "error", wrap=True)
        self.save_button = buttons.primary(_("Save for this project"))
        self.restore_button = buttons.plain(_("Restore the default"))
        self.try_button = buttons.plain(_("Try on one"))
        self.try_button.setAccessibleDescription(_("With the text as it stands here, saved or not. Nothing is stored."))
        self._can_try = True
        self._lay_out()
        self.steps.currentItemChanged.connect(self._on_step)
        self.editor.textChanged.connect(self._on_text)
        self.save_button.clicked.connect(self._on_save)
        self.restore_button.clicked.connect(self._on_restore)
        self.try_button.clicked.connect(self._on_try)

    def show_templates(self, templates: Mapping[str, Template], *, writable: bool) -> None:
        """Show these, by step; the step that was shown stays."""
        before = self._step
        self._templates = dict(templates)
        self.editor.setReadOnly(not writable)
        self.steps.blockSignals(True)
        self.steps.clear()
        for step, each in templates.items():
            item = QListWidgetItem(_(each.prompt.title) or step.replace("_", " "))
            item.setData(Qt.ItemDataRole.UserRole, step)
            self.steps.addItem(item)
        self.steps.blockSignals(False)
        names = list(templates)
        self.steps.setCurrentRow(names.index(before) if before in names else 0)
        self._show_step()

    def set_can_try(self, can_try: bool) -> None:
        """Whether there is a model that could be asked now."""
        self._can_try = can_try
        self._on_text()

    @property
    def step(self) -> str:
        """The step that is shown."""
        return self._step

    def _lay_out(self) -> None:
        about = label(
            _(
                "This is what the model is given at each step. What stands in {{double braces}} is filled in. A changed"
                " prompt counts from the next run on, and the run remembers which one it used."
            ),
            "muted",
            wrap=True,
        )
        right = QVBoxLayout()
        right.setSpacing(8)
        top = QHBoxLayout()
        top.addWidget(self.places_label, 1)
        top.addWidget(self.own_badge)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.problem_label, 1)
        row.addWidget(self.try_button)
        row.addWidget(self.restore_button)
        row.addWidget(self.save_button)
        right.addLayout(top)
        right.addWidget(self.editor, 1)
        right.addLayout(row)
        across = QHBoxLayout()
        across.setSpacing(16)
        across.addWidget(self.steps)
        across.addLayout(right, 1)
        self.card.body.addWidget(about)
        self.card.body.addLayout(across, 1)

    def _show_step(self) -> None:
        item = self.steps.currentItem()
        if item is None:
            return
        self._step = str(item.data(Qt.ItemDataRole.UserRole))
        template = self._templates[self._step]
        self.editor.setPlainText(template.default if template.own is None else template.own)
        places = listed(f"{{{{{place}}}}}" for place in template.prompt.places)
        self.places_label.setText(_("Filled in: {places}").format(places=places))
        self.own_badge.setVisible(template.own is not None)
        self._on_text()

    @Slot()
    def _on_step(self) -> None:
        self._show_step()

    @Slot()
    def _on_text(self) -> None:
        if not self._step:
            return
        template, text = self._templates[self._step], self.editor.toPlainText()
        unknown = sorted(set(PLACE.findall(text)) - set(template.prompt.places))
        missing = [place for place in template.prompt.places if place not in PLACE.findall(text)]
        problem = ""
        if unknown:
            problem = _("There is nothing to fill in for “{name}” here.").format(name=unknown[0])
        elif not text.strip():
            problem = _("A prompt cannot be empty.")
        elif missing:
            problem = _("“{name}” is missing: the model would not see it.").format(name=missing[0])
        self.problem_label.setText(problem)
        self.try_button.setEnabled(self._can_try and not unknown and bool(text.strip()))
        writable = not self.editor.isReadOnly()
        stored = template.default if template.own is None else template.own
        self.save_button.setEnabled(writable and not unknown and bool(text.strip()) and text != stored)
        self.restore_button.setEnabled(writable and (template.own is not None or text != template.default))

    @Slot()
    def _on_save(self) -> None:
        text = self.editor.toPlainText()
        self.saved.emit(self._step, None if text == self._templates[self._step].default else text)

    @Slot()
    def _on_try(self) -> None:
        self.try_wanted.emit(self._step, self.editor.toPlainText())

    @Slot()
    def _on_restore(self) -> None:
        template = self._templates[self._step]
        if template.own is not None:
            self.saved.emit(self._step, None)
        else:
            self.editor.setPlainText(template.default)
