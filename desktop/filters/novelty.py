"""Novelty: an instruction that is too much like a seed or an earlier row is dropped, by ROUGE-L in any language."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from desktop.core.content import lead_of
from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.records import Candidate, Evidence, Likeness, Reason, Ref, Twin, Verdict
from desktop.core.shapes import Filter, FilterContext, Reading
from desktop.core.text.packed import PackedTexts
from desktop.core.text.prose import shortened
from desktop.core.text.similarity import Alike, Near, SimilarityIndex

_QUOTED = 80  # characters of the twin that a reason quotes
_AVERAGED = 10_000  # rows up to which the average is measured: it compares with every one of them, each time
_FORESEEN = 50_000  # rows from which on a stored project is compared in blocks, with nothing looked for below the floor


@dataclass(frozen=True)
class NoveltyOptions(Options):
    """How alike is too alike."""

    threshold: float = option(
        0.7,
        About(
            title=N_("Drop above"),
            help=N_(
                "0 means nothing in common, 1 means the same words in the same order. A row at exactly this stays."
            ),
            why=N_("Self-Instruct (arXiv 2212.10560) drops what is more than 0.7 alike, by ROUGE-L."),
            minimum=0.5,
            maximum=1.0,
            step=0.01,
        ),
    )
    average: bool = option(
        False,
        About(
            title=N_("Measure the average too"),
            help=N_("Also records how alike the row is to all earlier rows on average, up to 10,000 of them."),
            why=N_("Self-Instruct records it beside each row; it decides nothing."),
            advanced=True,
            decides=False,
        ),
    )


class _Judge:
    """Holds what every earlier row asked: the seeds and the rows that passed are the pool a new one must differ from.

    Dropped rows are held as well, because a higher threshold would have let them in: their likenesses are recorded
    so that the decisions can be made again without reading text.
    """

    def __init__(self, options: NoveltyOptions, context: FilterContext) -> None:
        self._options = options
        self._index = SimilarityIndex()
        # By place in the index, the seeds first; plain numbers and packed texts, for there may be a million.
        self._seeds = len(context.seeds)
        self._ids = array("q")
        self._leads = PackedTexts()
        self._first = array("i")  # family → the place of what its first row asked, plus 1
        self._others: dict[int, tuple[int, ...]] = {}  # … and of what its other rows asked, where that differs
        self._foreseen: dict[int, tuple[int, Alike | None]] = {}  # candidate → its place, and what it is like
        for seed in context.seeds:
            self._note(seed.id, lead_of(seed.row))
            # What is made from a seed is of its family, which no candidate's id can name.
            self._others[-seed.id] = (self._index.add(lead_of(seed.row)),)

    def __call__(self, candidate: Candidate, siblings: Sequence[Candidate], /) -> Verdict:
        lead = lead_of(candidate.row)
        family = self._places_of(candidate.family)
        foreseen = self._foreseen.get(candidate.id)
        if foreseen is None:
            average = self._options.average and len(self._leads) <= _AVERAGED
            nearest = self._index.compare(lead, family, average=average)
        else:
            nearest = self._index.nearest(foreseen[1], family)
        twins = tuple(self._twin(each) for each in nearest.best)
        value = twins[0].value if twins else 0.0
        passed = value <= self._options.threshold
        self.remember(candidate, passed)
        return Verdict(
            passed=passed,
            value=value if twins or foreseen is None else None,
            reason=None if passed else _too_alike(value, twins[0].text),
            evidence=Evidence(twins=twins),
            likenesses=tuple(Likeness(self._ref(each.place), each.value) for each in nearest.alike),
            average=nearest.average,
        )

    def foresee(self, candidates: Sequence[Candidate], readings: Sequence[Reading | None] = (), /) -> Iterator[None]:
        """Compare rows with all earlier ones together, where there are so many that this pays.

        What is below the floor is not looked for then: a row that is like no other has no value.
        """
        self._foreseen.clear()
        if len(self._index) < _FORESEEN:
            return
        asked = {(each.family, lead_of(each.row)): each for each in reversed(candidates)}
        coming = sorted(asked.values(), key=lambda each: each.id)
        first = len(self._index)
        for each in coming:
            self._note(each.id, lead_of(each.row))
        found: dict[int, Alike] = {}
        for alike in self._index.extend([lead_of(each.row) for each in coming]):
            if alike is not None:
                found[alike.place] = alike
            yield
        self._foreseen = {each.id: (place, found.get(place)) for place, each in enumerate(coming, first)}

    def remember(self, candidate: Candidate, passed: bool, /) -> None:
        lead = lead_of(candidate.row)
        family = self._places_of(candidate.family)
        # Siblings ask the same; once is enough to compare with.
        if any(self._leads[place] == lead for place in family):
            return
        if foreseen := self._foreseen.get(candidate.id):
            place = foreseen[0]
            self._index.stand(place, "pooled" if passed else "dropped")
        else:
            self._note(candidate.id, lead)
            place = self._index.add(lead, passed)
        if candidate.family < 0:
            self._others[candidate.family] = (*family, place)
        elif family:
            self._others[candidate.family] = (*family[1:], place)
        else:
            self._first.extend([0] * (candidate.family + 1 - len(self._first)))
            self._first[candidate.family] = place + 1

    def _places_of(self, family: int) -> tuple[int, ...]:
        if family < 0:
            return self._others.get(family, ())
        if family >= len(self._first) or not self._first[family]:
            return ()
        return (self._first[family] - 1, *self._others.get(family, ()))

    def _note(self, id: int, lead: str) -> None:
        self._ids.append(id)
        self._leads.append(lead)

    def _ref(self, place: int) -> Ref:
        return Ref("seed" if place < self._seeds else "candidate", self._ids[place])

    def _twin(self, near: Near) -> Twin:
        return Twin(self._ref(near.place), self._leads[near.place], near.value)


def _too_alike(value: float, twin: str) -> Reason:
    return Reason(
        N_("Too much like an earlier one ({value:.3g} alike): “{twin}”"),
        {"value": value, "twin": shortened(twin, _QUOTED)},
    )


FILTER = Filter(
    title=N_("Novelty"),
    summary=N_("Drops an instruction that is too much like a seed or an earlier one."),
    source=N_("Self-Instruct, arXiv 2212.10560"),
    options=NoveltyOptions,
    start=_Judge,
    remembers=True,
    judges_lead=True,
    value_title=N_("Likeness to the nearest earlier row"),
    cut="threshold",
    cost="pairs",
    dropped_as=N_("too similar"),
)
