"""Semantic duplicates: a row that means the same as an earlier one is dropped, by the cosine of their embeddings."""

from array import array
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from desktop.core.content import lead_of
from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.records import Candidate, Evidence, Likeness, Reason, Ref, Seed, Twin, Verdict
from desktop.core.shapes import Filter, FilterContext
from desktop.core.text.packed import PackedTexts
from desktop.core.text.vectors import Coming, VectorIndex
from desktop.filters._verdicts import quoted

_FLOOR = 0.85
"""Pairs are stored from here on. From 0.5 on, as of words, a model of 135 million parameters found 90 of 100 pairs of
unlike rows; from here on 7."""


@dataclass(frozen=True)
class SemanticDuplicateOptions(Options):
    """How alike is too alike."""

    threshold: float = option(
        0.9,
        About(
            N_("Drop above"),
            N_("The cosine of two embeddings: 1 is the same. What is alike hangs on the model; look at some twins."),
            N_("DEITA (arXiv 2312.15685) rejects what is more than 0.9 like a row that was taken."),
            minimum=_FLOOR,
            maximum=1.0,
            step=0.01,
        ),
    )


class _Judge:
    """Holds the embedding of every earlier row; dropped rows among them, so that a threshold can be moved later."""

    def __init__(self, options: SemanticDuplicateOptions, context: FilterContext) -> None:
        self._threshold = options.threshold
        self._index = VectorIndex(_FLOOR)
        # By place, the seeds first.
        self._seeds = 0
        self._ids = array("q")
        self._leads = PackedTexts()
        self._families: dict[int, list[int]] = defaultdict(list)  # the places of a family's rows

    def know(self, seed: Seed, vector: Sequence[float], /) -> None:
        self._seeds += 1
        self._hold(seed.id, lead_of(seed.row), vector, True)

    def judge(self, candidates: Sequence[Candidate], vectors: Sequence[Sequence[float]], /) -> Sequence[Verdict]:
        met = self._index.meet(vectors)
        return [self._judge(*each) for each in zip(candidates, vectors, met, strict=True)]

    def _judge(self, candidate: Candidate, vector: Sequence[float], coming: Coming) -> Verdict:
        found = self._index.compare(coming, self._families[candidate.family])
        value = found.best[0].value if found.best else 0.0
        passed = value <= self._threshold
        twins = tuple(Twin(self._ref(near.place), self._leads[near.place], near.value) for near in found.best)
        alike = tuple(Likeness(self._ref(near.place), near.value) for near in found.alike)
        self._families[candidate.family].append(self._hold(candidate.id, lead_of(candidate.row), vector, passed))
        reason = None if passed else _too_alike(value, twins[0].text)
        return Verdict(passed, value, reason, Evidence(twins=twins), likenesses=alike)

    def _hold(self, id: int, lead: str, vector: Sequence[float], passed: bool) -> int:
        self._ids.append(id)
        self._leads.append(lead)
        return self._index.add(vector, passed)

    def _ref(self, place: int) -> Ref:
        return Ref("seed" if place < self._seeds else "candidate", self._ids[place])


def _too_alike(value: float, twin: str) -> Reason:
    return Reason(
        N_("It means nearly the same as an earlier one ({value:.3g} alike): “{twin}”"),
        {"value": value, "twin": quoted(twin, 80)},
    )


FILTER = Filter(
    title=N_("Duplicates by meaning"),
    summary=N_(
        "Drops a row that means nearly the same as a seed or an earlier row, in whatever words; siblings aside."
    ),
    source=N_("DEITA, arXiv 2312.15685"),
    options=SemanticDuplicateOptions,
    compare=_Judge,
    remembers=True,
    cost="reading",
    value_title=N_("Likeness to the nearest earlier row"),
    cut="threshold",
    dropped_as=N_("the same in other words"),
)
