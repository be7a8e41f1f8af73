"""What a run has brought so far: rows, replies, reasons, and whether its yield has dried up."""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from desktop.core.catalogue import filters
from desktop.core.content import is_answered
from desktop.core.i18n import _, ngettext, sentences
from desktop.core.steps import Discard
from desktop.jobs.judging import Chain, passes
from desktop.store.candidates import Judgement
from desktop.store.project import Project
from desktop.store.show import Show, Stage

BARREN = 8
"""So many finished items in a row without a passing row mean that the yield has dried up."""


@dataclass(frozen=True, slots=True)
class _Cause:
    """What spoiled an item: a filter (its id), an unusable reply (the marked reason), or a failure (its words)."""

    kind: Literal["filter", "discard", "failure", "silence"]
    name: str = ""


@dataclass
class Tally:
    """Counts of one run; starts from what is stored."""

    chain: Chain
    unanswered: bool = False  # a row counts without an answer
    passing: int = 0
    asked: int = 0
    discards: Counter[str] = field(default_factory=Counter)  # by the marked message of the reason
    dropped: Counter[str] = field(default_factory=Counter)  # by the first filter that failed the row
    failed: int = 0  # items set aside
    _barren: deque[_Cause] = field(default_factory=lambda: deque(maxlen=BARREN))

    def end(self, judgements: Sequence[Judgement], discards: Sequence[Discard], failure: str = "") -> None:
        """Count a finished item."""
        came = sum(self.counts(each) for each in judgements)
        drops = [id for each in judgements if (id := self.chain.dropped_by(each.verdicts))]
        reasons = [each.reason.message for each in discards]
        self.passing += came
        self.dropped.update(drops)
        self.discards.update(reasons)
        self.failed += bool(failure)
        if came:
            self._barren.clear()
        else:
            self._barren.append(_cause(drops, reasons, failure))

    def counts(self, judgement: Judgement) -> bool:
        """Whether the row counts towards the target: failed by no filter and answered, where it is to be answered."""
        return passes(judgement.verdicts) and (self.unanswered or is_answered(judgement.candidate.row))

    @property
    def has_dried_up(self) -> bool:
        """Whether the last items brought nothing."""
        return len(self._barren) == BARREN

    def why_dry(self) -> str:
        """What spoiled most of the last items, and what to do about it, in words."""
        cause, _times = Counter(self._barren).most_common(1)[0]
        head = ngettext(
            "Stopped, because the last request brought nothing that passed.",
            "Stopped, because the last {count} requests brought nothing that passed.",
            len(self._barren),
        ).format(count=len(self._barren))
        return sentences(head, _remedy(cause))


def tally_of(project: Project, run: int, chain: Chain, *, unanswered: bool = False) -> Tally:
    """The counts of a run as they are stored."""
    stages: tuple[Stage, ...] = ("passing", "unanswered") if unanswered else ("passing",)
    counts = next((each for each in project.runs.counts() if each.id == run), None)
    dropped = {id: project.candidates.count(Show("dropped", filter=id, run=run)) for id in chain.order}
    return Tally(
        chain,
        unanswered,
        passing=sum(project.candidates.count(Show(stage, run=run)) for stage in stages),
        asked=counts.attempts if counts else 0,
        discards=Counter(project.runs.discards(run)),
        dropped=Counter({id: count for id, count in dropped.items() if count}),
    )


def _cause(drops: Sequence[str], reasons: Sequence[str], failure: str) -> _Cause:
    if failure:
        return _Cause("failure", failure)
    causes = [_Cause("filter", id) for id in drops] + [_Cause("discard", reason) for reason in reasons]
    return Counter(causes).most_common(1)[0][0] if causes else _Cause("silence")


def _remedy(cause: _Cause) -> str:
    match cause.kind:
        case "failure":
            return cause.name
        case "discard":
            return _(
                "Most often: “{reason}” Try a larger model, or go back to the prompts that came with Seedbed."
            ).format(reason=_(cause.name))
        case "filter" if cause.name == "novelty":
            return _(
                "Most were too much like what is there already. Add seeds of other kinds, or let the novelty filter"
                " accept more."
            )
        case "filter":
            return _("Most were dropped by “{filter}”. See the Filter page for the rows it dropped.").format(
                filter=_(filters()[cause.name].title)
            )
    return _("The model's replies held no rows. Try a larger model.")
