"""Calibration: how well the values of a filter agree with what a person says the same rows are worth."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Literal

from desktop.core import options
from desktop.core.catalogue import filters, find
from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.core.records import AskedModel
from desktop.core.shapes import Filter
from desktop.jobs.judging import links_of
from desktop.store.project import Project

ENOUGH = 20
"""Rated rows from which agreement says something."""

_SHUFFLES = 10_000
_CHANCE = 0.05  # agreement that so many of the shuffles reach is no better than chance


@dataclass(frozen=True, slots=True)
class Confusion:
    """Rated rows by what the person (first) and the filter say."""

    kept_kept: int
    kept_dropped: int
    dropped_kept: int
    dropped_dropped: int

    @property
    def agreement(self) -> float:
        """The share of rows on which both say the same."""
        same = self.kept_kept + self.dropped_dropped
        return same / (same + self.kept_dropped + self.dropped_kept)


@dataclass(frozen=True, slots=True)
class Calibration:
    """How a filter agrees with a person. Rates are None where there is nothing to say yet."""

    filter: str
    model: str  # whose values they are; empty: a rule's
    rated: int  # rows that have both a rating and a value
    unvalued: int  # rated rows without a value
    spearman: float | None  # rank correlation, −1 to 1; None where one side is all alike
    chance: float | None  # the share of shuffled ratings that agree as well, 0 to 1
    better_than_chance: bool
    cut: float
    at_cut: Confusion | None
    suggested: float | None  # the cut at which filter and person agree on most rows; None: no cut can be told
    at_suggested: Confusion | None
    to_rate: tuple[int, ...]  # rows to rate next, spread over the filter's values


def scale_of(filter_id: str, chosen: options.Options) -> str:
    """What ratings for a filter are stored under: what is graded is a part of it."""
    dimension = getattr(chosen, "dimension", "")
    return f"{filter_id}:{dimension}" if dimension else filter_id


def rate(project: Project, filter_id: str, ratings: Mapping[int, float], at: float) -> None:
    """Keep what a person says rows are worth, as one undoable step, on the scale of the filter's cut."""
    leaf, chosen = _chosen(project, filter_id)
    about = next(each.about for each in options.fields(leaf.options) if each.name == leaf.cut)
    low, high = about.minimum or 0.0, math.inf if about.maximum is None else about.maximum
    if outside := [value for value in ratings.values() if not low <= value <= high]:
        raise UserError(
            _("{value} is not on the scale of “{filter}”.").format(value=f"{outside[0]:g}", filter=_(leaf.title)),
            _("Rate from {low} to {high}.").format(low=f"{low:g}", high=f"{high:g}"),
        )
    known = {view.candidate.id for view in project.candidates.get(list(ratings))}
    if unknown := [id for id in ratings if id not in known]:
        raise UserError(
            _("There is no candidate {ids} in this project.").format(ids=", ".join(map(str, unknown))),
            _("`seedbed review PROJECT --list` shows which there are."),
        )
    scale = scale_of(filter_id, chosen)
    project.user.perform(_("Rate rows"), lambda edit: edit.rate(ratings, scale, at)).result()


def calibrate(project: Project, filter_id: str) -> Calibration:
    """Compare the stored values of a filter with the person's ratings."""
    leaf, chosen = _chosen(project, filter_id)
    cut = float(getattr(chosen, leaf.cut))
    ratings = project.ratings.of(scale_of(filter_id, chosen))
    values = {id: value for id, value, _passed in project.verdicts.decided(filter_id)}
    pairs = [(rating, values[id]) for id, rating in ratings.items() if id in values]
    persons, judges = [one for one, _other in pairs], [other for _one, other in pairs]
    sign = 1.0 if leaf.keeps == "at least" else -1.0
    agreement = spearman(persons, judges)
    chance = None if agreement is None else by_chance(persons, judges, agreement)
    kept = [rating * sign >= cut * sign for rating in persons]
    suggested = _suggested([value * sign for value in judges], kept, cut * sign)
    if suggested is not None:
        suggested *= sign
    return Calibration(
        filter=filter_id,
        model=_model_of(project, next(iter(values), 0), filter_id),
        rated=len(pairs),
        unvalued=len(ratings) - len(pairs),
        spearman=agreement,
        chance=chance,
        better_than_chance=chance is not None and chance < _CHANCE,
        cut=cut,
        at_cut=_confusion(kept, judges, cut, leaf.keeps) if pairs else None,
        suggested=suggested,
        at_suggested=None if suggested is None else _confusion(kept, judges, suggested, leaf.keeps),
        to_rate=_to_rate(values, ratings),
    )


