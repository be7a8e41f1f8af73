"""Near duplicates: a row whose wording is mostly that of an earlier one is dropped, by MinHash and Jaccard."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from desktop.core.content import fields_of, lead_of
from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.records import Candidate, Evidence, Likeness, Reason, Ref, Row, Twin, Verdict
from desktop.core.shapes import Filter, FilterContext
from desktop.core.text.held import HeldKeys
from desktop.core.text.packed import PackedTexts
from desktop.core.text.prose import shortened
from desktop.core.text.similarity import FLOOR
from desktop.core.text.words import length_of, tokens

_SHORT = 5  # tokens; below this only the same tokens are a duplicate, for there is hardly a shingle to compare
_WORDS, _CHARACTERS = 3, 4  # tokens of a shingle, where words have spaces between them and where they have not
_PERMUTATIONS = 128
_BANDS = 32  # of four rows: 0.7 alike is found in 9,998 of 10,000 cases, 0.5 alike in 87 of 100
_SEED = 42  # of the permutations; the same rows give the same verdicts everywhere
_TWINS = 10
_QUOTED = 80  # characters of the twin that a reason quotes


@dataclass(frozen=True)
class NearDuplicateOptions(Options):
    """How alike is too alike."""

    threshold: float = option(
        0.7,
        About(
            title=N_("Drop above"),
            help=N_("The share of their wording that two rows have in common: 0 is nothing, 1 is all of it."),
            why=N_("Near-duplicate removal in large text sets commonly takes 0.7 or 0.8 (arXiv 2107.06499)."),
            minimum=0.5,
            maximum=1.0,
            step=0.01,
        ),
    )


@dataclass(frozen=True, slots=True)
class _Wording:
    """What is compared of a row."""

    short: str | None  # its tokens, where they are too few for shingles
    shingles: set[int]  # hashed to four bytes, for a million rows have a hundred million of them
    bands: list[int]  # a number for each band of the MinHash; rows that share one are compared


class _Judge:
    """Holds the shingles of every earlier row; dropped rows among them, so that a threshold can be moved later."""

    def __init__(self, options: NearDuplicateOptions, context: FilterContext) -> None:
        self._threshold = options.threshold
        self._near = HeldKeys()
        self._same: dict[str, int] = {}  # a short text's tokens → its place
        # By place, the seeds first.
        self._seeds = len(context.seeds)
        self._ids = array("q")
        self._passed = array("b")
        self._leads = PackedTexts()
        self._shingles = array("I")
        self._ends = array("q")
        for seed in context.seeds:
            self._hold(seed.id, seed.row, _wording_of(seed.row), True)

    def __call__(self, candidate: Candidate, siblings: Sequence[Candidate], /) -> Verdict:
        wording = _wording_of(candidate.row)
        alike = self._alike(wording)
        pool = sorted(
            ((value, place) for place, value in alike if self._passed[place]), key=lambda each: (-each[0], each[1])
        )
        value = pool[0][0] if pool else 0.0
        passed = value <= self._threshold
        twins = tuple(Twin(self._ref(place), self._leads[place], each) for each, place in pool[:_TWINS])
        self._hold(candidate.id, candidate.row, wording, passed)
        return Verdict(
            passed=passed,
            value=value,
            reason=None if passed else _too_alike(value, twins[0].text),
            evidence=Evidence(twins=twins),
            likenesses=tuple(Likeness(self._ref(place), each) for place, each in alike if each >= FLOOR),
        )

    def remember(self, candidate: Candidate, passed: bool, /) -> None:
        self._hold(candidate.id, candidate.row, _wording_of(candidate.row), passed)

    def _alike(self, wording: _Wording) -> list[tuple[int, float]]:
        """Earlier rows that share wording with this one, as far as MinHash finds them, with their true Jaccard."""
        if wording.short is not None:
            place = self._same.get(wording.short)
            return [] if place is None else [(place, 1.0)]
        return [(place, self._jaccard(wording.shingles, place)) for place in sorted(self._near.places(wording.bands))]

    def _jaccard(self, own: set[int], place: int) -> float:
        other = self._shingles[self._ends[place - 1] if place else 0 : self._ends[place]]
        common = len(own.intersection(other))
        return common / (len(own) + len(other) - common)

    def _hold(self, id: int, row: Row, wording: _Wording, passed: bool) -> None:
        place = len(self._ids)
        self._ids.append(id)
        self._passed.append(passed)
        self._leads.append(lead_of(row))
        if wording.short is not None:
            self._same.setdefault(wording.short, place)
        self._near.add(place, wording.bands)
        self._shingles.extend(wording.shingles)
        self._ends.append(len(self._shingles))

    def _ref(self, place: int) -> Ref:
        return Ref("seed" if place < self._seeds else "candidate", self._ids[place])


def _wording_of(row: Row) -> _Wording:
    text = "\n".join(fields_of(row).values())
    # A text without a token, such as "???", is itself.
    words = tokens(text) or [text.strip()]
    if len(words) < _SHORT:
        return _Wording(" ".join(words), set(), [])
    in_characters = not text.isascii() and length_of(" ".join(words)).in_characters
    size = _CHARACTERS if in_characters else _WORDS
    shingles = set(map(" ".join, zip(*(words[start:] for start in range(size)), strict=False)))
    return _Wording(None, {code & 0xFFFFFFFF for code in map(hash, shingles)}, _bands(shingles))


def _bands(shingles: set[str]) -> list[int]:
    from rensa import RMinHash

    made = RMinHash(_PERMUTATIONS, _SEED)
    made.update(list(shingles))
    digest, rows = made.digest(), _PERMUTATIONS // _BANDS
    bands = zip(range(_BANDS), *(digest[row::rows] for row in range(rows)), strict=True)
    return [code & 0xFFFFFFFF for code in map(hash, bands)]


def _too_alike(value: float, twin: str) -> Reason:
    return Reason(
        N_("{value:.0%} of its wording is also in an earlier one: “{twin}”"),
        {"value": value, "twin": shortened(twin, _QUOTED)},
    )


FILTER = Filter(
    title=N_("Near duplicates"),
    summary=N_("Drops a row whose wording, in all fields together, is mostly that of a seed or an earlier row."),
    source=N_("MinHash, Broder 1997; deduplication of training data, arXiv 2107.06499"),
    options=NearDuplicateOptions,
    start=_Judge,
    remembers=True,
    value_title=N_("Likeness to the nearest earlier row"),
    cut="threshold",
    cost="pairs",
    dropped_as=N_("nearly there already"),
)
