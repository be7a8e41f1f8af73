"""The job that tries a method on one item: what was asked, what came, what was made of it; nothing is stored."""

import time
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from desktop.core import options
from desktop.core.catalogue import find, methods
from desktop.core.confined import Confined
from desktop.core.engine import Engine
from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.core.progress import Event, Partial, Progress, Tick
from desktop.core.records import Attempt, Item, JsonObject, Row
from desktop.core.steps import Discard, Judged, Offer
from desktop.jobs._errands import Errands
from desktop.jobs._run_context import RunContext
from desktop.jobs.asking import Asking, Ended, GaveUp, Replied, Task, Writing
from desktop.jobs.beginning import refuse_lack, refuse_options, start_of
from desktop.store.project import Project

_WAIT = 0.04  # seconds: a job gives a sign of life at least every 50 ms


@dataclass(frozen=True, slots=True)
class TryRequest:
    """A method as it would run. `place` is the item's, from 0; past the last one it begins again."""

    method: str
    options: JsonObject
    random_seed: int
    place: int = 0
    starts_from: str = ""
    templates: Mapping[str, str] = field(default_factory=dict)  # step → a prompt that is not saved yet


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one item. No filter has judged its rows."""

    replies: tuple[Attempt, ...]
    discards: tuple[Discard, ...]
    rows: tuple[Row, ...]
    seconds: float  # from beginning to end
    why: str = ""  # it was given up, in words; empty: it came to its end


def try_one(
    project: Project, engine: Engine, request: TryRequest, confined: Confined | None = None
) -> Generator[Event, None, Tried]:
    """Work on one item as a run would, and return what came of it; close the generator to cancel.

    Raises UserError where the method or its options are unknown or cannot work, it lacks what it consumes, or the
    engine is gone. `engine` and `confined` are as in `generate`.
    """
    method = find(methods(), request.method)
    chosen = options.from_json(method.options, request.options)
    yield Progress(_("Trying {method} on one").format(method=_(method.title)))
    start = start_of(method, request.starts_from)
    context = RunContext(project, method, request.method, start, request.templates)
    refuse_lack(method, context)
    yield from refuse_options(method, chosen, context, confined)
    context.random.seed(request.random_seed)
    item = _item(lambda: method.items(chosen, context), request.place)
    if item is None:
        raise UserError(
            _("{method} finds nothing to begin with.").format(method=_(method.title)), _("Change its options.")
        )
    work = _Work(Asking(engine, errands=Errands(confined)))
    try:
        work.asking.start(Task(0, 0, item.random_seed, method.steps(item, chosen, context), work.decide))
        while not work.ended:
            yield from work.turn()
    finally:
        work.asking.close()
    return work.tried()


def _item(items: Callable[[], Iterator[Item]], place: int) -> Item | None:
    """The item at a place, else the first one; None where there is none at all."""
    return next(islice(items(), place, None), None) or next(items(), None)


@dataclass
class _Work:
    """What has come of the item so far."""

    asking: Asking
    ended: bool = False
    began: float = field(default_factory=time.monotonic)
    replies: list[Attempt] = field(default_factory=list)
    discards: list[Discard] = field(default_factory=list)
    rows: tuple[Row, ...] = ()
    why: str = ""

    def decide(self, request: Offer | Discard) -> Judged | None:
        """Every row that is offered passes: filters judge against what is stored, and nothing is."""
        if isinstance(request, Discard):
            self.discards.append(request)
            return None
        return Judged(True)

    def turn(self) -> Iterator[Event]:
        """Let something happen."""
        for happening in self.asking.turn(_WAIT):
            match happening:
                case Writing(_key, step, sample, text, tokens):
                    yield Partial(0, step, sample, text, tokens)
                case Replied(attempts):
                    self.replies += attempts
                case Ended(_key, rows):
                    self.ended, self.rows = True, rows
                case GaveUp(_key, why):
                    self.ended, self.why = True, why
        yield Tick()

    def tried(self) -> Tried:
        """What came of it in the end."""
        seconds = time.monotonic() - self.began
        return Tried(tuple(self.replies), tuple(self.discards), self.rows, seconds, self.why)
