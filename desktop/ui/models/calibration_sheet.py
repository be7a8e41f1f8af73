"""What a person rates to calibrate a judge: the rows, what is asked of them, what was said, and what it comes to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from desktop.core import options
from desktop.core.content import fields_of, lead_of
from desktop.core.i18n import _

if TYPE_CHECKING:
    from desktop.jobs.calibrating import Calibration, Scale
    from desktop.store.candidates import CandidateView
    from desktop.store.project import Project

_GRADED = "dimension"  # the option that says what a judge grades, where it can grade several things
_SHOWN = 5  # rows on which person and filter differ most


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row as it is rated: its texts by field, and what the filter says of it where it has been asked."""

    id: int
    lead: str
    fields: Mapping[str, str]
    passage: str  # that it was made from; empty: none
    value: float | None


@dataclass(frozen=True, slots=True)
class CalibrationSheet:
    """Everything that the panel shows of one filter. `ratings` is by row."""

    filter: str
    scale: "Scale"
    found: "Calibration"
    rows: tuple[SheetRow, ...]
    ratings: Mapping[int, float]

    @property
    def ids(self) -> list[int]:
        """The rows in the order in which they are rated."""
        return [row.id for row in self.rows]

    @property
    def rated(self) -> int:
        """How many of the rows have a rating."""
        return sum(row.id in self.ratings for row in self.rows)

    @property
    def asked(self) -> str:
        """What a person is asked of a row, in a sentence."""
        scale, question = self.scale, _(self.scale.filter.question)
        if not question:
            question = _("What is this row worth, from {low} to {high}?")
            return question.format(low=scale.grades[0], high=scale.grades[-1])
        choices = next((each.about.choices for each in options.fields(type(scale.options)) if each.name == _GRADED), {})
        what = choices.get(str(getattr(scale.options, _GRADED, "")), "")
        return _("{question} What counts: {what}.").format(question=question, what=_(what)) if what else question

    @property
    def own_words(self) -> str:
        """What the person wrote that is to be graded; empty: nothing."""
        chosen = self.scale.options
        if getattr(chosen, _GRADED, "") == "own":
            return str(getattr(chosen, "rubric", ""))
        return "\n".join(getattr(chosen, "points", ()))

    def differing(self) -> list[tuple[SheetRow, float, float]]:
        """Row, rating and value where the two are furthest apart, those first."""
        pairs = [
            (row, self.ratings[row.id], row.value)
            for row in self.rows
            if row.id in self.ratings and row.value is not None
        ]
        apart = [each for each in pairs if self.scale.keeps(each[1], self.found.good) != self._passes(each[2])]
        return sorted(apart, key=lambda each: -abs(each[1] - each[2]))[:_SHOWN]

    def _passes(self, value: float) -> bool:
        suggested = self.found.suggested
        return self.scale.keeps(value, self.found.cut if suggested is None else suggested)


def grade_words(scale: "Scale", grade: int) -> str:
    """A grade as its button says it: yes or no, or the digit."""
    if scale.high > 1:
        return str(grade)
    return _("Yes") if grade else _("No")


def read_sheet(project: "Project", filter_id: str, keep: Sequence[int] = ()) -> CalibrationSheet:
    """What there is to rate and what was rated; rows that are shown already (`keep`) stay in their places."""
    from desktop.jobs.calibrating import calibrate, scale_of, to_rate

    scale = scale_of(project, filter_id)
    ratings = project.ratings.of(scale.name)
    ids = list(keep)
    if not ids:
        waiting = list(to_rate(project, filter_id))
        Random(1).shuffle(waiting)  # their order must not tell what the judge thinks of them
        ids = [*ratings, *waiting]
    views = {view.candidate.id: view for view in project.candidates.get(ids)}
    rows = tuple(_row(project, views[id], filter_id) for id in ids if id in views)
    return CalibrationSheet(filter_id, scale, calibrate(project, filter_id), rows, ratings)


def _row(project: "Project", view: "CandidateView", filter_id: str) -> SheetRow:
    passages = project.passages.get([ref.id for ref in view.candidate.parents if ref.stage == "passage"])
    passage = "\n\n".join(text for each in passages for text in (each.heading, each.text) if text)
    said = view.verdicts.get(filter_id)
    return SheetRow(
        view.candidate.id, lead_of(view.row), fields_of(view.row), passage, said.value if said is not None else None
    )
