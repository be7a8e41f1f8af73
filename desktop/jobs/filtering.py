"""The job that judges stored rows by a chain of filters: all of them, or a few whose text was changed."""

from collections import Counter, defaultdict
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from time import monotonic

from desktop.core.i18n import _
from desktop.core.progress import Event, Progress, Tick
from desktop.core.records import Candidate, ChainLink, Verdict
from desktop.core.shapes import FilterContext
from desktop.jobs.judging import Chain, is_answered, passes, settle_links
from desktop.store.project import Project

_BATCH = 500  # rows whose verdicts are stored together
_TOGETHER = 2000  # families that the filters foresee
_BREATH = 0.04  # seconds of judging between two signs of life
_TELL = 0.25  # seconds between two Progress events


@dataclass(frozen=True, slots=True)
class FilterReport:
    """What a chain said of the rows it judged."""

    judged: int
    passing: int
    unanswered: int
    dropped: Mapping[str, int]  # by the first filter of the chain that failed the row


def run_filters(
    project: Project, links: Sequence[ChainLink] | None = None, ids: Collection[int] | None = None
) -> Generator[Event, None, FilterReport]:
    """Judge every row in id order, or only those of `ids` and their siblings against all the others.

    Without `links`, by the project's own chain. Closing the generator keeps what was judged; running it once more
    judges all again.
    """
    moment = project.candidates.moment()
    seeds = project.seeds.all()
    chain = Chain(settle_links(project) if links is None else links, FilterContext(project.language, seeds))
    families = _families_of(project, ids)
    total = project.candidates.count() if families is None else None
    if families is not None:
        for done in chain.warm(project, without=families):
            yield Progress(_("Reading the rows that are there"), done)
    members = yield from _members(project, families)
    pace = _Pace()
    done = 0
    tally: Counter[str] = Counter()
    batch: list[tuple[int, Mapping[str, Verdict]]] = []
    in_order = _in_order(project, families, members)
    while block := list(islice(in_order, _TOGETHER)):
        for _alive in chain.foresee([candidate for family in block for candidate in family]):
            yield from pace.events(done, total, tally)
        for family in block:
            said = chain.judge(family)
            batch += [(candidate.id, verdicts) for candidate, verdicts in zip(family, said, strict=True)]
            tally.update(_outcome(chain, each, verdicts) for each, verdicts in zip(family, said, strict=True))
            done += len(family)
            if len(batch) >= _BATCH:
                project.verdicts.put(batch, as_of=moment, chain=chain.filters)
                batch = []
            yield from pace.events(done, total, tally)
    project.verdicts.put(batch, as_of=moment, chain=chain.filters)
    yield pace.progress(done, total, tally)
    return FilterReport(
        done, tally["passing"], tally["unanswered"], {id: tally[id] for id in chain.filters if tally[id]}
    )


def _families_of(project: Project, ids: Collection[int] | None) -> frozenset[int] | None:
    if ids is None:
        return None
    return frozenset(view.candidate.family for view in project.candidates.get(list(ids)))


def _members(
    project: Project, families: Collection[int] | None
) -> Generator[Event, None, Mapping[int, list[Candidate]]]:
    """Those of `families`; of a whole project only the later ones of each, which are judged with the first."""
    members: dict[int, list[Candidate]] = defaultdict(list)
    for number, candidate in enumerate(project.candidates.walk()):
        if candidate.id != candidate.family if families is None else candidate.family in families:
            members[candidate.family].append(candidate)
        if number % _BATCH == 0:
            yield Tick()
    return members


def _in_order(
    project: Project, families: Collection[int] | None, members: Mapping[int, list[Candidate]]
) -> Iterator[list[Candidate]]:
    if families is not None:
        yield from (members[family] for family in sorted(members))
        return
    for candidate in project.candidates.walk():
        if candidate.id == candidate.family:
            yield [candidate, *members.get(candidate.family, ())]


def _outcome(chain: Chain, candidate: Candidate, verdicts: Mapping[str, Verdict]) -> str:
    if not passes(verdicts):
        return chain.dropped_by(verdicts) or ""
    return "passing" if is_answered(candidate) else "unanswered"


class _Pace:
    """When to say that the job lives, and how far it is."""

    def __init__(self) -> None:
        self._began = self._breathed = self._told = monotonic()

    def events(self, done: int, total: int | None, tally: Mapping[str, int]) -> Iterator[Event]:
        now = monotonic()
        if now - self._breathed < _BREATH:
            return
        self._breathed = now
        if now - self._told < _TELL:
            yield Tick()
            return
        self._told = now
        yield self.progress(done, total, tally)

    def progress(self, done: int, total: int | None, tally: Mapping[str, int]) -> Progress:
        gone = monotonic() - self._began
        rate = done / gone if gone > _TELL else None
        return Progress(
            _("Judging rows"),
            done,
            total,
            rows_per_minute=60 * rate if rate else None,
            seconds_left=(total - done) / rate if rate and total else None,
            counts=dict(tally),
        )
