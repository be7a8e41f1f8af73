"""The changes a person makes to the chain, each in one step that can be undone."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.core.presets import PRESETS
from desktop.core.records import ChainLink, JsonObject
from desktop.ui.chain_presets import ChainPresets
from desktop.ui.models import chain_edits
from desktop.ui.models.chain_standing import ChainStanding

if TYPE_CHECKING:
    from desktop.store.edit import Edit
    from desktop.store.project import Project
    from desktop.ui.session import Session


class ChainChanges(QObject):
    """`stand` tells it how the chain stands; `made` when `standing` has other links, before they are stored.

    A second change builds on the first one. `presets_changed` when the user's own presets are others.
    """

    made = Signal()
    presets_changed = Signal()

    def __init__(self, session: "Session", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.standing: ChainStanding | None = None
        self.presets = ChainPresets(session.folder, self)

    def stand(self, standing: ChainStanding | None) -> None:
        """The chain was read."""
        self.standing = standing

    @Slot(str, bool)
    def switch(self, filter_id: str, on: bool) -> None:
        """Turn a filter on or off."""
        title = _("Switch “{filter}” on") if on else _("Switch “{filter}” off")
        self._change(title, filter_id, lambda links: chain_edits.with_link(links, filter_id, enabled=on))

    @Slot(str, object)
    def set_options(self, filter_id: str, stored: JsonObject) -> None:
        """Give a filter other options."""
        title = _("Change “{filter}”")
        self._change(title, filter_id, lambda links: chain_edits.with_link(links, filter_id, stored=stored))

    @Slot(str, float)
    def set_cut(self, filter_id: str, cut: float) -> None:
        """Give a filter another threshold."""
        if (standing := self.standing) is not None:
            link = next(each for each in standing.links if each.filter == filter_id)
            self.set_options(filter_id, {**link.options, standing.filters[filter_id].cut: cut})

    @Slot(str)
    def add(self, filter_id: str) -> None:
        """Put a filter at the end of the chain."""
        added = ChainLink(filter_id, True, {})
        self._change(_("Add “{filter}”"), filter_id, lambda links: (*chain_edits.without(links, filter_id), added))

    @Slot(str)
    def remove(self, filter_id: str) -> None:
        """Take a filter out of the chain; the last one stays."""
        if self.standing is not None and len(self.standing.links) > 1:
            title, said = _("Take “{filter}” out"), _("“{filter}” is out of the chain.")
            self._change(title, filter_id, lambda links: chain_edits.without(links, filter_id), said)

    @Slot(str, int)
    def move(self, filter_id: str, place: int) -> None:
        """Move a filter to a place among those of its group."""
        if (standing := self.standing) is not None:
            known = standing.filters
            title = _("Move “{filter}”")
            self._change(title, filter_id, lambda links: chain_edits.moved(links, known, filter_id, place))

    @Slot(str)
    def take_preset(self, preset_id: str) -> None:
        """Make the chain one of the presets that Seedbed brings along."""
        preset = PRESETS[preset_id]
        self._take(_(preset.title), preset.links)

    @Slot(str)
    def take_own_preset(self, name: str) -> None:
        """Make the chain one of the user's own presets."""
        self._take(name, self.presets.own[name])

    @Slot(str)
    def save_preset(self, name: str) -> None:
        """Keep the chain as a preset of this name."""
        if self.standing is not None:
            self._keep(partial(self.presets.save, name, self.standing.links))

    @Slot(str)
    def remove_preset(self, name: str) -> None:
        """Forget one of the user's own presets."""
        self._keep(partial(self.presets.remove, name))

    # ── behind it ────────────────────────────────────────────────────────────────────────────────

    def _change(
        self, title: str, filter_id: str, change: Callable[[chain_edits.Links], chain_edits.Links], say: str = ""
    ) -> None:
        if (standing := self.standing) is not None:
            name = _(standing.filters[filter_id].title)
            self._set(title.format(filter=name), change(standing.links), say.format(filter=name))

    def _take(self, title: str, links: chain_edits.Links) -> None:
        if (standing := self.standing) is not None:
            known = tuple(link for link in links if link.filter in standing.filters)
            self._set(title, known, _("The filters are those of “{title}” now.").format(title=title))

    def _set(self, title: str, links: Sequence[ChainLink], say: str) -> None:
        assert self.standing is not None and self._session.project is not None
        change = partial(_choose, project=self._session.project, links=tuple(links), before=self.standing.links)
        self.standing = replace(self.standing, links=tuple(links))
        self.made.emit()
        self._session.edits.perform(title, change, self.parent(), say=say)

    def _keep(self, keep: Callable[[], None]) -> None:
        try:
            keep()
        except UserError as error:
            self._session.failed.emit(error)
        self.presets_changed.emit()


def _choose(edit: "Edit", project: "Project", links: Sequence[ChainLink], before: Sequence[ChainLink]) -> None:
    from desktop.jobs.adding_filters import choose

    choose(edit, project, links, before)
