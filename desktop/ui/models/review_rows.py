"""A candidate with all that the Review page shows of it, read off the main thread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.core.content import fields_of
from desktop.core.i18n import _
from desktop.core.records import Ref
from desktop.core.shapes import Filter
from desktop.core.text.prose import shortened
from desktop.ui.models.leads import leads_of
from desktop.ui.models.text_pieces import Piece, difference

if TYPE_CHECKING:
    from desktop.store.candidates import CandidateView
    from desktop.store.project import Project

_QUOTED = 300  # characters of an example that are shown


@dataclass(frozen=True, slots=True)
class Shown:
    """An example that the model was shown."""

    ref: Ref
    text: str


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """What there is to say of one candidate."""

    view: "CandidateView"
    method: str  # the title of the method that made it, marked with N_; empty where it was imported
    shown: tuple[Shown, ...]
    filters: Mapping[str, Filter]  # those that judged it, by id
    changes: Mapping[str, tuple[Piece, ...]]  # by field: the person's text against the model's, where they differ

    @property
    def id(self) -> int:
        """The candidate's id."""
        return self.view.candidate.id


def read_rows(project: "Project", ids: Sequence[int]) -> tuple[ReviewRow, ...]:
    """These candidates in this order; those that are gone are left out."""
    from desktop.core import catalogue

    views = project.candidates.get(ids)
    texts = leads_of(project, {ref for view in views for ref in view.candidate.parents})
    methods, filters = catalogue.methods(), catalogue.filters()
    return tuple(
        ReviewRow(
            view,
            methods[view.run.method].title if view.run and view.run.method in methods else "",
            tuple(Shown(ref, _quoted(texts[ref])) for ref in view.candidate.parents if ref in texts),
            {id: filters[id] for id in view.verdicts if id in filters},
            _changes(view),
        )
        for view in views
    )


def _quoted(text: str) -> str:
    return shortened(text, _QUOTED)


def _changes(view: "CandidateView") -> Mapping[str, tuple[Piece, ...]]:
    if view.row == view.candidate.row:
        return {}
    before, after = fields_of(view.candidate.row), fields_of(view.row)
    return {
        name: difference(before.get(name, ""), text) for name, text in after.items() if text != before.get(name, "")
    }


def name_of(ref: Ref) -> str:
    """What a person calls what a Ref points at: "seed 12"."""
    words = {"seed": _("seed {n}"), "candidate": _("row {n}"), "passage": _("passage {n}")}
    return words[ref.stage].format(n=ref.id)
