"""Exact duplicates: a row that says in every field what an earlier one says is dropped."""

import hashlib
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop.core.content import kind_of, lead_of, to_json
from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.records import Candidate, Evidence, Json, Reason, Ref, Row, Twin, Verdict
from desktop.core.shapes import Filter, FilterContext, Reading
from desktop.core.text.digests import HeldDigests
from desktop.filters._sameness import on_one_line
from desktop.filters._verdicts import NONE_FOUND


@dataclass(frozen=True)
class ExactDuplicateOptions(Options):
    """What counts as the same."""

    ignore_case: bool = option(
        True,
        About(
            title=N_("Ignore upper and lower case"),
            help=N_("“SAVE the file” and “save the file” are the same. White space never makes a difference."),
        ),
    )


_QUICK = 1 << 18
"""Rows that are looked up in a dictionary; later ones in packed numbers, which takes a quarter of the room and 5 µs."""


class _Judge:
    """Holds a digest of every row that passed, the seeds among them. Siblings are compared as all others are."""

    def __init__(self, options: ExactDuplicateOptions, context: FilterContext) -> None:
        self._ignore_case = options.ignore_case
        self._held: dict[bytes, int] = {}  # the row's id, a seed's below zero
        self._later, self._ids = HeldDigests(), array("q")
        for seed in context.seeds:
            self._first(self.read(seed.row), -seed.id)

    def read(self, row: Row, /) -> Reading:
        """A digest of all its fields."""
        fields = [_written(value, self._ignore_case) for value in to_json(row).values()]
        together = "\n".join([kind_of(row), *fields])
        return hashlib.blake2b(together.encode("utf-8", "surrogatepass"), digest_size=16).digest()

    def __call__(
        self, candidate: Candidate, siblings: Sequence[Candidate], /, reading: Reading | None = None
    ) -> Verdict:
        earlier = self._first(reading or self.read(candidate.row), candidate.id)
        if earlier == candidate.id:
            return NONE_FOUND
        ref = Ref("candidate", earlier) if earlier > 0 else Ref("seed", -earlier)
        return Verdict(
            passed=False,
            value=1.0,
            reason=Reason(N_("The same as an earlier row in every field.")),
            evidence=Evidence(twins=(Twin(ref, lead_of(candidate.row), 1.0),)),
        )

    def remember(self, candidate: Candidate, passed: bool, /, reading: Reading | None = None) -> None:
        if passed:
            self._first(reading or self.read(candidate.row), candidate.id)

    def _first(self, digest: Reading, id: int) -> int:
        """The first row that has this digest: this one, where there was none."""
        if (first := self._held.get(digest)) is not None:
            return first
        if places := self._later.places(digest) if self._ids else ():
            return self._ids[places[0]]
        if len(self._held) < _QUICK:
            self._held[digest] = id
        else:
            self._later.append(digest)
            self._ids.append(id)
        return id


def _written(value: Json, ignore_case: bool) -> str:
    """A field as it is compared, without a line end; a text begins with no tab, and everything else does."""
    folded = _folded(value, ignore_case)
    return folded if isinstance(folded, str) else f"\t{folded!r}"


def _folded(value: Json, ignore_case: bool) -> Json:
    if not value:
        return value  # most rows have fields that are empty
    if isinstance(value, str):
        text = on_one_line(value)
        return text.casefold() if ignore_case else text
    if isinstance(value, Sequence):
        return [_folded(each, ignore_case) for each in value]
    if isinstance(value, Mapping):
        return {name: _folded(value[name], ignore_case) for name in sorted(value)}
    return value


FILTER = Filter(
    title=N_("Exact duplicates"),
    summary=N_("Drops a row that says in every field what a seed or an earlier row says."),
    source=N_("Self-Instruct, arXiv 2212.10560"),
    options=ExactDuplicateOptions,
    start=_Judge,
    remembers=True,
    value_title=N_("Likeness to the nearest earlier row"),
    cost="cheap",
    dropped_as=N_("there already"),
)
