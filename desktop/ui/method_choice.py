"""Which method the next run uses, and with what: the card, the catalogue and the trial in step with the project."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from desktop.core import options
from desktop.core.i18n import _
from desktop.ui.loaded_model import chosen_model, chosen_server
from desktop.ui.models.run_figures import METHOD, Newest, waits_for_answers
from desktop.ui.models.run_words import Known, forecast_words, read_known
from desktop.ui.models.stock import Lack, Start, lack_of, read_starts
from desktop.ui.session import Session
from desktop.ui.widgets.method_card import USUAL_METHOD, MethodCard
from desktop.ui.widgets.run_panels import RunPanels

if TYPE_CHECKING:
    from desktop.jobs.generating import GenerateRequest
    from desktop.store.edit import Edit


class MethodChoice(QObject):
    """`changed` when another method or start was chosen, `taken` when that closes the catalogue, `went(page)`."""

    changed = Signal()
    taken = Signal()
    went = Signal(str)

    def __init__(self, session: Session, card: MethodCard, panels: RunPanels) -> None:
        super().__init__(card)
        self._session = session
        self._card = card
        self._panels = panels
        self._model = Known()
        self._next_start = ""  # the rows of a run that a person wants to use in the next
        self._newest: Newest | None = None
        card.methods_wanted.connect(self._on_methods_wanted)
        card.try_wanted.connect(self._on_try)
        card.start_changed.connect(self.changed)
        card.target_changed.connect(self._show_forecast)
        card.language_changed.connect(self._on_language)
        panels.method_taken.connect(self._on_taken)
        panels.trial_wanted.connect(self._on_trial_wanted)
        panels.went.connect(self.go)

    # ── for the page ─────────────────────────────────────────────────────────────────────────────

    def forget(self) -> None:
        """Another project is shown, of which nothing is known yet."""
        self._newest = None

    def read(self) -> None:
        """Read anew what there is to start from, and what is known of the model."""
        self._session.read(read_starts, self._on_starts)
        self.read_model()

    def read_model(self) -> None:
        """Read what is known of the model that is chosen now."""
        wanted = self._session.preferences
        self._session.fetch(partial(read_known, chosen_model(wanted), chosen_server(wanted)), self._on_model)

    def take(self, newest: Newest, *, show: bool) -> None:
        """The project as it stands; `show`: the card follows it, for another method was chosen or another run came."""
        self._newest = newest
        self._card.show_language(newest.language)
        if show:
            self._show(newest)
        self._show_forecast()

    def request(self) -> "GenerateRequest":
        """A new run, as the card shows it."""
        from desktop.jobs.generating import GenerateRequest

        card = self._card
        chosen = options.to_json(card.form.value())
        return GenerateRequest(card.method_id, chosen, card.target.value(), starts_from=card.starts_from)

    def lack(self) -> Lack | None:
        """What the method lacks; None where it can start, as far as is known."""
        if self._newest is None:
            return None
        return lack_of(self._card.method, self._newest.stock, self._card.start_box.start)

    @Slot()
    def mend(self) -> None:
        """Go where what is missing can be had."""
        if lack := self.lack():
            self.go(lack.page)

    @Slot(str)
    def go(self, page: str) -> None:
        """Go to a page, or to the catalogue."""
        if page:
            self.went.emit(page)
        else:
            self._on_methods_wanted()

    @Slot()
    def choose_next(self) -> None:
        """The rows of the newest run are to be what the next one starts from."""
        run = self._newest.run if self._newest is not None else None
        if run is not None and self._newest is not None:
            self._next_start = f"run:{run.id}"
            wanted = "answers" if waits_for_answers(run) else "evol_instruct"
            self._panels.show_methods(wanted, self._newest.stock, "rows")

    # ── behind it ────────────────────────────────────────────────────────────────────────────────

    def _show(self, newest: Newest) -> None:
        """The method of the run that can go on, else the one chosen for this project, else the newest run's."""
        of_run = newest.run.method if newest.run is not None else ""
        wanted = (of_run if newest.unfinished or not newest.method else newest.method) or USUAL_METHOD
        if wanted != self._card.method_id or wanted == of_run:
            self._show_method(newest, wanted)

    def _show_method(self, newest: Newest, method_id: str) -> None:
        past = newest.past.get(method_id)
        self._card.show_method(method_id, past.run if past is not None else None)

    @Slot(object)
    def _on_starts(self, starts: Sequence[Start]) -> None:
        self._card.start_box.show_starts(starts)
        self.changed.emit()

    @Slot(object)
    def _on_model(self, known: Known) -> None:
        self._model = known
        self._show_forecast()

    @Slot()
    def _show_forecast(self) -> None:
        past = self._newest.past.get(self._card.method_id) if self._newest is not None else None
        card = self._card
        words = forecast_words(
            self._model, past, card.method_id, card.target.value(), asks_model=card.method.asks_model
        )
        card.forecast_label.setText(words)

    @Slot()
    def _on_methods_wanted(self) -> None:
        self._next_start = ""
        if self._newest is not None:
            self._panels.show_methods(self._card.method_id, self._newest.stock)

    @Slot(str)
    def _on_taken(self, method_id: str) -> None:
        if self._newest is not None:
            self._show_method(self._newest, method_id)
        if self._next_start:
            self._card.start_box.choose(self._next_start)
        self._next_start = ""
        if self._session.writable:
            self._session.edits.perform(_("Choose a method"), partial(_set_method, method=method_id), self._card)
        self._show_forecast()
        self.taken.emit()

    @Slot(object)
    def _on_trial_wanted(self, templates: Mapping[str, str]) -> None:
        from desktop.jobs.trying import TryRequest

        run = self.request()
        self._panels.show_trial(TryRequest(run.method, run.options, 0, 0, run.starts_from, templates))

    @Slot()
    def _on_try(self) -> None:
        self._on_trial_wanted({})

    @Slot(str)
    def _on_language(self, language: str) -> None:
        self._session.edits.perform(
            _("Change the language of the rows"), lambda edit: edit.set_language(language), self._card
        )


def _set_method(edit: "Edit", method: str) -> None:
    edit.set_setting(METHOD, method)
