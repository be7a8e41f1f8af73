"""Sources as rows of a list."""

from pathlib import PurePath
from typing import TYPE_CHECKING

from desktop.core.i18n import _, ngettext
from desktop.ui import figures
from desktop.ui.models.entry import Entry, entry
from desktop.ui.models.lazy_rows import Lookup
from desktop.ui.widgets.badge import Tone

if TYPE_CHECKING:
    from desktop.store.sources import SourceView


def lookup() -> "Lookup[SourceView]":
    """Every source, in the order they came."""
    return Lookup(
        ids=lambda project: project.sources.ids(),
        get=lambda project, ids: project.sources.get(ids),
        id_of=lambda view: view.source.id,
    )


def describe(view: "SourceView") -> Entry:
    """Its name, how much it gave, and what of it could not be read."""
    source = view.source
    words = [ngettext("{n} passage", "{n} passages", view.passages).format(n=figures.number(view.passages))]
    if source.pages:
        words.insert(0, ngettext("{n} page", "{n} pages", source.pages).format(n=figures.number(source.pages)))
    if view.excluded:
        words.append(_("{n} left out").format(n=figures.number(view.excluded)))
    badges: list[tuple[str, Tone]] = []
    if source.unread:
        count = len(source.unread)
        told = ngettext("{n} part not read", "{n} parts not read", count).format(n=figures.number(count))
        badges.append((told, "dropped"))
    return entry(name_of(source.path), " · ".join(words), badges=badges)


def name_of(path: str) -> str:
    """A file as it is called; of one in an archive its way in there."""
    head, archive, inside = path.partition(".zip/")
    return PurePath(head).name + archive + inside
