"""Calibration: how well the values of a filter agree with what a person says the same rows are worth."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop.core import options
from desktop.core.catalogue import filters, find
from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.core.records import ChainLink
from desktop.core.shapes import Filter
from desktop.jobs.agreement import Confusion, best_cut, by_chance, confusion, spearman
from desktop.jobs.judging import links_of
from desktop.store.edit import Edit
from desktop.store.project import Project
from desktop.store.show import Show

ENOUGH = 20
"""Rated rows from which agreement says something."""

_CHANCE = 0.05  # agreement that so many of the shuffles reach is no better than chance
_MOST_GRADES = 10


@dataclass(frozen=True, slots=True)
class Calibration:
    """How a filter agrees with a person. Rates are None where there is nothing to say yet."""

    filter: str
    model: str  # whose values they are; empty: a rule's
    fingerprint: str  # of that model
    rated: int  # rows that have both a rating and a value
    unvalued: int  # rated rows without a value
    spearman: float | None  # rank correlation, −1 to 1; None where one side is all alike
    chance: float | None  # the share of shuffled ratings that agree as well, 0 to 1
    better_than_chance: bool
    good: float  # the rating at which the person begins to keep a row
    cut: float
    at_cut: Confusion | None
    suggested: float | None  # the cut at which filter and person agree on most rows; None: no cut can be told
    at_suggested: Confusion | None

    @property
    def done(self) -> bool:
        """Whether enough rows are rated and judged."""
        return self.rated >= ENOUGH


@dataclass(frozen=True, slots=True)
class Scale:
    """What a person rates by for one filter, as its options are now."""

    name: str  # what ratings are stored under: what is graded is a part of it
    filter: Filter
    options: options.Options
    low: float
    high: float

    @property
    def cut(self) -> float:
        """Where the filter cuts."""
        return float(getattr(self.options, self.filter.cut))

    @property
    def grades(self) -> tuple[int, ...]:
        """The digits that a person rates with: no or yes, or the filter's own grades; none where it has no such."""
        if not is_graded(self.filter):
            return ()
        return tuple(range(int(self.low), int(self.high) + 1))

    def keeps(self, value: float, cut: float) -> bool:
        """Whether a value passes at a cut."""
        return value >= cut if self.filter.keeps == "at least" else value <= cut


def is_graded(leaf: Filter) -> bool:
    """Whether a model says what a row is worth on a scale that a person can use as well."""
    about = _about_cut(leaf) if leaf.cut and leaf.steps is not None and leaf.cost == "model" else None
    return about is not None and None not in (about.minimum, about.maximum) and (about.maximum or 0) <= _MOST_GRADES


def scale_of(project: Project, filter_id: str) -> Scale:
    """The scale of a filter in this project's chain. Raises UserError where it measures nothing."""
    leaf = find(filters(), filter_id)
    if not leaf.cut:
        raise UserError(
            _("“{filter}” measures nothing that could be rated.").format(filter=_(leaf.title)),
            _("Choose a filter with a threshold, such as rating."),
        )
    link = next((each for each in links_of(project) if each.filter == filter_id), ChainLink(filter_id, True, {}))
    chosen, about = options.from_json(leaf.options, link.options), _about_cut(leaf)
    high = math.inf if about.maximum is None else about.maximum
    return Scale(_scale_name(filter_id, chosen), leaf, chosen, about.minimum or 0.0, high)


def rate(project: Project, filter_id: str, ratings: Mapping[int, float], at: float) -> None:
    """Keep what a person says rows are worth, as one undoable step, on the scale of the filter's cut."""
    scale = scale_of(project, filter_id)
    if outside := [value for value in ratings.values() if not scale.low <= value <= scale.high]:
        raise UserError(
            _("{value} is not on the scale of “{filter}”.").format(
                value=f"{outside[0]:g}", filter=_(scale.filter.title)
            ),
            _("Rate from {low} to {high}.").format(low=f"{scale.low:g}", high=f"{scale.high:g}"),
        )
    known = {view.candidate.id for view in project.candidates.get(list(ratings))}
    if unknown := [id for id in ratings if id not in known]:
        raise UserError(
            _("There is no candidate {ids} in this project.").format(ids=", ".join(map(str, unknown))),
            _("`seedbed review PROJECT --list` shows which there are."),
        )
    project.user.perform(_("Rate rows"), lambda edit: edit.rate(ratings, scale.name, at)).result()


