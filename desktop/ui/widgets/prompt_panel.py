"""What a method gives a model and draws from, its prompts and lists, to be read and changed for this project."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QPlainTextEdit, QVBoxLayout

from desktop.core.i18n import _, listed
from desktop.core.lists import entries_of
from desktop.core.prompts import EVERYWHERE, PLACE
from desktop.ui.widgets import buttons
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.label import label
from desktop.ui.widgets.side_panel import SidePanel

_STEPS_WIDTH = 250


@dataclass(frozen=True, slots=True)
class Template:
    """A step's default template, or a default list, with the project's own where it has one."""

    name: str  # of the step, or of the list
    title: str  # as it is shown
    default: str
    own: str | None = None
    places: tuple[str, ...] = ()  # that are filled in
    line: str = ""  # what a line of a list holds; empty: it is no list

    @property
    def text(self) -> str:
        """As it counts now."""
        return self.default if self.own is None else self.own


class PromptPanel(SidePanel):
    """`show_templates` opens it.

    `saved(template, text or None)`: None goes back to the default. `try_wanted(step, text)`: a prompt as it stands,
    saved or not.
    """

    saved = Signal(object, object)
    try_wanted = Signal(str, str)

    def __init__(self) -> None:
        super().__init__(_("Prompts and lists"), _("Back"))
        self._templates: Sequence[Template] = ()
        self._shown: Template | None = None
        self.steps = QListWidget()
        self.steps.setFixedWidth(_STEPS_WIDTH)
        self.steps.setWordWrap(True)
        self.steps.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.steps.setAccessibleName(_("Steps and lists"))
        self.editor = QPlainTextEdit()
        self.editor.setProperty("role", "raw")
        self.editor.setAccessibleName(_("The text"))
        self.editor.setTabChangesFocus(True)
        self.own_badge = Badge(_("changed for this project"), "info")
        self.about_label = label("", "muted", wrap=True)
        self.places_label = label("", "label", wrap=True)
        self.problem_label = label("", "error", wrap=True)
        self.save_button = buttons.primary(_("Save for this project"))
        self.restore_button = buttons.plain(_("Restore the default"))
        self.try_button = buttons.plain(_("Try on one"))
        self.try_button.setAccessibleDescription(_("With the text as it stands here, saved or not. Nothing is stored."))
        self._can_try = True
        self._lay_out()
        self.steps.currentRowChanged.connect(self._show_step)
        self.editor.textChanged.connect(self._on_text)
        self.save_button.clicked.connect(self._on_save)
        self.restore_button.clicked.connect(self._on_restore)
        self.try_button.clicked.connect(self._on_try)

    def show_templates(self, templates: Sequence[Template], *, writable: bool) -> None:
        """Show these; the one that was shown stays."""
        before = self._shown
        self._templates = templates
        self.editor.setReadOnly(not writable)
        self.steps.blockSignals(True)
        self.steps.clear()
        self.steps.addItems([each.title for each in templates])
        same = [before is not None and (each.name, each.line) == (before.name, before.line) for each in templates]
        self.steps.setCurrentRow(same.index(True) if True in same else 0)
        self.steps.blockSignals(False)
        self._show_step()

    def set_can_try(self, can_try: bool) -> None:
        """Whether there is a model that could be asked now."""
        self._can_try = can_try
        self._on_text()

    def _lay_out(self) -> None:
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
        self.card.body.addWidget(self.about_label)
        self.card.body.addLayout(across, 1)

    @Slot()
    def _show_step(self) -> None:
        row = self.steps.currentRow()
        if row < 0:
            return
        shown = self._shown = self._templates[row]
        if shown.line:
            self.about_label.setText(
                _(
                    "The method draws from this list, which has an entry on each line. A changed list counts from the"
                    " next run on."
                )
            )
            self.places_label.setText(_("A line holds: {what}").format(what=shown.line))
        else:
            self.about_label.setText(
                _(
                    "This is what the model is given at each step. What stands in {{double braces}} is filled in. A"
                    " changed prompt counts from the next run on, and the run remembers which one it used."
                )
            )
            places = listed(f"{{{{{place}}}}}" for place in (*shown.places, *EVERYWHERE))
            self.places_label.setText(_("Filled in: {places}").format(places=places))
        self.try_button.setVisible(not shown.line)
        self.own_badge.setVisible(shown.own is not None)
        self.editor.setPlainText(shown.text)
        self._on_text()

    @Slot()
    def _on_text(self) -> None:
        if (shown := self._shown) is None:
            return
        text = self.editor.toPlainText()
        problem, usable = _problem_of(shown, text)
        self.problem_label.setText(problem)
        self.try_button.setEnabled(self._can_try and usable)
        writable = not self.editor.isReadOnly()
        self.save_button.setEnabled(writable and usable and text != shown.text)
        self.restore_button.setEnabled(writable and (shown.own is not None or text != shown.default))

    @Slot()
    def _on_save(self) -> None:
        if self._shown is not None:
            text = self.editor.toPlainText()
            self.saved.emit(self._shown, None if text == self._shown.default else text)

    @Slot()
    def _on_try(self) -> None:
        if self._shown is not None:
            self.try_wanted.emit(self._shown.name, self.editor.toPlainText())

    @Slot()
    def _on_restore(self) -> None:
        if self._shown is not None and self._shown.own is not None:
            self.saved.emit(self._shown, None)
        elif self._shown is not None:
            self.editor.setPlainText(self._shown.default)


def _problem_of(template: Template, text: str) -> tuple[str, bool]:
    """What is wrong with a text, in words, and whether it can be used all the same."""
    if template.line:
        return ("", True) if entries_of(text) else (_("A list cannot be empty."), False)
    places = PLACE.findall(text)
    if unknown := sorted(set(places).difference(template.places, EVERYWHERE)):
        return _("There is nothing to fill in for “{name}” here.").format(name=unknown[0]), False
    if not text.strip():
        return _("A prompt cannot be empty."), False
    if missing := [place for place in template.places if place not in places]:
        return _("“{name}” is missing: the model would not see it.").format(name=missing[0]), True
    return "", True
