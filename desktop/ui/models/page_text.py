"""The page that a passage comes from, with the passage marked, read off the main thread."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.core.documents import BETWEEN
from desktop.core.i18n import _
from desktop.core.records import Passage, Source
from desktop.ui import figures
from desktop.ui.models.text_pieces import Piece, marked

if TYPE_CHECKING:
    from desktop.store.project import Project


@dataclass(frozen=True, slots=True)
class PageText:
    """What to show beside a passage."""

    passage: Passage
    title: str
    pieces: tuple[Piece, ...]
    picture_of: Path | None  # the PDF whose page can be drawn; None: there is none, or it is gone


def read_page(project: "Project", id: int) -> PageText | None:
    """The page, or for a row of a table its columns; None where the passage is gone."""
    found = project.passages.get([id])
    if not found:
        return None
    passage = found[0]
    views = project.sources.get([passage.source])
    source = views[0].source if views else None
    if passage.form != "prose":
        return PageText(passage, _title(passage), (Piece(_columns(passage)),), None)
    pages = project.sources.pages(passage.source, passage.first, passage.last)
    first = pages[0].first if pages else passage.first
    text = BETWEEN.join(page.text for page in pages) or passage.text
    pieces = marked(text, [(passage.first - first, passage.last - first)])
    return PageText(passage, _title(passage), pieces, _picture_of(source, passage))


def _title(passage: Passage) -> str:
    if passage.page:
        return _("Page {number}").format(number=figures.number(passage.page))
    titles = {"prose": _("In the text"), "record": _("Row"), "function": _("Function")}
    return titles[passage.form]


def _columns(passage: Passage) -> str:
    if passage.form == "function":
        return json.dumps(passage.columns, ensure_ascii=False, indent=2)
    shown = [
        f"{name}\n{value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for name, value in passage.columns.items()
    ]
    return "\n\n".join(shown)


def _picture_of(source: Source | None, passage: Passage) -> Path | None:
    if source is None or source.format != "pdf" or not passage.page:
        return None
    path = Path(source.path)
    return path if path.is_file() else None