def spearman(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Spearman's rank correlation, equals sharing the mean of their ranks; None where one side is all equal."""
    return _correlation(_ranks(one), _ranks(other))


def by_chance(one: Sequence[float], other: Sequence[float], agreement: float) -> float:
    """How often shuffled ranks agree at least as well: a permutation test to one side, the same for the same rows."""
    ranks, shuffled = _ranks(one), list(_ranks(other))
    draw = Random(1)
    reached = 0
    for _number in range(_SHUFFLES):
        draw.shuffle(shuffled)
        reached += (_correlation(ranks, shuffled) or 0.0) >= agreement - 1e-12
    return (reached + 1) / (_SHUFFLES + 1)


def _ranks(values: Sequence[float]) -> list[float]:
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for place in order[start:end]:
            ranks[place] = (start + 1 + end) / 2
        start = end
    return ranks


def _correlation(one: Sequence[float], other: Sequence[float]) -> float | None:
    mean = (len(one) + 1) / 2  # of ranks, whatever their ties
    product = sum((a - mean) * (b - mean) for a, b in zip(one, other, strict=True))
    spread = math.sqrt(sum((a - mean) ** 2 for a in one) * sum((b - mean) ** 2 for b in other))
    return product / spread if spread else None


def _confusion(
    kept: Sequence[bool], values: Sequence[float], cut: float, keeps: Literal["at most", "at least"]
) -> Confusion:
    said = [
        (person, value >= cut if keeps == "at least" else value <= cut)
        for person, value in zip(kept, values, strict=True)
    ]
    return Confusion(*(said.count((a, b)) for a in (True, False) for b in (True, False)))


def _suggested(values: Sequence[float], kept: Sequence[bool], cut: float) -> float | None:
    """The cut, halfway between two values, that tells most kept rows from dropped ones; of equals the nearest."""
    if len(set(kept)) < 2 or len(set(values)) < 2:
        return None
    known = sorted(set(values))
    between = [(low + high) / 2 for low, high in pairwise(known)]

    def worth(at: float) -> tuple[float, float]:
        # Both sides count alike, or the larger one would have its way.
        right = sum(keep and value >= at for keep, value in zip(kept, values, strict=True)) / sum(kept)
        wrong = sum(not keep and value >= at for keep, value in zip(kept, values, strict=True)) / kept.count(False)
        return right - wrong, -abs(at - cut)

    return max(between, key=worth)


def _to_rate(values: Mapping[int, float], ratings: Mapping[int, float]) -> tuple[int, ...]:
    """As many rows as are missing, evenly spread over the order of the values."""
    missing = ENOUGH - len(ratings)
    left = sorted((id for id in values if id not in ratings), key=lambda id: (values[id], id))
    if missing <= 0 or len(left) <= missing:
        return tuple(left[: max(missing, 0)])
    return tuple(left[int((number + 0.5) * len(left) / missing)] for number in range(missing))


def _model_of(project: Project, candidate: int, filter_id: str) -> str:
    by: AskedModel | None = None
    if said := project.verdicts.of([candidate]).get(candidate, {}).get(filter_id):
        by = said.by
    return by.model if by else ""


def _chosen(project: Project, filter_id: str) -> tuple[Filter, options.Options]:
    leaf = find(filters(), filter_id)
    if not leaf.cut:
        raise UserError(
            _("“{filter}” measures nothing that could be rated.").format(filter=_(leaf.title)),
            _("Choose a filter with a threshold, such as rating."),
        )
    link = next((each for each in links_of(project) if each.filter == filter_id), None)
    return leaf, options.from_json(leaf.options, link.options if link else {})