def set_good(edit: Edit, scale: Scale, good: float) -> None:
    """Keep from which rating on a row is good enough for the person; the filter's cut is another matter."""
    edit.set_setting(_good_key(scale), good)


def calibrate(project: Project, filter_id: str) -> Calibration:
    """Compare the stored values of a filter with the person's ratings. Reads the rated rows alone."""
    scale = scale_of(project, filter_id)
    ratings = project.ratings.of(scale.name)
    said = {id: each for id, all in project.verdicts.of(list(ratings)).items() if (each := all.get(filter_id))}
    pairs = [(ratings[id], each.value) for id, each in said.items() if each.value is not None]
    persons, judges = [one for one, _other in pairs], [other for _one, other in pairs]
    agreement = spearman(persons, judges)
    chance = None if agreement is None else by_chance(persons, judges)
    good, cut = _good(project, scale), scale.cut
    kept = [scale.keeps(rating, good) for rating in persons]
    sign = 1.0 if scale.filter.keeps == "at least" else -1.0
    # Where low values do not go with low ratings, no cut tells good rows from bad ones.
    best = best_cut([value * sign for value in judges], kept, cut * sign) if (agreement or 0.0) > 0 else None
    suggested = None if best is None else best * sign

    def at(cut: float) -> Confusion:
        return confusion(kept, [scale.keeps(value, cut) for value in judges])

    by = next((each.by for each in said.values() if each.by), None)
    return Calibration(
        filter=filter_id,
        model=by.model if by else "",
        fingerprint=by.fingerprint if by else "",
        rated=len(pairs),
        unvalued=len(ratings) - len(pairs),
        spearman=agreement,
        chance=chance,
        better_than_chance=chance is not None and chance < _CHANCE,
        good=good,
        cut=cut,
        at_cut=at(cut) if pairs else None,
        suggested=suggested,
        at_suggested=None if suggested is None else at(suggested),
    )


def to_rate(project: Project, filter_id: str) -> tuple[int, ...]:
    """As many rows as are missing, evenly spread over the filter's values; where it has too few, over what passes."""
    ratings = project.ratings.of(scale_of(project, filter_id).name)
    missing = ENOUGH - len(ratings)
    if missing <= 0:
        return ()
    values = {id: value for id, value, _passed in project.verdicts.decided(filter_id)}
    valued = sorted((id for id in values if id not in ratings), key=lambda id: (values[id], id))
    if len(valued) >= missing:
        return _spread(valued, missing)
    others = [id for id in project.candidates.ids(Show("passing")) if id not in ratings and id not in values]
    return (*valued, *_spread(others, missing - len(valued)))


def _spread(ids: Sequence[int], count: int) -> tuple[int, ...]:
    if len(ids) <= count:
        return tuple(ids)
    return tuple(ids[int((number + 0.5) * len(ids) / count)] for number in range(count))


def _good(project: Project, scale: Scale) -> float:
    stored = project.settings.get(_good_key(scale))
    if isinstance(stored, int | float):
        return float(stored)
    default = float(getattr(scale.filter.options(), scale.filter.cut))
    return default if default > scale.low else (scale.low + scale.high) / 2  # one that drops nothing tells nothing


def _good_key(scale: Scale) -> str:
    return f"good from {scale.name}"


def _scale_name(filter_id: str, chosen: options.Options) -> str:
    dimension = str(getattr(chosen, "dimension", ""))
    own = str(getattr(chosen, "rubric", "")) if dimension == "own" else "\n".join(getattr(chosen, "points", ()))
    digest = hashlib.sha256(own.encode()).hexdigest()[:12] if own else ""
    return ":".join(filter(None, (filter_id, dimension, digest)))


def _about_cut(leaf: Filter) -> options.About:
    return next(each.about for each in options.fields(leaf.options) if each.name == leaf.cut)
