"""Near duplicates: a row whose wording is mostly that of an earlier one is dropped, by MinHash and Jaccard."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.core.content import fields_of, lead_of
from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.records import Candidate, Evidence, Likeness, Reason, Ref, Row, Twin, Verdict
from desktop.core.shapes import Filter, FilterContext, Reading
from desktop.core.text.held import HeldKeys
from desktop.core.text.packed import PackedTexts
from desktop.core.text.prose import shortened
from desktop.core.text.similarity import FLOOR
from desktop.core.text.words import length_of, tokens
from desktop.filters._verdicts import NONE_FOUND

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SHORT = 5  # tokens; below this only the same tokens are a duplicate, for there is hardly a shingle to compare
_WORDS, _CHARACTERS = 3, 4  # tokens of a shingle, where words have spaces between them and where they have not
_PERMUTATIONS = 128
_BANDS = 32  # of four rows: 0.7 alike is found in 9,998 of 10,000 cases, 0.5 alike in 87 of 100
_SEED = 42  # of the permutations; the same rows give the same verdicts everywhere
_TWINS = 10
_QUOTED = 80  # characters of the twin that a reason quotes

_FEW, _MANY = b"f", b"m"  # what a reading begins with: few tokens, or shingles of many
_KEYS = 4 * _BANDS  # bytes
_FORESEEN = -1  # of a row that was foreseen: whether it passes is not known yet


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


class _Judge:
    """Holds the shingles of every earlier row; dropped rows among them, so that a threshold can be moved later."""

    def __init__(self, options: NearDuplicateOptions, context: FilterContext) -> None:
        self._threshold = options.threshold
        self._near = HeldKeys()
        self._same: dict[bytes, int] = {}  # the reading of a short text → its place
        # By place, the seeds first.
        self._seeds = len(context.seeds)
        self._ids = array("q")
        self._passed = array("b")  # _FORESEEN: it never came
        self._leads = PackedTexts()
        self._shingles = array("I")
        self._ends = array("q")
        self._foreseen: dict[int, tuple[int, NDArray[np.uint64]]] = {}  # candidate → its place, and those to look at
        for seed in context.seeds:
            self._take(seed.id, seed.row, self.read(seed.row), True)

    def read(self, row: Row, /) -> Reading:
        """Its shingles after a number for each band of their MinHash, or its tokens where they are few."""
        text = "\n".join(fields_of(row).values())
        # A text without a token, such as "???", is itself.
        words = tokens(text) or [text.strip()]
        if len(words) < _SHORT:
            return _FEW + " ".join(words).encode("utf-8", "surrogatepass")
        in_characters = not text.isascii() and length_of(" ".join(words)).in_characters
        size = _CHARACTERS if in_characters else _WORDS
        shingles = list(map(" ".join, zip(*(words[start:] for start in range(size)), strict=False)))
        return _MANY + _bands(shingles) + _hashed(shingles)

    def __call__(
        self, candidate: Candidate, siblings: Sequence[Candidate], /, reading: Reading | None = None
    ) -> Verdict:
        if (foreseen := self._foreseen.get(candidate.id)) is not None:
            place, near = foreseen[0], foreseen[1].tolist()
        else:
            reading = self.read(candidate.row) if reading is None else reading
            near = self._near_to(reading)
            place = self._take(candidate.id, candidate.row, reading, False)
            if reading.startswith(_MANY):
                self._foreseen.clear()  # what was looked up before does not know of this one
        alike = self._compared(place, near)
        pool = sorted(
            ((value, place) for place, value in alike if self._passed[place]), key=lambda each: (-each[0], each[1])
        )
        value = pool[0][0] if pool else 0.0
        self._passed[place] = passed = value <= self._threshold
        if not alike:
            return NONE_FOUND
        twins = tuple(Twin(self._ref(place), self._leads[place], each) for each, place in pool[:_TWINS])
        return Verdict(
            passed=passed,
            value=value,
            reason=None if passed else _too_alike(value, twins[0].text),
            evidence=Evidence(twins=twins),
            likenesses=tuple(Likeness(self._ref(place), each) for place, each in alike if each >= FLOOR),
        )

    def remember(self, candidate: Candidate, passed: bool, /, reading: Reading | None = None) -> None:
        self._take(candidate.id, candidate.row, self.read(candidate.row) if reading is None else reading, passed)

    def foresee(self, candidates: Sequence[Candidate], readings: Sequence[Reading | None] = (), /) -> Iterator[None]:
        """Look up together which earlier rows those are like that were read before."""
        import numpy as np

        self._foreseen.clear()
        coming = [
            (candidate, reading)
            for candidate, reading in zip(candidates, readings, strict=False)
            if reading and reading.startswith(_MANY)
        ]
        if not coming:
            return
        first = len(self._ids)
        for candidate, reading in coming:
            self._hold(candidate.id, candidate.row, reading, _FORESEEN)
        yield
        bands = np.frombuffer(b"".join([reading[1 : 1 + _KEYS] for _candidate, reading in coming]), np.uint32)
        found = self._near.extend(first, bands.reshape(-1, _BANDS))
        for place, ((candidate, _reading), near) in enumerate(zip(coming, found, strict=True), first):
            self._foreseen[candidate.id] = (place, near)
            yield

    def _near_to(self, reading: Reading) -> list[int]:
        """The places of earlier rows that share wording with this one, as far as MinHash finds them."""
        if reading.startswith(_FEW):
            return [self._same[reading]] if reading in self._same else []
        return sorted(self._near.places(array("I", reading[1 : 1 + _KEYS])))

    def _compared(self, own: int, places: Iterable[int]) -> list[tuple[int, float]]:
        """Those of these earlier rows that came, each with its true Jaccard."""
        alike: list[tuple[int, float]] = []
        shingles: set[int] = set()
        for place in places:
            if self._passed[place] != _FORESEEN:
                shingles = shingles or set(self._shingles_of(own))
                others = self._shingles_of(place)
                common = len(shingles.intersection(others))
                alike.append((place, common / (len(shingles) + len(others) - common) if shingles else 1.0))
        return alike

    def _shingles_of(self, place: int) -> "array[int]":
        return self._shingles[self._ends[place - 1] if place else 0 : self._ends[place]]

    def _take(self, id: int, row: Row, reading: Reading, passed: bool) -> int:
        """Hold a row for those to come; returns its place."""
        place = self._hold(id, row, reading, passed)
        if reading.startswith(_FEW):
            self._same.setdefault(reading, place)
        else:
            self._near.add(place, array("I", reading[1 : 1 + _KEYS]))
        return place

    def _hold(self, id: int, row: Row, reading: Reading, passed: int) -> int:
        self._ids.append(id)
        self._passed.append(passed)
        self._leads.append(lead_of(row))
        if reading.startswith(_MANY):
            self._shingles.frombytes(reading[1 + _KEYS :])
        self._ends.append(len(self._shingles))
        return len(self._ids) - 1

    def _ref(self, place: int) -> Ref:
        return Ref("seed" if place < self._seeds else "candidate", self._ids[place])


def _bands(shingles: list[str]) -> bytes:
    """A number for each band of their MinHash; rows that share one are compared."""
    from rensa import RMinHash

    made = RMinHash(_PERMUTATIONS, _SEED)
    made.update(shingles)
    digest, rows = made.digest(), _PERMUTATIONS // _BANDS
    bands = zip(range(_BANDS), *(digest[row::rows] for row in range(rows)), strict=True)
    return array("I", [code & 0xFFFFFFFF for code in map(hash, bands)]).tobytes()


def _hashed(shingles: list[str]) -> bytes:
    """Four bytes for each, the same in every process: a million rows have a hundred million of them."""
    from rensa import RMinHash

    [codes] = RMinHash.hash_token_sets([shingles])
    return array("I", {code & 0xFFFFFFFF for code in codes}).tobytes()


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
