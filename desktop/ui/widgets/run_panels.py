"""What can be looked into from the Generate page: methods, prompts, a trial, the defaults, unusable replies."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QStackedWidget

from desktop.core import catalogue
from desktop.core.i18n import _
from desktop.core.lists import LISTS, brought_along, entries_of
from desktop.core.records import Run
from desktop.core.steps import Discard
from desktop.ui.models.stock import Stock
from desktop.ui.session import Session
from desktop.ui.widgets.method_chooser import MethodChooser
from desktop.ui.widgets.prompt_panel import PromptPanel, Template
from desktop.ui.widgets.reasons_panel import ReasonsPanel
from desktop.ui.widgets.side_panel import SidePanel
from desktop.ui.widgets.try_panel import TryPanel
from desktop.ui.widgets.unusable_panel import UnusablePanel

if TYPE_CHECKING:
    from desktop.jobs.trying import TryRequest
    from desktop.store.edit import Edit
    from desktop.store.project import Project

_SHOWN_REPLIES = 60


class RunPanels(QStackedWidget):
    """One panel at a time: `opened` when one wants the room, `closed` when it is done with."""

    opened = Signal()
    closed = Signal()
    method_taken = Signal(str)
    went = Signal(str)  # to the page with what a method lacks
    trial_wanted = Signal(object)  # with these prompts, by step, in the place of the stored ones

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._method_id = ""
        self._language = ""
        self._run: Run | None = None
        self.prompts = PromptPanel()
        self.reasons = ReasonsPanel()
        self.unusable = UnusablePanel()
        self.methods = MethodChooser(catalogue.methods())
        self.trial = TryPanel(session)
        self._prompts_tried = False  # the trial goes back to the prompts, which may not be saved yet
        for panel in (self.prompts, self.reasons, self.unusable, self.methods):
            self.addWidget(panel)
            panel.closed.connect(self.closed)
        self.addWidget(self.trial)
        self.trial.closed.connect(self._on_trial_closed)
        self.prompts.try_wanted.connect(self._on_try_wanted)
        self.methods.taken.connect(self.method_taken)
        self.methods.went.connect(self.went)
        self.prompts.saved.connect(self._on_saved)
        self.unusable.reason_chosen.connect(self._on_reason_chosen)

    def show_prompts(self, method_id: str) -> None:
        """The method's templates and lists, as this project has them."""
        self._method_id = method_id
        self._session.read(partial(_templates, method_id=method_id), self._on_templates)

    def show_methods(self, method_id: str, stock: Stock, group: str = "") -> None:
        """The catalogue, or one group of it."""
        self.methods.show_methods(method_id, stock, group)
        self._open(self.methods)

    def show_trial(self, request: "TryRequest") -> None:
        """Try a method on one."""
        self._prompts_tried = self.currentWidget() is self.prompts and self.isVisible()
        self._open(self.trial)
        self.trial.show_trial(request)

    def refresh_prompts(self) -> None:
        """Prompts or lists were changed, perhaps by undo."""
        if self.prompts.isVisible():
            self.show_prompts(self._method_id)

    def show_reasons(self, method_id: str) -> None:
        """Where the method's defaults come from."""
        self.reasons.show_method(catalogue.methods()[method_id])
        self._open(self.reasons)

    def show_unusable(self, run: Run | None, counts: Mapping[str, int]) -> None:
        """The replies of a run that could not be used, by the marked message of the reason."""
        self._run = run
        self.unusable.show_reasons(counts)
        self._open(self.unusable)

    def _open(self, panel: SidePanel) -> None:
        self.setCurrentWidget(panel)
        self.opened.emit()
        panel.setFocus()

    @Slot(str, str)
    def _on_try_wanted(self, step: str, text: str) -> None:
        self.trial_wanted.emit({step: text})

    @Slot()
    def _on_trial_closed(self) -> None:
        if self._prompts_tried:
            self._open(self.prompts)
            self.prompts.try_button.setFocus()
        else:
            self.closed.emit()

    @Slot(object)
    def _on_templates(self, read: tuple[str, Sequence[Template]]) -> None:
        self._language, templates = read
        self.prompts.show_templates(templates, writable=self._session.writable)
        self._open(self.prompts)

    @Slot(object, object)
    def _on_saved(self, template: Template, text: str | None) -> None:
        if template.line:
            title = _("Restore a list") if text is None else _("Change a list")
            change = partial(_set_list, name=template.name, text=text or "")
        else:
            title = _("Restore a prompt") if text is None else _("Change a prompt")
            change = partial(_set_prompt, place=(self._method_id, template.name, self._language), text=text)
        self._session.edits.perform(title, change, self.prompts)

    @Slot(str)
    def _on_reason_chosen(self, message: str) -> None:
        run = self._run
        if run is not None:
            self._session.read(lambda project: project.runs.unusable(run.id, message, _SHOWN_REPLIES), self._on_replies)

    @Slot(object)
    def _on_replies(self, replies: Sequence[Discard]) -> None:
        self.unusable.show_replies(replies)


def _templates(project: "Project", method_id: str) -> tuple[str, Sequence[Template]]:
    """The language they are in, the prompts of a method, and its lists."""
    language, method = project.language, catalogue.methods()[method_id]
    prompts = [
        Template(
            prompt.step,
            _(prompt.title) or prompt.step.replace("_", " "),
            prompt.text(language),
            project.prompts.get(method_id, prompt.step, language),
            prompt.places,
        )
        for prompt in method.prompts
    ]
    lists = [
        Template(
            name,
            _(LISTS[name].title),
            "\n".join(brought_along(name, language)),
            "\n".join(project.lists.get(name)) or None,
            line=_(LISTS[name].line),
        )
        for name in method.lists
    ]
    return language, [*prompts, *lists]


def _set_prompt(edit: "Edit", place: tuple[str, str, str], text: str | None) -> None:
    edit.set_prompt(*place, text)


def _set_list(edit: "Edit", name: str, text: str) -> None:
    edit.set_list(name, entries_of(text))
