"""Passages as rows of a list."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from desktop.core.i18n import N_, _
from desktop.core.records import Passage
from desktop.ui import figures
from desktop.ui.models.entry import Entry, entry
from desktop.ui.models.lazy_rows import Lookup
from desktop.ui.widgets.badge import Tone

if TYPE_CHECKING:
    from desktop.store.project import Project

_FIRST = 40
_SHOWN = 600  # characters of a passage in the list
_LEAD = 60  # of them, those that stand out at most
_SENTENCE = re.compile(r"[.!?](?=\s)|[。！？]")
ASIDE = {"running": N_("header or footer"), "contents": N_("table of contents")}


def lookup(source: int | None, query: str = "") -> Lookup[Passage]:
    """The passages of a source, in reading order, that hold the words of `query`."""

    def first(project: "Project") -> Sequence[Passage]:
        return project.passages.first_of(source or 0, _FIRST)

    return Lookup(
        ids=lambda project: project.passages.ids(source=source, query=query),
        get=lambda project, ids: project.passages.get(ids),
        id_of=lambda passage: passage.id,
        first=None if query or source is None else first,
    )


def describe(passage: Passage) -> Entry:
    """Its beginning, where it stands, and whether it is left out."""
    badges: list[tuple[str, Tone]] = []
    if passage.excluded:
        badges.append((_("left out"), "dropped"))
    if passage.aside:
        badges.append((_(ASIDE.get(passage.aside, "")), "plain"))
    body = " ".join(passage.text[:_SHOWN].split())
    under = passage.heading.rsplit(" › ", 1)[-1]
    if under and body.startswith(under):
        body = body[len(under) :].lstrip()
    first = _opening(body)
    words = [passage.heading] if passage.heading else []
    if passage.page:
        words.insert(0, _("page {number}").format(number=figures.number(passage.page)))
    return entry(body[:first], body[first:], badges=badges, meta=" · ".join(words))


def _opening(text: str) -> int:
    """Where the first sentence of a text ends, or about a line of it."""
    found = _SENTENCE.search(text, 0, _LEAD)
    if found:
        return found.end()
    blank = text.rfind(" ", _LEAD // 2, _LEAD)
    return blank if blank > 0 else _LEAD
